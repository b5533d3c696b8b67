/** Tells whether a SELECT keeps each row of what it reads apart: a projection or filter, whose rows come as its input's do. */
import { isAggregate } from '../../sql/aggregate-functions.ts'
import { type SqlToken, tokenizeSql } from '../../sql/tokenize.ts'

/** Clauses that make a row depend on other rows. Two words: the second must follow. */
const clauses: readonly (readonly [first: string, second?: string])[] = [
  ['join'],
  ['group', 'by'],
  ['having'],
  ['distinct'],
  ['union'],
  ['intersect'],
  ['except'],
  ['over'],
  ['window'],
  ['within', 'group'],
  ['qualify'],
  ['limit'],
  ['offset'],
  ['fetch', 'first'],
  ['fetch', 'next'],
  ['tablesample'],
  ['using', 'sample'],
  ['pivot'],
  ['unpivot'],
  ['with', 'recursive'],
  ['asof'],
  ['lateral'],
]

/** What a parenthesis begins with when it holds a query. */
const queryWords: readonly string[] = ['select', 'with', 'from', 'table']

/** Their arguments hold a FROM that reads nothing: `extract(day from at)`. */
const functionsWithFrom: readonly string[] = ['extract', 'substring', 'trim', 'overlay']

interface Outline {
  readonly tokens: readonly SqlToken[]
  /** Of each token: the index of the parenthesis around it, of `)` the one it closes; -1: none. */
  readonly openers: readonly number[]
}

/**
 * What mixes rows, in words, e.g. `"group by"`; undefined: nothing does. Strict: what is not understood counts as mixing.
 * `upstream` is the text of what is read, and must stand in the SQL once.
 */
export function findMixing(sql: string, upstream: string): string | undefined {
  const tokens = tokenizeSql(sql).filter((token) => token.kind !== 'comment')
  const outline = { tokens, openers: openersOf(tokens) }
  const isStart = (word: string) => wordAt(outline, 0) === word
  if (!isStart('select') && !isStart('with')) return 'something else than a SELECT'
  for (const index of tokens.keys()) {
    const found = mixingAt(outline, index, upstream)
    if (found !== undefined) return found
  }
  const count = (is: (index: number) => boolean) => [...tokens.keys()].filter(is).length
  const readings = count((index) => tokens[index]?.text === upstream)
  if (readings !== 1)
    return readings === 0 ? 'no ref or source' : 'several readings of one relation'
  const selects = count((index) => wordAt(outline, index) === 'select')
  return selects > count((index) => isFromClause(outline, index))
    ? 'a SELECT without FROM'
    : undefined
}

function mixingAt(outline: Outline, index: number, upstream: string): string | undefined {
  const { tokens } = outline
  const token = tokens[index]
  if (token === undefined) return undefined
  if (token.text === '(') return subqueryAt(outline, index)
  const clause = clauses.find((each) => isClause(outline, index, each))
  if (clause !== undefined && !isName(outline, index)) return `"${clause.join(' ')}"`
  if (tokens[index + 1]?.text === '(' && isAggregate(token)) return `${token.text.toLowerCase()}()`
  const word = wordAt(outline, index)
  // `my_own(x) filter (where ..)`: only a function of several rows takes one.
  const isFilter = word === 'filter' && tokens[index - 1]?.text === ')'
  if (isFilter && tokens[index + 1]?.text === '(') return '"filter"'
  if (word === 'select' && !isMainSelect(outline, index)) return 'a subquery'
  return isFromClause(outline, index) ? readingAt(outline, index, upstream) : undefined
}

function isClause(
  outline: Outline,
  index: number,
  [first, second]: readonly [string, string?],
): boolean {
  if (wordAt(outline, index) !== first) return false
  if (second !== undefined) return wordAt(outline, index + 1) === second
  // `a is not distinct from b` compares two values of one row.
  return first !== 'distinct' || wordAt(outline, index + 1) !== 'from'
}

/** `t.limit` or `amount as limit`. */
function isName({ tokens }: Outline, index: number): boolean {
  const previous = tokens[index - 1]?.text.toLowerCase()
  return previous === '.' || previous === 'as'
}

