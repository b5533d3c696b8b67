/** SQL to a text that only its tokens decide: white space, comments and the case of reserved words do not count. */
import { type SqlToken, tokenizeSql } from '../../../project/sql/tokenize.ts'

/** Grows with every change of what `canonicalSql` gives: its texts are compared only within one version. */
export const canonicaliserVersion = 1

/**
 * Equal for two texts only where DuckDB and Postgres treat them alike, names of columns included; the other way round it
 * may differ needlessly. Where the databases disagree on how a text is cut into tokens, it is given back as it is.
 */
export function canonicalSql(sql: string): string {
  const found = tokenizeSql(sql)
  if (isDoubtful(sql, found)) return sql
  const tokens = withoutLastSemicolons(found.filter((token) => token.kind !== 'comment'))
  const texts = tokens.map((token, index) => {
    const [previous, next] = [tokens[index - 1], tokens[index + 1]]
    if (previous === undefined) return canonicalText(token, { previous, next })
    if (isJoined(previous, token)) return token.text
    return ` ${canonicalText(token, { previous, next })}`
  })
  return texts.join('')
}

/**
 * Reserved on DuckDB or part of its joins and comparisons: they stand for a name only where `isLabel` says so. Words
 * that may be a column's name keep their case, since DuckDB shows a column as it was typed.
 */
export const foldedWords: ReadonlySet<string> = new Set(
  `all and any anti array as asc asof both by case cast collate cross desc distinct else end except
  false for from full glob group having ilike in inner intersect is isnull join lambda lateral
  leading left like limit natural not notnull null offset on only or order outer pivot positional
  qualify right select semi similar some symmetric table tablesample then to trailing true union
  unpivot using when where window with`.split(/\s+/),
)

interface Neighbours {
  readonly previous: SqlToken | undefined
  readonly next: SqlToken | undefined
}

function canonicalText(token: SqlToken, neighbours: Neighbours): string {
  // Only ASCII: the Kelvin sign, too, has a "k" as its lower case.
  if (token.kind !== 'word' || !/^[A-Za-z]+$/.test(token.text)) return token.text
  const lower = token.text.toLowerCase()
  return foldedWords.has(lower) && !isLabel(neighbours) ? lower : token.text
}

/** DuckDB takes reserved words as names there: `1 as Group`, `t.Order`, `struct_pack(Left := 1)`. */
function isLabel({ previous, next }: Neighbours): boolean {
  return (
    ['as', '.', '::'].includes(previous?.text.toLowerCase() ?? '') ||
    [':=', '=>', ':'].includes(next?.text ?? '')
  )
}

/** `1x` and `1 x` differ on Postgres, `0b11` and `0 b11` too: what follows a number at once stays there. */
function isJoined(previous: SqlToken, token: SqlToken): boolean {
  const opens = previous.kind === 'number' || previous.kind === 'parameter'
  return opens && previous.end === token.start && token.kind !== 'symbol'
}

function withoutLastSemicolons(tokens: readonly SqlToken[]): readonly SqlToken[] {
  const last = tokens.findLastIndex((token) => token.text !== ';')
  return tokens.slice(0, last + 1)
}

/** What every database takes for white space. DuckDB knows more (a no-break space), Postgres other (a vertical tab). */
const plainSpace = /^[ \t\n\r\f]*$/
const knownSymbol = /^(?:[()[\]{},;.:]|::|:=|[+\-*/<>=~!@#%^&|`?]+)$/

function isDoubtful(sql: string, tokens: readonly SqlToken[]): boolean {
  const last = tokens.at(-1)
  if (last !== undefined && isOpen(last)) return true
  if (!plainSpace.test(sql.slice(last?.end ?? 0))) return true
  let before = 0
  let isAfterString = false
  for (const token of tokens) {
    if (!plainSpace.test(sql.slice(before, token.start))) return true
    before = token.end
    if (token.kind === 'symbol' && !knownSymbol.test(token.text)) return true
    if (token.kind === 'comment') {
      // A carriage return ends a comment on the databases.
      if (token.text.startsWith('--') && /\r[^]/.test(token.text)) return true
      continue
    }
    // With a line end between them they are one string, read by the rules of the first.
    if (token.kind === 'string' && isAfterString) return true
    isAfterString = token.kind === 'string'
  }
  return false
}

/** What is not closed ends with the text, so it takes in whatever is put behind it. */
function isOpen(token: SqlToken): boolean {
  if (token.kind === 'comment' && token.text.startsWith('--')) return false
  if (!['comment', 'string', 'quoted-name'].includes(token.kind)) return false
  return tokenizeSql(`${token.text} x`)[0]?.text !== token.text
}
