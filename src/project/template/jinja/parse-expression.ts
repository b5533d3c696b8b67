/** Reads an expression of Jinja, as far as it can be said in Handlebars. */

/** Text stands as it is; a call is printed as `(name args named=value)`. */
export type JinjaExpression =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'call'
      readonly name: string
      readonly args: readonly JinjaExpression[]
      readonly named: readonly (readonly [string, JinjaExpression])[]
    }

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

function call(name: string, ...args: readonly JinjaExpression[]): JinjaExpression {
  return { kind: 'call', name, args, named: [] }
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

function readConcat(reader: Reader): JinjaExpression | undefined {
  return chain(reader, readSum, { '~': 'concat' })
}

function readSum(reader: Reader): JinjaExpression | undefined {
  return chain(reader, readFiltered, { '+': 'add', '-': 'subtract' })
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
    const filter = filterNames[name] ?? name
    value = { kind: 'call', name: filter, args: [value, ...rest.args], named: rest.named }
  }
  return value
}

const filterNames: Readonly<Record<string, string>> = { default: 'or', d: 'or', count: 'length' }

function readPostfix(reader: Reader): JinjaExpression | undefined {
  let value = readPrimary(reader)
  while (value !== undefined) {
    if (take(reader, '.')) {
      const member = reader.tokens[reader.position]
      if (value.kind !== 'text' || member === undefined) return undefined
      reader.position += 1
      value = { kind: 'text', text: `${value.text}.${member}` }
    } else if (take(reader, '[')) {
      const key = readOr(reader)
      if (key === undefined || !take(reader, ']')) return undefined
      value = call('lookup', value, key)
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

const calledNames: Readonly<Record<string, string>> = {
  env_var: 'env',
  run_query: 'query',
  'adapter.get_columns_in_relation': 'columns',
  'exceptions.raise_compiler_error': 'raise',
}

/** Of methods only `get` has a form; a package's macros keep its name, but for those that ship with us. */
function methodCall(callee: string, given: Arguments): JinjaExpression | undefined {
  const parts = callee.split('.')
  const last = parts.at(-1) ?? ''
  if (last === 'get' && parts.length > 1) {
    const from: JinjaExpression = { kind: 'text', text: parts.slice(0, -1).join('.') }
    return { kind: 'call', name: 'lookup', args: [from, ...given.args.slice(0, 1)], named: [] }
  }
  const name = calledNames[callee] ?? callee.replace(/^(?:dbt|dbt_utils)\./, '')
  const named = given.named.map(
    ([key, value]) => [name === 'ref' && key === 'v' ? 'version' : key, value] as const,
  )
  return { kind: 'call', name, args: given.args, named }
}

interface Arguments {
  readonly args: readonly JinjaExpression[]
  readonly named: readonly (readonly [string, JinjaExpression])[]
}

/** Behind the opening parenthesis. */
function readArguments(reader: Reader): Arguments | undefined {
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
  const loop = loopNames[reader.tokens.slice(reader.position - 1, reader.position + 2).join('')]
  if (loop !== undefined) reader.position += 2
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
