/** Reads what stands inside a tag: paths, literals, calls in parentheses, named arguments, block parameters. */
import type { Call, Expression, Literal, NamedArgument, Path } from './syntax-tree.ts'
import { SyntaxFault } from './syntax-fault.ts'
import { expectToken, isAt, nextToken, refuse, type TokenReader } from './token-reader.ts'

interface CallBody {
  readonly callee: Path | Literal
  readonly args: readonly Expression[]
  readonly named: readonly NamedArgument[]
}

const equals = /\s*=/y
const afterArgument = ['ID', 'STRING', 'OPEN_SEXPR'] as const

/** A name with its arguments; with `callee` given, the arguments only. */
export function parseCallBody(reader: TokenReader, callee?: Expression): CallBody {
  const name = callee === undefined || callee.kind === 'call' ? undefined : callee
  const head = callee === undefined ? parseName(reader) : (name ?? emptyName(callee))
  const args: Expression[] = []
  const named: NamedArgument[] = []
  for (;;) {
    if (isKey(reader)) named.push(parseNamed(reader))
    else if (named.length === 0 && isExpression(reader)) args.push(parseExpression(reader))
    else return { callee: head, args, named }
  }
}

/** A call of a name that is itself a call: a partial's name only. */
function emptyName({ range }: Expression): Literal {
  return { kind: 'literal', value: '', range }
}

/** The head of a block: a call, and names between bars. */
export function parseHead(
  reader: TokenReader,
): CallBody & { readonly parameters: readonly string[] } {
  const body = parseCallBody(reader)
  if (!isAt(reader, 'OPEN_BLOCK_PARAMS')) return { ...body, parameters: [] }
  nextToken(reader)
  const parameters: string[] = []
  while (isAt(reader, 'ID')) {
    parameters.push(withoutBrackets(reader.token.value))
    nextToken(reader)
  }
  if (parameters.length === 0) refuse(reader, ['ID'])
  expectToken(reader, 'CLOSE_BLOCK_PARAMS')
  return { ...body, parameters }
}

function isKey({ token, scanner }: TokenReader): boolean {
  if (token.name !== 'ID') return false
  equals.lastIndex = token.end
  return equals.test(scanner.text)
}

function parseNamed(reader: TokenReader): NamedArgument {
  const { value: key, start } = reader.token
  nextToken(reader)
  expectToken(reader, 'EQUALS')
  const value = parseExpression(reader)
  return { key: withoutBrackets(key), value, range: { start, end: value.range.end } }
}

const expressionTokens: ReadonlySet<string> = new Set(
  'ID DATA STRING NUMBER BOOLEAN NULL UNDEFINED OPEN_SEXPR'.split(' '),
)

function isExpression({ token }: TokenReader): boolean {
  return expressionTokens.has(token.name)
}

export function parseExpression(reader: TokenReader): Expression {
  const { token } = reader
  if (token.name !== 'OPEN_SEXPR') return parseName(reader)
  nextToken(reader)
  const body = parseCallBody(reader)
  if (!isAt(reader, 'CLOSE_SEXPR')) refuse(reader, [...afterArgument, 'CLOSE_SEXPR'])
  const end = expectToken(reader, 'CLOSE_SEXPR')
  const call: Call = { kind: 'call', ...body, range: { start: token.start, end } }
  return call
}

/** A path or a literal. */
function parseName(reader: TokenReader): Path | Literal {
  const { value, start, end } = reader.token
  const name: string = reader.token.name
  const literal = (content: Literal['value']): Literal => {
    nextToken(reader)
    return { kind: 'literal', value: content, range: { start, end } }
  }
  switch (name) {
    case 'STRING':
      return literal(value)
    case 'NUMBER':
      return literal(Number(value))
    case 'BOOLEAN':
      return literal(value === 'true')
    case 'NULL':
      return literal(null)
    case 'UNDEFINED':
      nextToken(reader)
      return { ...pathAt(start, end, [value]), original: value }
    case 'DATA':
      nextToken(reader)
      if (!isAt(reader, 'ID')) refuse(reader, ['ID'])
      return parsePath(reader, start)
    case 'ID':
      return parsePath(reader, start)
    default:
      return refuse(reader, ['ID'])
  }
}

function pathAt(start: number, end: number, parts: readonly string[]): Path {
  return { kind: 'path', original: '', base: 'name', parts, depth: 0, range: { start, end } }
}

function parsePath(reader: TokenReader, start: number): Path {
  const { text } = reader.scanner
  const parts: string[] = []
  let depth = 0
  let isThis = false
  let end = reader.token.end
  for (;;) {
    const { value } = reader.token
    end = reader.token.end
    if (value === 'this' || value === '.' || value === '..') {
      if (parts.length > 0) throw brokenPath(text, start, end)
      isThis = true
      if (value === '..') depth += 1
    } else {
      parts.push(withoutBrackets(value))
    }
    nextToken(reader)
    if (!isAt(reader, 'SEP')) break
    nextToken(reader)
    if (!isAt(reader, 'ID')) refuse(reader, ['ID'])
  }
  const original = text.slice(start, end)
  const base = original.startsWith('@') ? 'data' : isThis ? 'this' : 'name'
  return { kind: 'path', original, base, parts, depth, range: { start, end } }
}

function brokenPath(text: string, start: number, end: number): SyntaxFault {
  return new SyntaxFault({
    message: `expected a plain name, found "${text.slice(start, end)}"`,
    range: { start, end },
  })
}

function withoutBrackets(name: string): string {
  return name.startsWith('[') ? name.slice(1, -1) : name
}
