/** Reads the statements of a template by Handlebars' grammar. */
import type { BlockHead, RawBlock, RawProgram, RawStatement, StripFlags } from './raw-tree.ts'
import { parseCallBody, parseExpression, parseHead } from './parse-expressions.ts'
import type { Statement } from './syntax-tree.ts'
import { expectToken, nextToken, refuse, type TokenReader } from './token-reader.ts'

/** Tags that print nothing: alone on a line they take the line with them, as blocks and comments do. */
const silentHelpers: ReadonlySet<string> = new Set([
  'config',
  'depends_on',
  'log',
  'print',
  'raise',
  'return',
  'yield',
])
const statementTokens = ['CONTENT', 'OPEN', 'EOF'] as const

/** Throws a `SyntaxFault`. */
export function parseStatements(reader: TokenReader): RawProgram {
  nextToken(reader)
  const program = parseProgram(reader)
  if (reader.token.name !== 'EOF') refuse(reader, statementTokens)
  return program
}

/** Stops before a token that no statement begins with. */
function parseProgram(reader: TokenReader): RawProgram {
  const body: RawStatement[] = []
  for (;;) {
    const statement = parseStatement(reader)
    if (statement === undefined) return { type: 'Program', body }
    body.push(statement)
  }
}

function parseStatement(reader: TokenReader): RawStatement | undefined {
  const { token } = reader
  const name: string = token.name
  switch (name) {
    case 'CONTENT':
      nextToken(reader)
      return {
        type: 'ContentStatement',
        original: token.value,
        value: token.value,
        start: token.start,
      }
    case 'COMMENT': {
      nextToken(reader)
      const strip = stripOf(reader, token.start, token.end)
      return { type: 'CommentStatement', strip }
    }
    case 'OPEN':
    case 'OPEN_UNESCAPED':
      return parseMustache(reader)
    case 'OPEN_PARTIAL':
      return parsePartial(reader)
    case 'OPEN_BLOCK':
    case 'OPEN_INVERSE':
    case 'OPEN_PARTIAL_BLOCK':
      return parseBlock(reader)
    default:
      return undefined
  }
}

function parseMustache(reader: TokenReader): RawStatement {
  const open = reader.token
  nextToken(reader)
  const { callee, args, named } = parseCallBody(reader)
  const end = expectToken(reader, open.name === 'OPEN' ? 'CLOSE' : 'CLOSE_UNESCAPED')
  const range = { start: open.start, end }
  const trimmed = stripOf(reader, open.start, end)
  const mark = open.value.replace('~', '').slice(2)
  if (mark !== '') {
    const statement = unsupportedMustache(mark, range)
    return { type: 'MustacheStatement', strip: trimmed, statement }
  }
  const isSilent = callee.kind === 'path' && silentHelpers.has(callee.original)
  const strip = isSilent ? { ...trimmed, inlineStandalone: true } : trimmed
  const call = { kind: 'call', callee, args, named, range } as const
  return { type: 'MustacheStatement', strip, statement: { kind: 'print', call, range } }
}

function unsupportedMustache(mark: string, range: { start: number; end: number }): Statement {
  if (mark === '*') {
    const hint = 'decorators are not part of the language'
    return { kind: 'unsupported', what: '{{* x}}', hint, range }
  }
  const what = mark === '&' ? '{{&x}}' : '{{{x}}}'
  return { kind: 'unsupported', what, hint: 'write {{x}}', range }
}

function parsePartial(reader: TokenReader): RawStatement {
  const open = reader.token
  nextToken(reader)
  const name = parseExpression(reader)
  const { args, named } = parseCallBody(reader, name)
  const end = expectToken(reader, 'CLOSE')
  const range = { start: open.start, end }
  const text = reader.scanner.text.slice(name.range.start, name.range.end)
  const hasArguments = args.length > 0 || named.length > 0
  const statement: Statement = hasArguments
    ? {
        kind: 'unsupported',
        what: 'a partial with arguments',
        hint: 'write {{> @partial-block}}',
        range,
      }
    : { kind: 'partial', name: text, range }
  return { type: 'PartialStatement', strip: stripOf(reader, open.start, end), statement }
}

function parseBlock(reader: TokenReader): RawStatement {
  const token = reader.token.name
  const mark = reader.token.value.replace('~', '').slice(2)
  const { head, strip } = parseBlockHead(reader, mark === '#*' || mark === '#>')
  const program = parseProgram(reader)
  const inverse = mark === '#>' ? undefined : parseInverse(reader)
  const close = parseClose(reader)
  if (inverse?.chain !== undefined) inverse.chain.closeStrip = close.strip
  const isInverted = token === 'OPEN_INVERSE'
  return {
    type: 'BlockStatement',
    program: isInverted ? inverse?.program : program,
    inverse: isInverted ? program : inverse?.program,
    openStrip: strip,
    inverseStrip: inverse?.strip,
    closeStrip: close.strip,
    head,
    end: close.end,
  }
}

function parseBlockHead(
  reader: TokenReader,
  isUnsupported: boolean,
): { readonly head: BlockHead; readonly strip: StripFlags } {
  const { start } = reader.token
  nextToken(reader)
  const { callee, args, named, parameters } = parseHead(reader)
  const end = expectToken(reader, 'CLOSE')
  const opening = { start, end }
  const call = { kind: 'call', callee, args, named, range: opening } as const
  return {
    head: { call, parameters, opening, isUnsupported },
    strip: stripOf(reader, start, end),
  }
}

interface Inverse {
  readonly strip: StripFlags
  readonly program: RawProgram
  /** The block of an `{{else x}}`. */
  readonly chain: RawBlock | undefined
}

/** `{{else}}..` or `{{else if x}}..`; undefined when there is neither. */
function parseInverse(reader: TokenReader): Inverse | undefined {
  const { token } = reader
  if (token.name === 'INVERSE') {
    nextToken(reader)
    const strip = stripOf(reader, token.start, token.end)
    return { strip, program: parseProgram(reader), chain: undefined }
  }
  if (token.name !== 'OPEN_INVERSE_CHAIN') return undefined
  const { head, strip } = parseBlockHead(reader, false)
  const program = parseProgram(reader)
  const next = parseInverse(reader)
  if (next?.chain !== undefined) next.chain.closeStrip = next.strip
  const chain: RawBlock = {
    type: 'BlockStatement',
    program,
    inverse: next?.program,
    openStrip: strip,
    inverseStrip: next?.strip,
    closeStrip: next?.strip,
    head,
    end: reader.token.start,
  }
  return { strip, program: { type: 'Program', body: [chain], chained: true }, chain }
}

/** The scanner has seen to it that the names agree. */
function parseClose(reader: TokenReader): { readonly strip: StripFlags; readonly end: number } {
  const { start } = reader.token
  if (reader.token.name !== 'OPEN_ENDBLOCK') refuse(reader, ['OPEN_ENDBLOCK'])
  nextToken(reader)
  parseExpression(reader)
  const end = expectToken(reader, 'CLOSE')
  return { strip: stripOf(reader, start, end), end }
}

function stripOf({ scanner }: TokenReader, start: number, end: number): StripFlags {
  return { open: scanner.text[start + 2] === '~', close: scanner.text[end - 3] === '~' }
}
