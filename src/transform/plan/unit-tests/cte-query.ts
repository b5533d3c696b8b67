/** A query that ends in the rows of one of its CTEs. */
import { type SqlToken, tokenizeSql } from '../../../project/sql/tokenize.ts'

export type CteQuery =
  | { readonly kind: 'query'; readonly sql: string }
  /** There is no such CTE at the top of the query. */
  | { readonly kind: 'none'; readonly names: readonly string[] }

/** The text up to the CTEs stays as it is, so places in it do too. */
export function cteQuery(sql: string, wanted: string): CteQuery {
  const ctes = readCtes(sql)
  const found = ctes.find(({ name }) => isSame(name, wanted))
  const last = ctes.at(-1)
  if (found === undefined || last === undefined) {
    return { kind: 'none', names: ctes.map(({ name }) => unquoted(name)) }
  }
  return { kind: 'query', sql: `${sql.slice(0, last.end)}\nselect * from ${found.name}` }
}

interface Cte {
  /** As it stands in the SQL. */
  readonly name: string
  /** Behind its closing parenthesis. */
  readonly end: number
}

/** `with [recursive] name [(columns)] as [[not] materialized] (..) [, ..]`. */
function readCtes(sql: string): readonly Cte[] {
  const tokens = tokenizeSql(sql).filter((token) => token.kind !== 'comment')
  if (wordAt(tokens, 0) !== 'with') return []
  let place = wordAt(tokens, 1) === 'recursive' ? 2 : 1
  const ctes: Cte[] = []
  for (;;) {
    const name = tokens[place]
    if (name === undefined) return ctes
    const head = tokens[place + 1]?.text === '(' ? closing(tokens, place + 1) + 1 : place + 1
    if (wordAt(tokens, head) !== 'as') return ctes
    const body = [head + 1, head + 2, head + 3].find((index) => tokens[index]?.text === '(')
    const close = body === undefined ? undefined : tokens[closing(tokens, body)]
    if (body === undefined || close === undefined) return ctes
    ctes.push({ name: name.text, end: close.end })
    const comma = closing(tokens, body) + 1
    if (tokens[comma]?.text !== ',') return ctes
    place = comma + 1
  }
}

/** The index of the parenthesis that closes the one at `open`; behind the last token when there is none. */
function closing(tokens: readonly SqlToken[], open: number): number {
  let depth = 0
  for (let index = open; index < tokens.length; index += 1) {
    if (tokens[index]?.text === '(') depth += 1
    if (tokens[index]?.text === ')') depth -= 1
    if (depth === 0) return index
  }
  return tokens.length
}

function wordAt(tokens: readonly SqlToken[], index: number): string {
  return tokens[index]?.text.toLowerCase() ?? ''
}

function isSame(written: string, wanted: string): boolean {
  return written.startsWith('"')
    ? unquoted(written) === wanted
    : written.toLowerCase() === wanted.toLowerCase()
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name
}
