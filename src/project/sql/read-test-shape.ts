/** A test's query to what it asks of one table, where that is a condition on rows or an aggregate: several are one scan. */
import { type SqlToken, tokenizeSql } from './tokenize.ts'

export type TestShape = {
  /** The CTEs before the SELECT, and the table with its alias: tests of one place can be asked at once. */
  readonly prefix: string
  readonly from: string
} & (
  | { readonly kind: 'rows'; readonly condition: string }
  /** Rows that meet the condition, counted by group. */
  | { readonly kind: 'groups'; readonly condition: string; readonly key: string }
  /** One row if the condition holds of the table as a whole. */
  | { readonly kind: 'table'; readonly condition: string }
)

/** Anything of these at the top level makes another shape. */
const strangers = new Set([
  'union',
  'intersect',
  'except',
  'order',
  'limit',
  'offset',
  'fetch',
  'window',
  'qualify',
  'for',
  'distinct',
  'join',
  'lateral',
  'tablesample',
  'using',
])

/**
 * `select .. from <table> [as alias] where <condition>`, the same with `group by <one column>`, or with `having` alone.
 * undefined: any other shape.
 */
export function readTestShape(sql: string): TestShape | undefined {
  const tokens = tokenizeSql(sql)
  // A comment to the end of the line would run over what is put behind a part.
  if (tokens.some((token) => token.kind === 'comment')) return undefined
  const top = topLevel(tokens)
  const select = top.findIndex((token) => isWord(token, 'select'))
  if (select < 0 || (select > 0 && !isWord(top[0], 'with'))) return undefined
  const clauses = top.slice(select)
  if (clauses.some((token) => token.kind === 'word' && strangers.has(token.text.toLowerCase()))) {
    return undefined
  }
  const at = (word: string) => clauses.find((token) => isWord(token, word))
  const [from, where, group, having] = [at('from'), at('where'), at('group'), at('having')]
  if (from === undefined) return undefined
  const first = clauses[0]
  const end = (where ?? group ?? having)?.start ?? sql.length
  const table = sql.slice(from.end, end).trim()
  if (first === undefined || !isPlainTable(table)) return undefined
  const place = { prefix: sql.slice(0, first.start), from: table }
  if (where === undefined) {
    const isWhole = having !== undefined && group === undefined
    return isWhole
      ? { ...place, kind: 'table', condition: sql.slice(having.end).trim() }
      : undefined
  }
  if (having !== undefined) return undefined
  const condition = sql.slice(where.end, group?.start ?? sql.length).trim()
  if (group === undefined) {
    // An aggregate would give one row however many meet the condition.
    const list = sql.slice(first.end, from.start)
    return list.includes('(') ? undefined : { ...place, kind: 'rows', condition }
  }
  const key = sql
    .slice(group.end)
    .trim()
    .replace(/^by\s+/i, '')
  if (/^\d+$/.test(key) || topLevel(tokenizeSql(key)).some(({ text }) => text === ',')) {
    return undefined
  }
  return { ...place, kind: 'groups', condition, key }
}

/**
 * The condition that a row of the table meets when the test finds it at fault. `identifier`: of the table as the query
 * names it, last; its alias is none or `tested`. undefined: it is no condition on one row.
 */
export function readRowCondition(sql: string, identifier: string): string | undefined {
  const shape = readTestShape(sql)
  if (shape === undefined || shape.kind === 'table' || shape.prefix.trim() !== '') return undefined
  const named = /^(?:.*\.)?"((?:[^"]|"")+)"(?:\s+(?:as\s+)?tested)?$/is.exec(shape.from)?.[1]
  return named?.replaceAll('""', '"') === identifier ? shape.condition : undefined
}

/** True when the condition asks other rows or tables. */
export function asksOthers({ condition }: Pick<TestShape, 'condition'>): boolean {
  return tokenizeSql(condition).some((token) => isWord(token, 'select'))
}

function topLevel(tokens: readonly SqlToken[]): readonly SqlToken[] {
  let depth = 0
  return tokens.filter(({ text }) => {
    if (text === '(' || text === '[' || text === '{') depth += 1
    const isTop = depth === 0
    if (text === ')' || text === ']' || text === '}') depth -= 1
    return isTop
  })
}

function isWord(token: SqlToken | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text.toLowerCase() === word
}

/** A name of up to three parts, quoted or not, with or without an alias. */
function isPlainTable(text: string): boolean {
  const name = '(?:"(?:[^"]|"")+"|[A-Za-z_]\\w*)'
  return new RegExp(`^${name}(?:\\.${name}){0,2}(?:\\s+(?:as\\s+)?${name})?$`, 'i').test(text)
}
