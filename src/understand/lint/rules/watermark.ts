/** `lint-watermark`: the greatest value that is there already, taken for the border of what is new. */
import { type Found, type LintedModel, standIns } from '../linted-model.ts'
import { type Block, blockAt, isOutermost, type Query } from '../query-blocks.ts'
import { indexesWhere, isSymbol, nameAt } from '../sql-view.ts'

const greatest = new Set(['max', 'max_by', 'arg_max', 'argmax'])

export function findWatermark(model: LintedModel): readonly Found[] {
  const { node, query, relations } = model
  if (node.materialization.name !== 'incremental') return []
  const own = namesOfOwnRows(query)
  const [read] = relations.values()
  const name =
    read?.resourceType === 'source'
      ? `(source "${read.sourceName}" "${read.name}")`
      : `"${read?.name ?? 'upstream'}"`
  return query.blocks.flatMap((block) => {
    // The rows of the model itself may well be a maximum over what is there.
    if (isOutermost(block) || block.clauses.has('group') || !reads(query, block, own)) return []
    const place = watermarkIn(query, block)
    if (place === undefined) return []
    return [
      {
        code: 'lint-watermark',
        ...place,
        message: `expected new rows to be known by their arrival, found "${place.what}" of the rows that are there: a row that comes late is never read`,
        hint: `read {{new_rows ${name}}} instead of comparing times`,
      },
    ]
  })
}

/** `max(..)` without a window in the select list, or the first row of an order. */
function watermarkIn({ view }: Query, { items, clauses }: Block) {
  for (const { range } of items) {
    for (const index of indexesWhere(range, (at) => greatest.has(view.words[at] ?? ''))) {
      const closing = view.closings.get(index + 1)
      if (!isSymbol(view, index + 1, '(') || closing === undefined) continue
      if (view.words[closing + 1] === 'over') continue
      return { from: index, to: closing, what: 'max(..)' }
    }
  }
  const [order, limit] = [clauses.get('order'), clauses.get('limit')]
  if (order === undefined || limit === undefined) return undefined
  const isOne = view.tokens.slice(limit.from, limit.to).some(({ text }) => text === '1')
  return isOne ? { from: order.from - 2, to: limit.to - 1, what: 'order by .. limit 1' } : undefined
}

/** Names of the CTEs and derived tables that read the model's own rows, and of those that read these. */
function namesOfOwnRows(query: Query): ReadonlySet<string> {
  const names = new Set<string>([standIns.this])
  for (let before = -1; before < names.size; ) {
    before = names.size
    for (const { name, inside } of query.subqueries) {
      const block = query.blocks.find(
        ({ range }) => range.from >= inside.from && range.to <= inside.to,
      )
      if (block !== undefined && reads(query, block, names)) names.add(name)
    }
  }
  return names
}

/** True when one of the names is what the SELECT reads from, or what a query in its FROM does. */
function reads(query: Query, block: Block, names: ReadonlySet<string>): boolean {
  const from = block.clauses.get('from')
  if (from === undefined) return false
  const { view } = query
  return (
    indexesWhere(from, (index) => {
      if (!names.has(nameAt(view, index) ?? '')) return false
      return isSymbol(view, index - 1, '.') || isRelation(query, index)
    }).length > 0
  )
}

/** A name that stands in a FROM, behind `from`, `join` or a comma: not a column, not an alias. */
function isRelation(query: Query, index: number): boolean {
  const from = blockAt(query, index)?.clauses.get('from')
  if (from === undefined || index < from.from || index >= from.to) return false
  const { view } = query
  return (
    ['from', 'join', 'only', 'lateral'].includes(view.words[index - 1] ?? '') ||
    isSymbol(view, index - 1, ',') ||
    isSymbol(view, index - 1, '(')
  )
}
