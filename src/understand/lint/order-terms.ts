/** An ORDER BY as its terms, and whether they leave ties: as far as declared keys and names can tell. */
import type { Key } from './known-keys.ts'
import type { LintedModel } from './linted-model.ts'
import { type Block, plainColumn, type Query } from './query-blocks.ts'
import {
  columnNames,
  insideOf,
  isSymbol,
  nameAt,
  normalText,
  splitAtCommas,
  type SqlView,
  type TokenRange,
} from './sql-view.ts'

export interface OrderTerms {
  /** Without direction and NULLS; constants left out. */
  readonly expressions: readonly TokenRange[]
  /** `order by all` sorts by every column. */
  readonly isAll: boolean
}

export function readOrder({ view }: Query, range: TokenRange): OrderTerms {
  const parts = splitAtCommas(view, range).map(({ from, to }) => {
    let end = to
    while (end > from && directionWords.has(view.words[end - 1] ?? '')) end -= 1
    return { from, to: end }
  })
  const isAll = parts.length === 1 && view.words[range.from] === 'all'
  return { expressions: parts.filter((part) => columnNames(view, part).some(isColumn)), isAll }
}

const directionWords = new Set(['asc', 'desc', 'nulls', 'first', 'last'])

/** `(select null)` orders by nothing. */
function isColumn(name: string): boolean {
  return !['select', 'null', 'true', 'false'].includes(name)
}

/** What decides whether an order is total. */
export interface Ordering {
  readonly block: Block | undefined
  readonly order: OrderTerms
  /** Columns that are the same in all rows that are compared: those of PARTITION BY or DISTINCT ON. */
  readonly fixed: readonly string[]
  /** True for what is ordered inside a group: the rows before GROUP BY. */
  readonly isInGroup: boolean
}

/** Columns that would end the ties; none when none is known. */
export interface Ties {
  readonly add: readonly string[]
}

/**
 * undefined when the order leaves no ties as far as can be told.
 *
 * The text alone does not say whether it does. So several terms are doubted only where the rows come straight from a node
 * whose declared keys are not among them; a single term always, unless it is a key or called like one.
 */
export function tiesOf(model: LintedModel, ordering: Ordering): Ties | undefined {
  const { view } = model.query
  const { block, order, fixed, isInGroup } = ordering
  if (order.isAll) return undefined
  const ordered = order.expressions.flatMap((range) => columnNames(view, range))
  const names = new Set([...fixed, ...ordered])
  const isCovered = (key: Key) => key.every((column) => names.has(column))
  const read = block === undefined ? [] : keysOfOnlyRelation(model, block)
  const made = block === undefined ? [] : keysOfRows(model.query, block, isInGroup)
  if ([...read, ...made].some(isCovered)) return undefined
  // A key of something that is joined: it helps only as part of the order.
  const isHelpful = (key: Key) => isCovered(key) && !key.every((column) => fixed.includes(column))
  if (declaredKeys(model).some(isHelpful)) return undefined
  if (read.length === 0 && isTrusted(view, ordering)) return undefined
  return { add: (read[0] ?? []).filter((column) => !names.has(column)) }
}

function isTrusted(view: SqlView, { order, fixed }: Ordering): boolean {
  const terms = order.expressions.filter((range) => !fixed.includes(plainColumn(view, range) ?? ''))
  return terms.length > 1 || terms.some((range) => isCalledLikeKey(plainColumn(view, range) ?? ''))
}

const keyName =
  /(?:^|_)(?:id|key|uuid|guid|seq|sequence|sequence_number|hash|rowid|row_id|offset|lsn)$/

/** `event_id`, `_load_seq`, `arm_hash`. */
function isCalledLikeKey(name: string): boolean {
  return keyName.test(name)
}

/** Of the model and of all that it reads. */
function declaredKeys({ keys, node, relations }: LintedModel): readonly Key[] {
  const ids = [node, ...relations.values()].map(({ uniqueId }) => uniqueId)
  return ids.flatMap((id) => keys.keys.get(id) ?? [])
}

/** When the SELECT reads one node and nothing else: its keys. */
function keysOfOnlyRelation({ keys, relations, query }: LintedModel, block: Block): readonly Key[] {
  const name = onlySource(query, block)
  const node = name === undefined ? undefined : relations.get(name)
  return node === undefined ? [] : (keys.keys.get(node.uniqueId) ?? [])
}

/** The name behind FROM when nothing is joined to it: `x`, `x a`, `x as a`. */
function onlySource({ view }: Query, { clauses }: Block): string | undefined {
  const from = clauses.get('from')
  if (from === undefined) return undefined
  const length = from.to - from.from
  const isAliased = length === 2 || (length === 3 && view.words[from.from + 1] === 'as')
  return length === 1 || isAliased ? nameAt(view, from.from) : undefined
}

/** What the text makes unique among the rows that a SELECT sees, or, with GROUP BY, gives. */
function keysOfRows(query: Query, block: Block, isInGroup: boolean): readonly Key[] {
  if (block.clauses.has('group') && !isInGroup) return groupKey(query, block)
  const source = sourceBlock(query, block)
  if (source === undefined) return []
  return [...wholeRow(source), ...keysOfRows(query, source, false)]
}

/** The SELECT of the CTE or derived table that a SELECT reads and nothing else; undefined when it is a union. */
function sourceBlock(query: Query, block: Block): Block | undefined {
  const { view, blocks, subqueries } = query
  const from = block.clauses.get('from')
  if (from === undefined) return undefined
  const derived = isSymbol(view, from.from, '(') && insideOf(view, from.from).to >= from.to - 3
  const name = onlySource(query, block)
  // The last of a name before here: a CTE is defined before it is read, so this ends.
  const opening = derived
    ? from.from
    : subqueries.findLast((each) => each.name === name && each.inside.to <= block.range.from)
        ?.opening
  const found = blocks.filter(({ parent }) => parent === opening)
  return found.length === 1 ? found[0] : undefined
}

function groupKey({ view }: Query, { clauses, items }: Block): readonly Key[] {
  const group = clauses.get('group')
  if (group === undefined) return []
  if (view.words[group.from] === 'all') {
    const plain = items.flatMap(({ column, name }) => (column === undefined ? [] : (name ?? [])))
    return plain.length === 0 ? [] : [plain]
  }
  const columns = splitAtCommas(view, group).map((range) => {
    const token = view.tokens[range.from]
    const isPosition = token?.kind === 'number' && range.to - range.from === 1
    if (isPosition) return items[Number(token.text) - 1]?.name
    return plainColumn(view, range) ?? nameOfExpression(view, items, range)
  })
  const named = columns.filter((column) => column !== undefined)
  return named.length === columns.length ? [named] : []
}

/** `group by date_trunc('day', x)` with the same in the select list. */
function nameOfExpression(
  view: SqlView,
  items: Block['items'],
  range: TokenRange,
): string | undefined {
  const text = normalText(view, range)
  const length = range.to - range.from
  return items.find(({ range: { from } }) => normalText(view, { from, to: from + length }) === text)
    ?.name
}

/** Rows that are alike in all columns are one as good as the other. */
function wholeRow({ items, clauses }: Block): readonly Key[] {
  const names = items.flatMap(({ name }) => name ?? [])
  const isKnown = items.length > 0 && names.length === items.length
  return isKnown && clauses.has('from') && items.every(({ isStar }) => !isStar) ? [names] : []
}
