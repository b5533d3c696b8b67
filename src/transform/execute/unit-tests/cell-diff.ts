/** Expected and found rows to what differs, cell by cell: `WRONG -> X`. */
import type { Table, TableColumn } from '../../../core/adapter.ts'
import type { Column } from '../../../core/relation.ts'
import { type Cells, compareRows } from '../../verify/compare-rows.ts'
import { normalJson } from '../../diff/normal-json.ts'

export interface Compared {
  readonly columns: readonly Column[]
  /** Text cells, in the order of the columns. */
  readonly expected: readonly Cells[]
  readonly found: readonly Cells[]
}

export interface CellDiff {
  /** `2 rows differ, 1 is missing`. */
  readonly summary: string
  readonly sample: Table
}

/** Relative: the sums of floats come out a little different with another order. */
const tolerance = 1e-9
/** Rows of a difference that are kept. */
const shown = 20

/** undefined: the same rows, in whatever order. */
export function cellDiff({ columns, expected, found }: Compared): CellDiff | undefined {
  const names = columns.map((_, index) => ({
    name: String(index),
    dataType: columns[index]?.dataType ?? '',
  }))
  const difference = compareRows(
    { columns: names, rows: expected.map((row) => normalRow(columns, row)) },
    { columns: names, rows: found.map((row) => normalRow(columns, row)) },
    { volatileColumns: [], tolerance, key: [] },
  )
  if (difference === undefined) return undefined
  const { pairs, missing, surplus } = paired(difference.missing, difference.surplus)
  const rows = [
    ...pairs.map(([left, right]) => [
      'differs',
      ...left.map((cell, index) => changed(cell, right[index] ?? null)),
    ]),
    ...missing.map((row) => ['missing', ...row.map(cellText)]),
    ...surplus.map((row) => ['surplus', ...row.map(cellText)]),
  ]
  const head: TableColumn = { name: 'row', dataType: 'text', kind: 'text' }
  const sample: Table = {
    columns: [
      head,
      ...columns.map(({ name }): TableColumn => ({ name, dataType: 'text', kind: 'text' })),
    ],
    rows: rows.slice(0, shown),
  }
  const parts = [
    count(pairs.length, 'row differs', 'rows differ'),
    count(missing.length, 'row is missing', 'rows are missing'),
    count(surplus.length, 'row is surplus', 'rows are surplus'),
  ]
  return { summary: parts.filter((part) => part !== '').join(', '), sample }
}

function count(amount: number, one: string, many: string): string {
  return amount === 0 ? '' : `${amount} ${amount === 1 ? one : many}`
}

function changed(expected: string | null, found: string | null): string {
  return expected === found ? cellText(expected) : `${cellText(expected)} -> ${cellText(found)}`
}

function cellText(cell: string | null): string {
  return cell ?? 'NULL'
}

/** One text for one value. */
function normalRow(columns: readonly Column[], row: Cells): Cells {
  return row.map((cell, index) => {
    const type = columns[index]?.dataType ?? ''
    if (cell === null) return null
    if (/^(?:numeric|decimal)/i.test(type)) return normalDecimal(cell)
    return /^jsonb?$/i.test(type) ? normalJson(cell) : cell
  })
}

function normalDecimal(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

interface Paired {
  readonly pairs: readonly (readonly [Cells, Cells])[]
  readonly missing: readonly Cells[]
  readonly surplus: readonly Cells[]
}

/** Rows that share the most cells belong together; rows that share none do not. */
function paired(expected: readonly Cells[], found: readonly Cells[]): Paired {
  const rest = [...found]
  const missing: Cells[] = []
  const pairs: (readonly [Cells, Cells])[] = []
  for (const row of expected) {
    const [first] = rest
      .map((other, index) => ({ other, index, shared: sharedCells(row, other) }))
      .toSorted((a, b) => b.shared - a.shared)
    if (
      first === undefined ||
      (first.shared === 0 && !(expected.length === 1 && found.length === 1))
    ) {
      missing.push(row)
      continue
    }
    rest.splice(first.index, 1)
    pairs.push([row, first.other])
  }
  return { pairs, missing, surplus: rest }
}

function sharedCells(left: Cells, right: Cells): number {
  return left.filter((cell, index) => cell === (right[index] ?? null)).length
}
