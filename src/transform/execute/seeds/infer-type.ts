/** The type of a seed's column from its cells, alike for every database (`dbt-behaviour.md` G2, but leading zeros stay text). */
import type { SeedType } from '../../../core/dialect.ts'

/** NULLs say nothing; a column of nothing else is text. */
export function inferType(cells: Iterable<string | null>): SeedType {
  let candidates: readonly Candidate[] = order
  let isEmpty = true
  for (const cell of cells) {
    if (cell === null) continue
    isEmpty = false
    candidates = candidates.filter((candidate) => candidate.accepts(cell))
    if (candidates.length === 0) return 'text'
  }
  return isEmpty ? 'text' : (candidates[0]?.type ?? 'text')
}

interface Candidate {
  readonly type: SeedType
  readonly accepts: (cell: string) => boolean
}

const date = String.raw`\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`
const time = String.raw`(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?`
const dateOnly = new RegExp(`^${date}$`)
const timestamp = new RegExp(`^${date}[ T]${time}$`)
const zoned = new RegExp(`^${date}[ T]${time} ?(?:Z|[+-]\\d{2}(?::?\\d{2})?)$`)
const whole = /^[+-]?(?:0|[1-9]\d*)$/
const decimal = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/

/** The narrowest first. */
const order: readonly Candidate[] = [
  { type: 'boolean', accepts: (cell) => /^(?:true|false)$/i.test(cell) },
  {
    type: 'integer',
    accepts: (cell) => whole.test(cell) && Math.abs(Number(cell)) <= 2_147_483_647,
  },
  { type: 'bigint', accepts: (cell) => whole.test(cell) && isBigint(cell) },
  { type: 'double', accepts: isDouble },
  { type: 'date', accepts: (cell) => dateOnly.test(cell) && isDay(cell) },
  { type: 'timestamp', accepts: (cell) => timestamp.test(cell) && isDay(cell) },
  { type: 'timestamptz', accepts: (cell) => zoned.test(cell) && isDay(cell) },
]

function isBigint(cell: string): boolean {
  const value = BigInt(cell.replace(/^\+/, ''))
  return value >= -(2n ** 63n) && value < 2n ** 63n
}

/** A whole number too wide for a bigint would lose digits: it stays text, and so does what is wider than a double. */
function isDouble(cell: string): boolean {
  if (!decimal.test(cell) || !Number.isFinite(Number(cell))) return false
  return !whole.test(cell) || isBigint(cell)
}

/** 30 February has the form of a date and is none. */
function isDay(cell: string): boolean {
  const day = cell.slice(0, 10)
  const time = Date.parse(`${day}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day)
}
