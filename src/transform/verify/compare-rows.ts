/** Two tables as multisets of rows: what only one of them has, floats within a tolerance, in some columns. */
import type { Column } from '../../core/relation.ts'

export type Cells = readonly (string | null)[]

export interface TableRows {
  readonly columns: readonly Column[]
  /** In the database's text form, times in UTC. */
  readonly rows: readonly Cells[]
}

export interface Comparison {
  /** Left out of it. */
  readonly volatileColumns: readonly string[]
  /** Relative. */
  readonly tolerance: number
  /** Tells which rows belong together, for naming the columns that differ. */
  readonly key: readonly string[]
}

export interface RowDifference {
  readonly columns: readonly Column[]
  /** Rows of the expected table that the found one has not. */
  readonly missing: readonly Cells[]
  readonly surplus: readonly Cells[]
  /** Names. */
  readonly differing: readonly string[]
}

/** undefined: they are the same. */
export function compareRows(
  expected: TableRows,
  found: TableRows,
  comparison: Comparison,
): RowDifference | undefined {
  const volatile = new Set(comparison.volatileColumns.map((name) => name.toLowerCase()))
  const isCompared = ({ name }: Column) => !volatile.has(name.toLowerCase())
  const columns = expected.columns.filter(isCompared)
  const names = new Set(columns.map(({ name }) => name))
  const others = found.columns.filter((column) => isCompared(column) && !names.has(column.name))
  const unknown = columns.filter(({ name }) => !found.columns.some((other) => other.name === name))
  const isFloat = columns.map(({ dataType }) => /^(?:double|float|real)/i.test(dataType))
  const match = { isFloat, tolerance: comparison.tolerance }
  const left = unmatched(project(expected, columns), project(found, columns), match)
  const columnsDiffer = others.length + unknown.length > 0
  if (left.missing.length + left.surplus.length === 0 && !columnsDiffer) return undefined
  const differing = columnsDiffer
    ? [...unknown, ...others].map(({ name }) => name)
    : differingColumns(columns, left, { ...match, key: comparison.key })
  return { columns, ...left, differing }
}

/** A column that the table has not is NULL. */
function project({ columns, rows }: TableRows, wanted: readonly Column[]): readonly Cells[] {
  const places = wanted.map(({ name }) => columns.findIndex((column) => column.name === name))
  return rows.map((row) => places.map((place) => row[place] ?? null))
}

interface Match {
  readonly isFloat: readonly boolean[]
  readonly tolerance: number
}

type Unmatched = Pick<RowDifference, 'missing' | 'surplus'>

function unmatched(expected: readonly Cells[], found: readonly Cells[], match: Match): Unmatched {
  const exactKey = (row: Cells) => JSON.stringify(row.filter((_, index) => !match.isFloat[index]))
  const groups = new Map<string, Cells[]>()
  for (const row of sorted(found)) {
    const group = groups.get(exactKey(row))
    if (group === undefined) groups.set(exactKey(row), [row])
    else group.push(row)
  }
  const missing = sorted(expected).filter((row) => {
    const group = groups.get(exactKey(row)) ?? []
    // In order: where all rows match, the first one does.
    const place = group.findIndex((other) => isSame(row, other, match))
    if (place >= 0) group.splice(place, 1)
    return place < 0
  })
  return { missing, surplus: sorted([...groups.values()].flat()) }
}

function sorted(rows: readonly Cells[]): readonly Cells[] {
  return rows
    .map((row) => ({ row, text: row.map(sortText).join('\u0000') }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ row }) => row)
}

/** Numbers in order of size as far as whole digits say it. */
function sortText(cell: string | null): string {
  if (cell === null) return '\u0001'
  const digits = /^\d+/.exec(cell)?.[0].length
  return digits === undefined ? cell : cell.padStart(cell.length + 20 - Math.min(digits, 20), '0')
}

function isSame(left: Cells, right: Cells, { isFloat, tolerance }: Match): boolean {
  return left.every((cell, index) => {
    const other = right[index] ?? null
    if (cell === other) return true
    return isFloat[index] === true && isNear(cell, other, tolerance)
  })
}

function isNear(left: string | null, right: string | null, tolerance: number): boolean {
  if (left === null || right === null) return false
  const [a, b] = [Number(left), Number(right)]
  if (a === b) return true
  return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b)) && Number.isFinite(a - b)
}

/** By key where it tells rows apart; else the columns whose values differ; else those without which nothing does. */
function differingColumns(
  columns: readonly Column[],
  { missing, surplus }: Unmatched,
  match: Match & { readonly key: readonly string[] },
): readonly string[] {
  const all = columns.map(({ name }) => name)
  const named = (test: (index: number) => boolean) => all.filter((_, index) => test(index))
  const pairs = pairedByKey(all, { missing, surplus }, match.key)
  if (pairs !== undefined) {
    const names = named((index) => pairs.some(([a, b]) => !isSameCell(a, b, index, match)))
    if (names.length > 0) return names
  }
  if (missing.length !== surplus.length) return all
  const only = (index: number) => (row: Cells) => [row[index] ?? null]
  const floatOf = (index: number) => ({ ...match, isFloat: [match.isFloat[index] ?? false] })
  const alone = named((index) => {
    const left = unmatched(missing.map(only(index)), surplus.map(only(index)), floatOf(index))
    return left.missing.length > 0
  })
  if (alone.length > 0) return alone
  const without = named((index) => {
    const rest = (row: Cells) => row.filter((_, place) => place !== index)
    const isFloat = match.isFloat.filter((_, place) => place !== index)
    const left = unmatched(missing.map(rest), surplus.map(rest), { ...match, isFloat })
    return left.missing.length === 0
  })
  return without.length > 0 ? without : all
}

function isSameCell(a: Cells, b: Cells, index: number, match: Match): boolean {
  const isFloat = [match.isFloat[index] ?? false]
  return isSame([a[index] ?? null], [b[index] ?? null], { ...match, isFloat })
}

function pairedByKey(
  names: readonly string[],
  { missing, surplus }: Unmatched,
  key: readonly string[],
): readonly (readonly [Cells, Cells])[] | undefined {
  const lower = names.map((name) => name.toLowerCase())
  const places = key.map((name) => lower.indexOf(name.toLowerCase()))
  if (places.length === 0 || places.includes(-1)) return undefined
  const keyOf = (row: Cells) => JSON.stringify(places.map((place) => row[place] ?? null))
  const byKey = new Map(surplus.map((row) => [keyOf(row), row]))
  const isUnique = byKey.size === surplus.length
  if (!isUnique || new Set(missing.map(keyOf)).size !== missing.length) return undefined
  return missing.flatMap((row) => {
    const other = byKey.get(keyOf(row))
    return other === undefined ? [] : [[row, other] as const]
  })
}
