/** The SELECTs of a statement with their clauses, select lists and names: as much of a query as lint asks for. */
import {
  hasWords,
  insideOf,
  isSymbol,
  nameAt,
  splitAtCommas,
  type SqlView,
  type TokenRange,
} from './sql-view.ts'

export interface Query {
  readonly view: SqlView
  /** In order of their `select`. */
  readonly blocks: readonly Block[]
  /** CTEs and derived tables. */
  readonly subqueries: readonly Subquery[]
}

/** One SELECT, up to its end or a set operator. */
export interface Block {
  readonly range: TokenRange
  /** The index of the parenthesis it stands in, -1 outside of all. */
  readonly parent: number
  readonly items: readonly SelectItem[]
  readonly clauses: ReadonlyMap<Clause, TokenRange>
}

/** `on`: the columns of `distinct on`. */
export type Clause = 'on' | (typeof clauseStarts)[number][1]

export interface SelectItem {
  readonly range: TokenRange
  /** What the column is called, in lower case; undefined where the text does not say. */
  readonly name: string | undefined
  /** The column, when the item is nothing but one: `a`, `t.a`, `t.a as b`. */
  readonly column: string | undefined
  readonly isStar: boolean
}

/** A query in parentheses that has a name. */
export interface Subquery {
  readonly name: string
  /** The parenthesis. */
  readonly opening: number
  readonly inside: TokenRange
}

const clauseStarts = [
  ['from', 'from'],
  ['where', 'where'],
  ['group by', 'group'],
  ['having', 'having'],
  ['window', 'window'],
  ['qualify', 'qualify'],
  ['order by', 'order'],
  ['limit', 'limit'],
  ['offset', 'offset'],
  ['fetch', 'limit'],
] as const

const clauseWords = new Set(clauseStarts.map(([words]) => words.split(' ')[0]))
const setOperators = new Set(['union', 'intersect', 'except'])

export function readQuery(view: SqlView): Query {
  const blocks = view.words.flatMap((word, index) =>
    word === 'select' && !isSymbol(view, index - 1, '.') ? [readBlock(view, index)] : [],
  )
  return { view, blocks, subqueries: readSubqueries(view) }
}

/** The smallest SELECT that holds the token. */
export function blockAt({ blocks }: Query, index: number): Block | undefined {
  return blocks.findLast(({ range }) => range.from <= index && index < range.to)
}

/** True for a SELECT that makes rows of the model itself, not of a CTE or a subquery. */
export function isOutermost(block: Block): boolean {
  return block.parent === -1
}

function readBlock(view: SqlView, select: number): Block {
  const parent = view.parents[select] ?? -1
  const end = endOfBlock(view, select, parent)
  const starts: { readonly clause: Clause; readonly at: number; readonly words: number }[] = []
  for (let index = select + 1; index < end; index += 1) {
    if (view.parents[index] !== parent || !clauseWords.has(view.words[index] ?? '')) continue
    const start = clauseStarts.find(([words]) => hasWords(view, index, words))
    if (start === undefined || isPartOfExpression(view, index)) continue
    starts.push({ clause: start[1], at: index, words: start[0].split(' ').length })
  }
  const clauses = new Map<Clause, TokenRange>(
    starts.map(({ clause, at, words }, place) => [
      clause,
      { from: at + words, to: starts[place + 1]?.at ?? end },
    ]),
  )
  const list = selectList(view, select, starts[0]?.at ?? end)
  if (list.on !== undefined) clauses.set('on', list.on)
  const items = splitAtCommas(view, list.range).map((range) => readItem(view, range))
  return { range: { from: select, to: end }, parent, items, clauses }
}

/** `is distinct from`, `within group`, and names such as `t.limit`. */
function isPartOfExpression(view: SqlView, index: number): boolean {
  const before = view.words[index - 1]
  return before === 'distinct' || before === 'within' || isSymbol(view, index - 1, '.')
}

function endOfBlock(view: SqlView, select: number, parent: number): number {
  const limit = parent === -1 ? view.tokens.length : insideOf(view, parent).to
  for (let index = select + 1; index < limit; index += 1) {
    if (view.parents[index] !== parent) continue
    if (isSymbol(view, index, ';')) return index
    // `select * except (a)` is a list of columns.
    if (setOperators.has(view.words[index] ?? '') && !isSymbol(view, index - 1, '*')) return index
  }
  return limit
}

