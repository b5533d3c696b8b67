/** `lint-partial-order`: results that hang on the order of rows where no order, or one with ties, is given. */
import { type Found, type LintedModel, shown } from '../linted-model.ts'
import { overBehind, windowAt } from '../windows.ts'
import { type Ordering, readOrder, tiesOf } from '../order-terms.ts'
import { type Block, blockAt, plainColumn } from '../query-blocks.ts'
import {
  columnNames,
  hasWords,
  indexesWhere,
  insideOf,
  isSymbol,
  normalText,
  splitAtCommas,
  type SqlView,
  type TokenRange,
} from '../sql-view.ts'

/** Over a window their result hangs on the place of each row. */
const placed = new Set(['row_number', 'lag', 'lead', 'ntile'])
/** They take the value of one row, the first or the n-th, or put all values in a row. */
const taken = new Set(['first_value', 'last_value', 'nth_value', 'first', 'last'])
const collected = new Set(
  'list array_agg string_agg group_concat listagg json_agg jsonb_agg json_group_array'.split(' '),
)
/** Around a list they make its order of no matter. */
const orderless = new Set(
  'list_sort array_sort list_reverse_sort len array_length cardinality'.split(' '),
)

export function findPartialOrder(model: LintedModel): readonly Found[] {
  const { view, blocks } = model.query
  const calls = view.tokens.flatMap((_, index) => {
    if (!isSymbol(view, index + 1, '(') || isSymbol(view, index - 1, '.')) return []
    return inWindow(model, index) ?? inAggregate(model, index) ?? []
  })
  const clauses = blocks.flatMap((block) => [
    ...(inDistinctOn(model, block) ?? []),
    ...(inLimit(model, block) ?? []),
  ])
  return [...calls, ...clauses]
}

/** undefined when no OVER stands behind the call. */
function inWindow(model: LintedModel, index: number): readonly Found[] | undefined {
  const { view } = model.query
  const name = view.words[index] ?? ''
  const given = insideOf(view, index + 1)
  const over = overBehind(view, given.to)
  if (over === undefined) return undefined
  const window = windowAt(view, over + 1)
  if (window === undefined) return []
  const isFramed = window.frame === 'rows'
  if (!placed.has(name) && !taken.has(name) && !collected.has(name) && !isFramed) return []
  const what = { from: index, to: window.end, shown: shown(model, index, over) }
  const fixed = splitColumns(view, window.partition)
  return orderFound(model, what, {
    order: window.order,
    fixed,
    isValue: (range) => !placed.has(name) && normalText(view, range) === firstOf(view, given),
  })
}

interface What {
  readonly from: number
  readonly to: number
  /** What needs an order, as a reader knows it. */
  readonly shown: string
}

interface Given {
  readonly order: TokenRange | undefined
  readonly fixed: readonly string[]
  /** True for a term that is the very value that is taken: among ties one is as good as the other. */
  readonly isValue?: (range: TokenRange) => boolean
  readonly isInGroup?: boolean
}

function orderFound(model: LintedModel, what: What, given: Given): readonly Found[] {
  const { query } = model
  const { order, fixed, isValue = () => false } = given
  const place = { code: 'lint-partial-order', from: what.from, to: what.to } as const
  const terms = order === undefined ? undefined : readOrder(query, order)
  if (
    order === undefined ||
    terms === undefined ||
    (!terms.isAll && terms.expressions.length === 0)
  ) {
    return [
      {
        ...place,
        message: `expected an order by for "${what.shown}", found none: which row comes first is left to chance`,
        hint: 'order by columns that are unique together',
      },
    ]
  }
  if (terms.expressions.some(isValue)) return []
  const block = blockAt(query, what.from)
  const ordering: Ordering = { block, order: terms, fixed, isInGroup: given.isInGroup === true }
  const ties = tiesOf(model, ordering)
  if (ties === undefined) return []
  const text = shown(model, order.from, order.to - 1)
  const isSame = terms.expressions.every((range) =>
    columnNames(query.view, range).every((column) => fixed.includes(column)),
  )
  const fault = isSame
    ? 'which is the same in all rows that are compared'
    : 'rows that are equal in it come in any order'
  const hint =
    ties.add.length > 0
      ? `add what is unique: order by ${text}, ${ties.add.join(', ')}`
      : `add columns until they are unique together: order by ${text}, ..; a unique test says that they are`
  return [
    {
      ...place,
      message: `expected an order without ties for "${what.shown}", found "order by ${text}": ${fault}`,
      hint,
    },
  ]
}

