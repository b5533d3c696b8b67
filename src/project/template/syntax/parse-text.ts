/** Turns a template's text into its tree: Handlebars' grammar and whitespace control, with exact offsets. */
import WhitespaceControl from 'handlebars/dist/cjs/handlebars/compiler/whitespace-control.js'
import { never } from '../../../core/never.ts'
import { parseStatements } from './parse-statements.ts'
import type { RawContent, RawProgram, RawStatement } from './raw-tree.ts'
import { createScanner } from './scan-tokens.ts'
import { type Block, calleeName, type Program, type Statement } from './syntax-tree.ts'

/** Blocks whose tags print nothing. Of a macro called as a block only the inner side is trimmed: its text stands there. */
const silentBlocks: ReadonlySet<string> = new Set('if unless each with let macro test'.split(' '))

/** Throws a `SyntaxFault`. */
export function parseText(text: string): Program {
  const scanner = createScanner(text)
  const program = parseStatements({ scanner, token: scanner.token })
  if (program.body.some(({ type }) => type !== 'ContentStatement')) {
    keepAroundMacros(program)
    new WhitespaceControl().accept(program)
  }
  return convertProgram(program)
}

/** Whitespace control leaves alone what it believes it has trimmed already. */
function keepAroundMacros(program: RawProgram): void {
  for (const [index, statement] of program.body.entries()) {
    if (statement.type !== 'BlockStatement') continue
    if (statement.program !== undefined) keepAroundMacros(statement.program)
    if (statement.inverse !== undefined) keepAroundMacros(statement.inverse)
    if (silentBlocks.has(calleeName(statement.head.call) ?? '')) continue
    const before = program.body[index - 1]
    const after = program.body[index + 1]
    if (before?.type === 'ContentStatement') before.leftStripped = true
    if (after?.type !== 'ContentStatement') continue
    after.rightStripped = true
    after.keepsStart = true
  }
}

function convertProgram(program: RawProgram): Program {
  const statements: Statement[] = []
  for (const raw of program.body) {
    const statement = convertStatement(raw)
    if (statement !== undefined) statements.push(statement)
  }
  return statements
}

function convertStatement(raw: RawStatement): Statement | undefined {
  switch (raw.type) {
    case 'CommentStatement':
      return undefined
    case 'ContentStatement':
      return convertContent(raw)
    case 'MustacheStatement':
    case 'PartialStatement':
      return raw.statement
    case 'BlockStatement': {
      const { call, parameters, opening, isUnsupported } = raw.head
      const range = { start: opening.start, end: raw.end }
      if (isUnsupported) {
        const hint = 'write a macro in macros/*.sql, and call it {{#x}}..{{/x}}'
        return { kind: 'unsupported', what: 'an inline partial', hint, range }
      }
      const block: Block = {
        kind: 'block',
        call,
        parameters,
        body: raw.program === undefined ? [] : convertProgram(raw.program),
        otherwise: raw.inverse === undefined ? undefined : convertProgram(raw.inverse),
        range,
        opening,
      }
      return block
    }
    default:
      return never(raw)
  }
}

function convertContent(raw: RawContent): Statement | undefined {
  if (raw.value === '') return undefined
  const start = raw.start + trimmedAtStart(raw)
  return { kind: 'text', text: raw.value, range: { start, end: start + raw.value.length } }
}

/** How many characters whitespace control took from the beginning. */
function trimmedAtStart(raw: RawContent): number {
  if (raw.value.length === raw.original.length) return 0
  const isBlank = raw.value.trim() === ''
  if (!isBlank) return raw.original.search(/\S/) - raw.value.search(/\S/)
  if (raw.rightStripped !== true || raw.keepsStart === true) return 0
  return /^[ \t]*\r?\n?/.exec(raw.original)?.[0].length ?? 0
}
