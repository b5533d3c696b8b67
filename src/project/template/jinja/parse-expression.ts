/** Reads an expression of Jinja, as far as it can be said in Handlebars. */
import { call, type JinjaArguments, type JinjaExpression } from './jinja-expression.ts'
import { filtered, methodCall, testedFor } from './translate-call.ts'

interface Reader {
  readonly tokens: readonly string[]
  position: number
}

const token =
  /\s*("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\d+(?:\.\d+)?|[A-Za-z_]\w*|==|!=|<=|>=|[-+*/%~<>()[\]{}.,:|=])/y
const comparisons: Readonly<Record<string, string>> = {
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'lte',
  '>': 'gt',
  '>=': 'gte',
}
const literals: Readonly<Record<string, string>> = {
  True: 'true',
  False: 'false',
  none: 'null',
  None: 'null',
}

/** undefined when it cannot be read or has no Handlebars form. */
export function parseJinjaExpression(text: string): JinjaExpression | undefined {
  const tokens = splitTokens(text)
  if (tokens === undefined) return undefined
  const reader: Reader = { tokens, position: 0 }
  const expression = readOr(reader)
  return reader.position === tokens.length ? expression : undefined
}

/** The arguments between the parentheses of a call or of a macro's head. */
export function parseJinjaArguments(
  text: string,
): (JinjaExpression & { readonly kind: 'call' }) | undefined {
  const call = parseJinjaExpression(`x(${text})`)
  return call?.kind === 'call' ? call : undefined
}

function splitTokens(text: string): readonly string[] | undefined {
  const tokens: string[] = []
  const end = text.trimEnd().length
  token.lastIndex = 0
  while (token.lastIndex < end) {
    const found = token.exec(text)?.[1]
    if (found === undefined) return undefined
    tokens.push(found)
  }
  return tokens
}

function take(reader: Reader, wanted: string): boolean {
  if (reader.tokens[reader.position] !== wanted) return false
  reader.position += 1
  return true
}

type Read = (reader: Reader) => JinjaExpression | undefined

/** `a op b op c`, each operator to a helper of two arguments. */
function chain(reader: Reader, read: Read, operators: Readonly<Record<string, string>>) {
  let left = read(reader)
  for (;;) {
    const name = operators[reader.tokens[reader.position] ?? '']
    if (name === undefined || left === undefined) return left
    reader.position += 1
    const right = read(reader)
    if (right === undefined) return undefined
    left = call(name, left, right)
  }
}

function readOr(reader: Reader): JinjaExpression | undefined {
  return chain(reader, readAnd, { or: 'or' })
}

function readAnd(reader: Reader): JinjaExpression | undefined {
  return chain(reader, readNot, { and: 'and' })
}

function readNot(reader: Reader): JinjaExpression | undefined {
  if (!take(reader, 'not')) return readComparison(reader)
  const inner = readNot(reader)
  return inner === undefined ? undefined : call('not', inner)
}

function readComparison(reader: Reader): JinjaExpression | undefined {
  const left = readConcat(reader)
  if (left === undefined) return undefined
  if (take(reader, 'is')) return readTest(reader, left)
  const isNegated =
    reader.tokens[reader.position] === 'not' && reader.tokens[reader.position + 1] === 'in'
  if (isNegated) reader.position += 1
  const name = take(reader, 'in') ? 'in' : comparisons[reader.tokens[reader.position] ?? '']
  if (name === undefined) return left
  if (name !== 'in') reader.position += 1
  const right = readConcat(reader)
  if (right === undefined) return undefined
  const compared = call(name, left, right)
  return isNegated ? call('not', compared) : compared
}

/** `x is none`, `x is not string`. */
function readTest(reader: Reader, value: JinjaExpression): JinjaExpression | undefined {
  const isNegated = take(reader, 'not')
  const tested = testedFor(reader.tokens[reader.position] ?? '', value)
  reader.position += 1
  return isNegated && tested !== undefined ? call('not', tested) : tested
}

function readConcat(reader: Reader): JinjaExpression | undefined {
  return chain(reader, readSum, { '~': 'concat' })
}

function readSum(reader: Reader): JinjaExpression | undefined {
  return chain(reader, readProduct, { '+': 'add', '-': 'subtract' })
}

function readProduct(reader: Reader): JinjaExpression | undefined {
  return chain(reader, readFiltered, { '*': 'multiply', '/': 'divide', '%': 'modulo' })
}

/** `x | f(a)` is `(f x a)`. */
function readFiltered(reader: Reader): JinjaExpression | undefined {
  let value = readPostfix(reader)
  while (value !== undefined && take(reader, '|')) {
    const name = reader.tokens[reader.position]
    if (name === undefined || !/^\w+$/.test(name)) return undefined
    reader.position += 1
    const rest = take(reader, '(') ? readArguments(reader) : { args: [], named: [] }
    if (rest === undefined) return undefined
    value = filtered(name, value, rest)
  }
  return value
}

function readPostfix(reader: Reader): JinjaExpression | undefined {
  let value = readPrimary(reader)
  while (value !== undefined) {
    if (take(reader, '.')) {
      const member = reader.tokens[reader.position]
      if (value.kind !== 'text' || member === undefined) return undefined
      reader.position += 1
      value = { kind: 'text', text: `${value.text}.${member}` }
    } else if (take(reader, '[')) {
      value = readSubscript(reader, value)
    } else if (take(reader, '(')) {
      const given = readArguments(reader)
      if (given === undefined || value.kind !== 'text') return undefined
      value = methodCall(value.text, given)
    } else {
      return value
    }
  }
  return value
}

/** Behind the opening bracket: `x[0]`, `x[1:]`. */
function readSubscript(reader: Reader, value: JinjaExpression): JinjaExpression | undefined {
  const isFromStart = take(reader, ':')
  const first = isFromStart ? number('0') : readOr(reader)
  if (first === undefined) return undefined
  if (!isFromStart && !take(reader, ':')) {
    return take(reader, ']') ? call('lookup', value, first) : undefined
  }
  if (take(reader, ']')) return call('slice', value, first)
  const end = readOr(reader)
  return end === undefined || !take(reader, ']') ? undefined : call('slice', value, first, end)
}

function number(text: string): JinjaExpression {
  return { kind: 'text', text }
}

/** Behind the opening parenthesis. */
function readArguments(reader: Reader): JinjaArguments | undefined {
  const args: JinjaExpression[] = []
  const named: (readonly [string, JinjaExpression])[] = []
  while (!take(reader, ')')) {
    const key =
      reader.tokens[reader.position + 1] === '=' ? reader.tokens[reader.position] : undefined
    if (key !== undefined) reader.position += 2
    const value = readOr(reader)
    if (value === undefined) return undefined
    if (key === undefined) args.push(value)
    else named.push([key, value])
    if (!take(reader, ',') && reader.tokens[reader.position] !== ')') return undefined
  }
  return { args, named }
}

const loopNames: Readonly<Record<string, string>> = {
  'loop.last': '@last',
  'loop.first': '@first',
  'loop.index0': '@index',
}
const fromOne = 'loop.index'

function readPrimary(reader: Reader): JinjaExpression | undefined {
  const first = reader.tokens[reader.position]
  if (first === undefined) return undefined
  reader.position += 1
  if (first === '(') {
    const inner = readOr(reader)
    return take(reader, ')') ? inner : undefined
  }
  if (first === '[') return readList(reader)
  if (first === '{') return readDict(reader)
  if (first === '-' && /^\d/.test(reader.tokens[reader.position] ?? '')) {
    reader.position += 1
    return { kind: 'text', text: `-${reader.tokens[reader.position - 1] ?? ''}` }
  }
  if (/^["']/.test(first)) return { kind: 'text', text: quote(first) }
  if (!/^\w/.test(first)) return undefined
  const member = reader.tokens.slice(reader.position - 1, reader.position + 2).join('')
  const loop = loopNames[member]
  if (loop !== undefined || member === fromOne) reader.position += 2
  if (member === fromOne) return call('add', number('@index'), number('1'))
  return { kind: 'text', text: loop ?? literals[first] ?? first }
}

function readList(reader: Reader): JinjaExpression | undefined {
  const items: JinjaExpression[] = []
  while (!take(reader, ']')) {
    const item = readOr(reader)
    if (item === undefined) return undefined
    items.push(item)
    if (!take(reader, ',') && reader.tokens[reader.position] !== ']') return undefined
  }
  return call('list', ...items)
}

function readDict(reader: Reader): JinjaExpression | undefined {
  const named: (readonly [string, JinjaExpression])[] = []
  while (!take(reader, '}')) {
    const key = /^["'](\w+)["']$/.exec(reader.tokens[reader.position] ?? '')?.[1]
    reader.position += 1
    const value = take(reader, ':') ? readOr(reader) : undefined
    if (key === undefined || value === undefined) return undefined
    named.push([key, value])
    if (!take(reader, ',') && reader.tokens[reader.position] !== '}') return undefined
  }
  return { kind: 'call', name: 'dict', args: [], named }
}

/** In double quotes unless the text holds one. */
function quote(literal: string): string {
  const inner = literal.slice(1, -1).replaceAll(/\\(['"])/g, '$1')
  return inner.includes('"') ? `'${inner.replaceAll("'", "\\'")}'` : `"${inner}"`
}
