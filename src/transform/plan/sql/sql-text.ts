/** Just enough of SQL's lexical rules to find statement ends, comments and a leading WITH, in any of the dialects. */

export interface SqlOutline {
  /** Offset of the first character that is neither white space nor comment; -1 when there is none. */
  readonly start: number
  /** Offsets of semicolons outside strings, identifiers and comments. */
  readonly semicolons: readonly number[]
  /** Offset behind the last character that is neither white space, comment nor a semicolon at the end. */
  readonly end: number
  /** Offset of a block comment that never ends; -1 when all do. */
  readonly unclosedComment: number
}

/** Runs of characters that open nothing: skipped at once. */
const plain = /[A-Za-z0-9_]+|[.,()=<>*+|[\]{}:!%&^~?@#`\\]+/y
const trivia = /\s+|--[^\n]*|\/\*/y
const quoted = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]\w*)?\$/y

export function outlineSql(sql: string): SqlOutline {
  const semicolons: number[] = []
  let start = -1
  let end = 0
  let offset = 0
  while (offset < sql.length) {
    const skipped = skipTrivia(sql, offset)
    if (skipped > sql.length) return { start, semicolons, end, unclosedComment: offset }
    if (skipped > offset) {
      offset = skipped
      continue
    }
    const next = skipToken(sql, offset)
    if (sql[offset] === ';') semicolons.push(offset)
    else {
      if (start < 0) start = offset
      end = next
    }
    offset = next
  }
  return { start, semicolons, end, unclosedComment: -1 }
}

/** Offset of the first character that is neither white space nor comment; -1 when there is none. */
export function startOfSql(sql: string): number {
  let offset = 0
  while (offset < sql.length) {
    const skipped = skipTrivia(sql, offset)
    if (skipped === offset) return sql[offset] === ';' ? startAfter(sql, offset) : offset
    offset = skipped
  }
  return -1
}

function startAfter(sql: string, offset: number): number {
  const rest = startOfSql(sql.slice(offset + 1))
  return rest < 0 ? -1 : offset + 1 + rest
}

/** The offset behind white space and one comment at `offset`; the same offset when there is none. */
function skipTrivia(sql: string, offset: number): number {
  trivia.lastIndex = offset
  const match = trivia.exec(sql)
  if (match === null) return offset
  return match[0] === '/*' ? skipBlockComment(sql, offset) : trivia.lastIndex
}

/** Block comments nest, on Postgres; an unclosed one ends beyond the text. */
function skipBlockComment(sql: string, offset: number): number {
  let depth = 0
  for (let at = offset; at < sql.length; at += 1) {
    const pair = sql.slice(at, at + 2)
    if (pair === '/*') depth += 1
    if (pair === '*/') depth -= 1
    if (pair === '/*' || pair === '*/') at += 1
    if (depth === 0) return at + 1
  }
  return sql.length + 1
}

function skipToken(sql: string, offset: number): number {
  const isEscapeString = /[eE]/.test(sql[offset] ?? '') && sql[offset + 1] === "'"
  if (isEscapeString && !/\w/.test(sql[offset - 1] ?? ' ')) {
    const escaped = /[eE]'(?:[^'\\]|\\.|'')*'/sy
    escaped.lastIndex = offset
    return escaped.exec(sql) === null ? offset + 1 : escaped.lastIndex
  }
  plain.lastIndex = offset
  if (plain.test(sql)) return plain.lastIndex
  quoted.lastIndex = offset
  const match = quoted.exec(sql)
  if (match === null) return offset + 1
  if (!match[0].startsWith('$')) return quoted.lastIndex
  const close = sql.indexOf(match[0], quoted.lastIndex)
  return close < 0 ? offset + 1 : close + match[0].length
}

/** Where a CTE is to be put in, and what must stand before and behind it. */
export function commonTableSlot(sql: string): {
  readonly at: number
  readonly open: string
  readonly close: string
} {
  const start = Math.max(startOfSql(sql), 0)
  const leading = /with(\s+recursive)?\b/iy
  leading.lastIndex = start
  const match = leading.exec(sql)
  if (match === null) return { at: start, open: 'with ', close: '\n' }
  return { at: leading.lastIndex, open: ' ', close: ',' }
}