function selectList(view: SqlView, select: number, end: number) {
  const first = view.words[select + 1]
  if (first === 'all') return { range: { from: select + 2, to: end } }
  if (first !== 'distinct') return { range: { from: select + 1, to: end } }
  if (view.words[select + 2] !== 'on') return { range: { from: select + 2, to: end } }
  const on = insideOf(view, select + 3)
  return { on, range: { from: on.to + 1, to: end } }
}

const noAlias = new Set(['end', 'null', 'true', 'false', 'ignore', 'nulls'])

function readItem(view: SqlView, range: TokenRange): SelectItem {
  const length = range.to - range.from
  const last = nameAt(view, range.to - 1)
  const hasAs = length > 2 && view.words[range.to - 2] === 'as'
  const isAliased = hasAs || (length > 1 && isBareAlias(view, range))
  const bodyEnd = isAliased ? range.to - (hasAs ? 2 : 1) : range.to
  const column = plainColumn(view, { from: range.from, to: bodyEnd })
  return {
    range,
    name: isAliased ? last : column,
    column,
    isStar: isSymbol(view, range.from, '*') || isSymbol(view, range.from + 2, '*'),
  }
}

/** `sum(x) total`: a name behind the end of an expression. */
function isBareAlias(view: SqlView, { from, to }: TokenRange): boolean {
  const last = nameAt(view, to - 1)
  if (last === undefined || noAlias.has(last)) return false
  const before = view.tokens[to - 2]
  if (to - 2 < from || before === undefined) return false
  if (before.kind === 'symbol') return before.text === ')' || before.text === ']'
  return before.kind !== 'word' || !['over', 'zone', 'is', 'not'].includes(view.words[to - 2] ?? '')
}

/** `a` or `t.a`. */
export function plainColumn(view: SqlView, { from, to }: TokenRange): string | undefined {
  for (let index = from; index < to; index += 1) {
    const isName = (index - from) % 2 === 0
    if (isName ? nameAt(view, index) === undefined : !isSymbol(view, index, '.')) return undefined
  }
  return (to - from) % 2 === 1 ? nameAt(view, to - 1) : undefined
}

function readSubqueries(view: SqlView): readonly Subquery[] {
  return [...view.closings.keys()]
    .toSorted((a, b) => a - b)
    .flatMap((opening) => {
      if (!isSymbol(view, opening, '(') || !opensQuery(view, opening)) return []
      const name = nameBefore(view, opening) ?? nameBehind(view, opening)
      return name === undefined ? [] : [{ name, opening, inside: insideOf(view, opening) }]
    })
}

/** `((select ..) union ..)` counts too. */
function opensQuery(view: SqlView, opening: number): boolean {
  let index = opening + 1
  while (isSymbol(view, index, '(')) index += 1
  return ['select', 'with', 'from', 'values'].includes(view.words[index] ?? '')
}

/** `name as (`, `name as materialized (`, `name (a, b) as (`. */
function nameBefore(view: SqlView, opening: number): string | undefined {
  let index = opening - 1
  if (view.words[index] === 'materialized') index -= view.words[index - 1] === 'not' ? 2 : 1
  if (view.words[index] !== 'as') return undefined
  index -= 1
  if (isSymbol(view, index, ')')) {
    const columns = [...view.closings].find(([, closing]) => closing === index)
    if (columns === undefined) return undefined
    index = columns[0] - 1
  }
  return nameAt(view, index)
}

const behindDerived = new Set(
  'on using where group having order limit offset fetch window qualify union intersect except inner left right full cross natural join asof positional select lateral and or then else end from'.split(
    ' ',
  ),
)

/** `(select ..) name`, `(select ..) as name`. */
function nameBehind(view: SqlView, opening: number): string | undefined {
  const closing = insideOf(view, opening).to
  const at = view.words[closing + 1] === 'as' ? closing + 2 : closing + 1
  return behindDerived.has(view.words[at] ?? '') ? undefined : nameAt(view, at)
}
