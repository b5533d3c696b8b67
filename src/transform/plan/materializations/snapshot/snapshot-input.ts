/** What planning a snapshot is given, and the words its SQL is made of. */
import type { RelationState } from '../../../../core/database/warehouse-state.ts'
import type { Dialect } from '../../../../core/dialect.ts'
import type { SnapshotNode } from '../../../../core/node.ts'
import type { Column } from '../../../../core/relation.ts'
import type { Compiled } from '../../compile/compile-context.ts'

export interface SnapshotInput {
  readonly node: SnapshotNode
  readonly compiled: Compiled
  /** The same with stand-ins for what the transaction will publish later (--atomic); else `compiled`. */
  readonly buildFrom: Compiled
  readonly dialect: Dialect
  /** What the database holds under the name now. */
  readonly existing: RelationState | undefined
  /** ISO 8601, UTC: when what is found now is said to hold. */
  readonly now: string
}

/** Columns of our own beside those of the source, while versions are found. */
export const ownColumns = {
  closes: '__assay_closes',
  closedAt: '__assay_closed_at',
  opens: '__assay_opens',
  updatedAt: '__assay_updated_at',
  key: (index: number) => `__assay_key_${index + 1}`,
} as const

/** A column where there is one of that name, else an SQL expression, as in dbt. */
export function expressionOf(dialect: Dialect, text: string, columns: readonly Column[]): string {
  return columns.some((column) => column.name === text) ? dialect.quote(text) : `(${text})`
}

export function findColumn(columns: readonly Column[], name: string): Column | undefined {
  const wanted = name.toLowerCase()
  return columns.find((column) => column.name.toLowerCase() === wanted)
}

/** dbt's: parts as text, NULL as nothing, joined by `|`. */
export function hashOf(parts: readonly string[]): string {
  const texts = parts.map((part) => `coalesce(cast(${part} as text), '')`)
  return `md5(${texts.join(" || '|' || ")})`
}

/** A select list with a line a cell. */
export function cellList(cells: readonly string[]): string {
  return `select\n  ${cells.join(',\n  ')}`
}

/** Types that hold an instant or a day. */
export function isTemporal(dataType: string): boolean {
  return /^(?:date$|timestamp|datetime)/i.test(dataType)
}

/** `2026-03-01 12:00:00.250`: as the databases print it, in UTC. */
export function timeText(now: string): string {
  return now
    .replace('T', ' ')
    .replace('Z', '')
    .replace(/\.?0+$/, (zeros) => (zeros.startsWith('.') ? '' : zeros))
}

/** The run's time as a value of a type. */
export function timeOf(now: string, dataType: string): string {
  const text = timeText(now)
  if (/^date$/i.test(dataType)) return `cast('${text.slice(0, 10)}' as ${dataType})`
  const zone = /zone|timestamptz/i.test(dataType) && !/without/i.test(dataType) ? '+00' : ''
  return `cast('${text}${zone}' as ${dataType})`
}
