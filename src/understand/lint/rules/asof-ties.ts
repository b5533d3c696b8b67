/** `lint-asof-ties`: an ASOF JOIN whose right side may have two rows of the same time. */
import { type Found, type LintedModel, shown } from '../linted-model.ts'
import {
  columnNames,
  indexesWhere,
  insideOf,
  isSymbol,
  nameAt,
  type SqlView,
  type TokenRange,
} from '../sql-view.ts'

export function findAsofTies(model: LintedModel): readonly Found[] {
  const { view } = model.query
  return view.words.flatMap((word, index) => {
    if (word !== 'asof') return []
    const join = [1, 2, 3].map((by) => index + by).find((at) => view.words[at] === 'join')
    if (join === undefined) return []
    const right = rightSide(view, join + 1)
    if (isUnique(model, right)) return []
    const name = shown(model, right.from, right.to - 1)
    const what = isSymbol(view, right.from, '(') ? 'the right side' : `"${name}"`
    return [
      {
        code: 'lint-asof-ties',
        from: index,
        to: right.to - 1,
        message: `expected one row of ${what} for one time in an asof join, found nothing that says so: of two the database takes any`,
        hint: 'declare the columns of the condition as unique by a test, or leave one row of each time, e.g. by group by',
      },
    ]
  })
}

interface RightSide extends TokenRange {
  /** Names of the columns that the condition compares. */
  readonly compared: readonly string[]
}

const ends = new Set(
  'asof join inner left right full cross where group order limit qualify'.split(' '),
)

function rightSide(view: SqlView, from: number): RightSide {
  const to = isSymbol(view, from, '(') ? insideOf(view, from).to + 1 : endOfName(view, from)
  const parent = view.parents[from]
  let start = to
  while (start < view.tokens.length && !['on', 'using'].includes(view.words[start] ?? ''))
    start += 1
  let end = start + 1
  while (end < view.tokens.length) {
    const isOuter = view.parents[end] === parent
    if (isOuter && (ends.has(view.words[end] ?? '') || isSymbol(view, end, ')'))) break
    end += 1
  }
  return { from, to, compared: columnNames(view, { from: start + 1, to: end }) }
}

function endOfName(view: SqlView, from: number): number {
  let at = from + 1
  while (isSymbol(view, at, '.')) at += 2
  return at
}

function isUnique(model: LintedModel, right: RightSide): boolean {
  const { query, relations, keys } = model
  const { view } = query
  if (isSymbol(view, right.from, '(')) return leavesOne(view, right)
  const node = relations.get(view.tokens[right.from]?.text ?? '')
  if (node !== undefined) {
    const declared = keys.keys.get(node.uniqueId) ?? []
    return declared.some((key) => key.every((column) => right.compared.includes(column)))
  }
  const name = nameAt(view, right.from)
  const subquery = query.subqueries.find((each) => each.name === name)
  return subquery !== undefined && leavesOne(view, subquery.inside)
}

/** Something in it makes rows unique: that it is the right columns is left to the reader. */
function leavesOne(view: SqlView, range: TokenRange): boolean {
  return (
    indexesWhere(range, (at) =>
      ['distinct', 'group', 'qualify', 'row_number'].includes(view.words[at] ?? ''),
    ).length > 0
  )
}