function inAggregate(model: LintedModel, index: number): readonly Found[] | undefined {
  const { view } = model.query
  const name = view.words[index] ?? ''
  const isTaken = name === 'first' || name === 'last'
  if (!collected.has(name) && !isTaken) return undefined
  if (isOrderless(view, index)) return undefined
  const inside = insideOf(view, index + 1)
  const within = hasWords(view, inside.to + 1, 'within group') ? inside.to + 3 : undefined
  const own = within === undefined ? inside : insideOf(view, within)
  const start = indexesWhere(own, (at) => {
    return view.parents[at] === own.from - 1 && hasWords(view, at, 'order by')
  })[0]
  const order = start === undefined ? undefined : { from: start + 2, to: own.to }
  const values = {
    from: inside.from,
    to: start !== undefined && within === undefined ? start : inside.to,
  }
  const block = blockAt(model.query, index)
  const group = block?.clauses.get('group')
  return orderFound(
    model,
    { from: index, to: own.to, shown: `${name}(..)` },
    {
      order,
      fixed: splitColumns(view, group),
      isInGroup: true,
      isValue: (range) => normalText(view, range) === firstOf(view, values),
    },
  )
}

/** A list that is sorted or only counted. */
function isOrderless(view: SqlView, index: number): boolean {
  const outer = (view.parents[index] ?? -1) - 1
  return outer >= 0 && orderless.has(view.words[outer] ?? '')
}

/** The text of the first argument, without DISTINCT. */
function firstOf(view: SqlView, range: TokenRange): string {
  const from = view.words[range.from] === 'distinct' ? range.from + 1 : range.from
  const [first] = splitAtCommas(view, { from, to: range.to })
  return first === undefined ? '' : normalText(view, first)
}

function inDistinctOn(model: LintedModel, block: Block): readonly Found[] | undefined {
  const { view } = model.query
  const on = block.clauses.get('on')
  if (on === undefined) return undefined
  const order = block.clauses.get('order')
  const what = { from: block.range.from + 1, to: on.to, shown: 'distinct on (..)' }
  return orderFound(model, what, { order, fixed: splitColumns(view, on) })
}

/** LIMIT and FETCH take the first rows; `exists (.. limit 1)` and `limit 0` take none in particular. */
function inLimit(model: LintedModel, block: Block): readonly Found[] | undefined {
  const { view } = model.query
  const limit = block.clauses.get('limit')
  if (limit === undefined || ['0', 'all', 'null'].includes(textAt(view, limit.from)))
    return undefined
  if (view.words[block.parent - 1] === 'exists') return undefined
  if (isOneRow(view, block)) return undefined
  const what = {
    from: limit.from - 1,
    to: limit.to - 1,
    shown: shown(model, limit.from - 1, limit.to - 1),
  }
  const order = block.clauses.get('order')
  const position = order === undefined ? undefined : positionOf(view, order)
  const item = position === undefined ? undefined : block.items[position - 1]
  return orderFound(model, what, {
    order: item === undefined ? order : item.range,
    fixed: [],
    // Of a single column, ties are the same rows.
    isValue: (range) =>
      block.items.length === 1 && plainColumn(view, range) === (block.items[0]?.name ?? ''),
  })
}

/** `order by 2`. */
function positionOf(view: SqlView, order: TokenRange): number | undefined {
  const token = view.tokens[order.from]
  return token?.kind === 'number' && splitAtCommas(view, order).length === 1
    ? Number(token.text)
    : undefined
}

/** Aggregates of a whole table: there is one row to take. */
function isOneRow(view: SqlView, { clauses, items }: Block): boolean {
  if (clauses.has('group')) return false
  return (
    items.length > 0 &&
    items.every(({ range: { from } }) => {
      return (
        /^(?:max|min|sum|count|avg)$/.test(view.words[from] ?? '') && isSymbol(view, from + 1, '(')
      )
    })
  )
}

function textAt(view: SqlView, index: number): string {
  return view.tokens[index]?.text.toLowerCase() ?? ''
}

function splitColumns(view: SqlView, range: TokenRange | undefined): readonly string[] {
  if (range === undefined) return []
  return splitAtCommas(view, range).flatMap((part) => columnNames(view, part))
}