/** Queries stand in CTEs and behind FROM, and every other one reads rows beside those that are passed on. */
function subqueryAt(outline: Outline, open: number): string | undefined {
  const first = wordAt(outline, open + 1)
  if (isCommonTable(outline, open)) {
    return first === 'select' || first === 'with' ? undefined : 'something else than a SELECT'
  }
  if (isFromClause(outline, open - 1)) {
    return first === 'select' ? undefined : 'something else than a SELECT'
  }
  return first !== undefined && queryWords.includes(first) ? 'a subquery' : undefined
}

/** The first one, the first one in parentheses, and the one behind the CTEs. */
function isMainSelect(outline: Outline, index: number): boolean {
  const { tokens, openers } = outline
  const previous = tokens[index - 1]?.text
  if (previous === undefined || previous === '(') return true
  return previous === ')' && isCommonTable(outline, openers[index - 1] ?? -1)
}

/** The parenthesis of `x as (..)` or `x as not materialized (..)`. */
function isCommonTable(outline: Outline, open: number): boolean {
  const before = wordAt(outline, open - 1)
  return before === 'as' || before === 'materialized'
}

/** Not the one of `is distinct from`, nor that of `extract(day from at)`. */
function isFromClause(outline: Outline, index: number): boolean {
  if (wordAt(outline, index) !== 'from' || wordAt(outline, index - 1) === 'distinct') return false
  if (isName(outline, index)) return false
  const open = outline.openers[index] ?? -1
  const callee = open < 0 ? undefined : wordAt(outline, open - 1)
  return callee === undefined || !functionsWithFrom.includes(callee)
}

/** What a FROM reads that is not what is passed on. */
function readingAt(outline: Outline, index: number, upstream: string): string | undefined {
  const { tokens } = outline
  const read = tokens[index + 1]
  if (read === undefined) return 'a FROM that reads nothing'
  if (readsSeveral(outline, index)) return 'several relations in "from"'
  if (read.text === '(' || read.text === upstream) return undefined
  const isWhole = tokens[index + 2]?.text !== '.' && tokens[index + 2]?.text !== '('
  if (isWhole && commonTables(outline).has(nameOf(read))) return undefined
  return `"from ${read.text}" instead of a ref or source`
}

/** A comma on the level of FROM, before its clause ends. */
function readsSeveral({ tokens, openers }: Outline, index: number): boolean {
  for (let at = index + 1; at < tokens.length; at += 1) {
    const token = tokens[at]
    if (token === undefined || (token.text === ')' && openers[at] === openers[index])) return false
    if (openers[at] !== openers[index]) continue
    if (token.kind === 'word' && /^(?:where|order|select)$/i.test(token.text)) return false
    if (token.text === ',') return true
  }
  return false
}

function commonTables(outline: Outline): ReadonlySet<string> {
  const { tokens, openers } = outline
  const names = new Set<string>()
  for (const [open, token] of tokens.entries()) {
    if (token.text !== '(' || !isCommonTable(outline, open)) continue
    let at = open - 1
    while (['as', 'not', 'materialized'].includes(wordAt(outline, at) ?? '')) at -= 1
    const name = tokens[at]?.text === ')' ? tokens[(openers[at] ?? 0) - 1] : tokens[at]
    if (name !== undefined) names.add(nameOf(name))
  }
  return names
}

/** A name in quotes that is all lower case is the same as one without. */
function nameOf(token: SqlToken): string {
  return token.kind === 'quoted-name' ? token.text.slice(1, -1) : token.text.toLowerCase()
}

function wordAt({ tokens }: Outline, index: number): string | undefined {
  const token = tokens[index]
  return token?.kind === 'word' ? token.text.toLowerCase() : undefined
}

function openersOf(tokens: readonly SqlToken[]): readonly number[] {
  const open: number[] = []
  return tokens.map((token, index) => {
    if (token.text === ')') return open.pop() ?? -1
    const around = open.at(-1) ?? -1
    if (token.text === '(') open.push(index)
    return around
  })
}
