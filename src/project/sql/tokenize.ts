/** SQL text to its tokens, by the lexical rules that DuckDB and Postgres share; white space is left out. */

export type SqlTokenKind =
  /** A keyword or a name without quotes, as written. */
  | 'word'
  /** A name in double quotes, with its quotes. */
  | 'quoted-name'
  /** Text in single quotes or between dollar signs, with its quotes and prefix. */
  | 'string'
  | 'number'
  /** One operator (`::`, `<=`, `->>`), or one of `( ) [ ] { } , ; . :`. */
  | 'symbol'
  /** `$1`, as in a prepared statement. */
  | 'parameter'
  | 'comment'

export interface SqlToken {
  readonly kind: SqlTokenKind
  /** As it stands in the SQL. */
  readonly text: string
  /** In characters; `end` is exclusive. */
  readonly start: number
  readonly end: number
}

const space = /\s+/y
const word = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y
const number = /(?:0[xX][\da-fA-F_]+|(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/y
const plainString = /'[^']*(?:''[^']*)*(?:'|$)/y
const escapeString = /[eE]'(?:[^'\\]|\\[^]|'')*(?:'|$)/y
const prefixedString = /(?:[bBxXnN]|[uU]&)'[^']*(?:''[^']*)*(?:'|$)/y
const quotedName = /(?:[uU]&)?"[^"]*(?:""[^"]*)*(?:"|$)/y
const lineComment = /--[^\n]*/y
const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y
const parameter = /\$\d+/y
const operator = /[+\-*/<>=~!@#%^&|`?]+/y
const doubled = /::|:=/y

/** Never throws: what is opened and not closed ends with the text, and a character of no meaning is a symbol. */
export function tokenizeSql(sql: string): readonly SqlToken[] {
  const tokens: SqlToken[] = []
  let offset = 0
  while (offset < sql.length) {
    const afterSpace = endOf(space, sql, offset)
    if (afterSpace !== undefined) {
      offset = afterSpace
      continue
    }
    const { kind, end } = plainTokenAt(sql, offset) ?? tokenAt(sql, offset)
    tokens.push({ kind, text: sql.slice(offset, end), start: offset, end })
    offset = end
  }
  return tokens
}

interface Found {
  readonly kind: SqlTokenKind
  readonly end: number
}

/** What its first character decides, which is most of any SQL: one look instead of a dozen. */
function plainTokenAt(sql: string, offset: number): Found | undefined {
  const first = sql.charAt(offset)
  if ((first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first === '_') {
    const end = endOf(word, sql, offset) ?? offset + 1
    const mayBePrefix = end === offset + 1 && /['"&]/.test(sql.charAt(end))
    return mayBePrefix ? undefined : { kind: 'word', end }
  }
  if (first >= '0' && first <= '9') return found('number', endOf(number, sql, offset))
  switch (first) {
    case '(':
    case ')':
    case ',':
    case ';':
    case '[':
    case ']':
    case '{':
    case '}':
      return { kind: 'symbol', end: offset + 1 }
    case "'":
      return found('string', endOf(plainString, sql, offset))
    case '"':
      return found('quoted-name', endOf(quotedName, sql, offset))
    default:
      return undefined
  }
}

function found(kind: SqlTokenKind, end: number | undefined): Found | undefined {
  return end === undefined ? undefined : { kind, end }
}

/** In order: a prefix of a string would be taken for a word, a comment for an operator, a tag for a symbol. */
const rules: readonly (readonly [SqlTokenKind, RegExp])[] = [
  ['string', plainString],
  ['string', escapeString],
  ['string', prefixedString],
  ['quoted-name', quotedName],
  ['word', word],
  ['number', number],
  ['comment', lineComment],
  ['parameter', parameter],
  ['symbol', doubled],
]

function tokenAt(sql: string, offset: number): Found {
  for (const [kind, pattern] of rules) {
    const end = endOf(pattern, sql, offset)
    if (end !== undefined) return { kind, end }
  }
  if (sql.startsWith('/*', offset)) return { kind: 'comment', end: endOfBlockComment(sql, offset) }
  const afterTag = endOf(dollarTag, sql, offset)
  if (afterTag !== undefined) {
    const tag = sql.slice(offset, afterTag)
    const close = sql.indexOf(tag, afterTag)
    return { kind: 'string', end: close < 0 ? sql.length : close + tag.length }
  }
  return { kind: 'symbol', end: endOfOperator(sql, offset) ?? offset + 1 }
}

/** Block comments nest. */
function endOfBlockComment(sql: string, offset: number): number {
  const mark = /\/\*|\*\//g
  mark.lastIndex = offset
  let depth = 0
  for (let match = mark.exec(sql); match !== null; match = mark.exec(sql)) {
    depth += match[0] === '/*' ? 1 : -1
    if (depth === 0) return mark.lastIndex
  }
  return sql.length
}

/**
 * A comment ends an operator, and so does a sign behind one of the plain characters: `a=-1` is `=` and `-`, as
 * Postgres reads it.
 */
function endOfOperator(sql: string, offset: number): number | undefined {
  const end = endOf(operator, sql, offset)
  if (end === undefined) return undefined
  const run = sql.slice(offset, end)
  const comment = run.search(/--|\/\*/)
  const text = comment > 0 ? run.slice(0, comment) : run
  if (/[~!@#%^&|`?]/.test(text)) return offset + text.length
  const signs = /[+-]+$/.exec(text.slice(1))
  return offset + text.length - (signs === null ? 0 : signs[0].length)
}

function endOf(pattern: RegExp, sql: string, offset: number): number | undefined {
  pattern.lastIndex = offset
  return pattern.test(sql) ? pattern.lastIndex : undefined
}
