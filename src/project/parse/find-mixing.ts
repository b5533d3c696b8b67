/** Tells whether a SELECT keeps each row of what it reads apart: a projection or filter, whose rows come as its input's do. */
import { type SqlToken, tokenizeSql } from '../sql/tokenize.ts'

/** Clauses that make a row depend on other rows. Two words: the second must follow. */
const clauses: readonly string[] = [
  'join',
  'group by',
  'having',
  'distinct',
  'union',
  'intersect',
  'except',
  'over',
  'window',
  'qualify',
  'limit',
  'offset',
  'fetch first',
  'fetch next',
  'tablesample',
  'using sample',
  'pivot',
  'unpivot',
  'recursive',
  'asof',
  'lateral',
]

/** Functions of several rows; a function of a project's own that is one is seen by `verify`. */
const aggregates: ReadonlySet<string> = new Set([
  'any_value',
  'approx_count_distinct',
  'arg_max',
  'arg_min',
  'array_agg',
  'avg',
  'bit_and',
  'bit_or',
  'bool_and',
  'bool_or',
  'corr',
  'count',
  'count_star',
  'every',
  'first',
  'fsum',
  'histogram',
  'json_agg',
  'json_group_array',
  'json_group_object',
  'json_object_agg',
  'jsonb_agg',
  'jsonb_object_agg',
  'kurtosis',
  'last',
  'list',
  'listagg',
  'max',
  'max_by',
  'mean',
  'median',
  'min',
  'min_by',
  'mode',
  'percentile_cont',
  'percentile_disc',
  'product',
  'quantile',
  'quantile_cont',
  'quantile_disc',
  'regr_slope',
  'skewness',
  'stddev',
  'stddev_pop',
  'stddev_samp',
  'string_agg',
  'sum',
  'var_pop',
  'var_samp',
  'variance',
])

/** What mixes rows, in words, e.g. `"group by"`; undefined: nothing does. */
export function findMixing(sql: string): string | undefined {
  const tokens = tokenizeSql(sql).filter((token) => token.kind !== 'comment')
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'word') continue
    const word = token.text.toLowerCase()
    const next = tokens[index + 1]
    const isName = tokens[index - 1]?.text === '.' || isAlias(tokens, index)
    const clause = clauses.find((each) => isClause(each, word, next))
    if (clause !== undefined && !isName) return `"${clause}"`
    if (next?.text === '(' && aggregates.has(word) && tokens[index - 1]?.text !== '.') {
      return `${word}()`
    }
    if (word === 'select' && !beginsQuery(tokens, index)) return 'a subquery'
    if (word === 'from' && readsSeveral(tokens, index)) return 'several relations in "from"'
  }
  return undefined
}

function isClause(clause: string, word: string, next: SqlToken | undefined): boolean {
  const [first, second] = clause.split(' ')
  return word === first && (second === undefined || next?.text.toLowerCase() === second)
}

/** `amount as limit` */
function isAlias(tokens: readonly SqlToken[], index: number): boolean {
  return tokens[index - 1]?.text.toLowerCase() === 'as'
}

/** The first one, that of a CTE (`as (`), and that of a nested FROM (`from (`). */
function beginsQuery(tokens: readonly SqlToken[], index: number): boolean {
  if (index === 0) return true
  if (tokens[index - 1]?.text !== '(') return closesCommonTables(tokens, index)
  const before = tokens[index - 2]?.text.toLowerCase()
  return before === 'as' || before === 'materialized' || before === 'from'
}

/** The main query behind `with x as (..)`. */
function closesCommonTables(tokens: readonly SqlToken[], index: number): boolean {
  return tokens[index - 1]?.text === ')' && tokens[0]?.text.toLowerCase() === 'with'
}

/** A comma on the level of FROM, before its clause ends. `extract(day from x)` is none: what follows is no relation list. */
function readsSeveral(tokens: readonly SqlToken[], index: number): boolean {
  let depth = 0
  for (const token of tokens.slice(index + 1)) {
    if (token.text === '(') depth += 1
    if (token.text === ')') depth -= 1
    if (depth < 0) return false
    if (depth > 0) continue
    if (token.kind === 'word' && /^(?:where|order|select)$/i.test(token.text)) return false
    if (token.text === ',') return true
  }
  return false
}
