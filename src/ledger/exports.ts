/** What left the database, and where it lies: rows of `_assay.exports`, one when it begins and one when it is there. */
import { type Session, textCell } from '../core/adapter.ts'

export interface ExportRecord {
  /** Of one relation in one run. */
  readonly exportId: string
  /** `begun`: its files may be there or not. `removed`: they are not there any more. */
  readonly phase: 'begun' | 'done' | 'removed'
  readonly runId: string
  readonly uniqueId: string
  /** Where its rows were read. */
  readonly relationKey: string
  readonly kind: 'file' | 'folder' | 'table'
  /** An absolute path, or a relation key; with `target:` and the target's name before it in the ledger it was read from. */
  readonly location: string
  readonly format: string
  readonly rows: number
  readonly bytes: number | undefined
  /** JSON: the flags that make it anew. */
  readonly options: string
}

export async function recordExports(
  session: Session,
  records: readonly ExportRecord[],
): Promise<void> {
  for (const record of records) {
    await session.execute(
      `insert into _assay.exports (export_id, phase, run_id, unique_id, relation_key, kind, location, format, row_count, bytes, options, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, current_timestamp)`,
      [
        record.exportId,
        record.phase,
        record.runId,
        record.uniqueId,
        record.relationKey,
        record.kind,
        record.location,
        record.format,
        record.rows,
        record.bytes ?? null,
        record.options,
      ],
    )
  }
}

export type Maker = 'build' | 'export'

/** Who made the tables of these names, as the ledger of their own database has it. Builds win: what one publishes is never an export's to replace. */
export async function makersOf(
  session: Session,
  relationKeys: readonly string[],
): Promise<ReadonlyMap<string, Maker>> {
  const makers = new Map<string, Maker>()
  for (const key of relationKeys) {
    const built = await session.query(
      `select 1 as one from _assay.node_runs where relation_key = $1 and status = 'success' limit 1`,
      [key],
    )
    const exported = await session.query(
      `select 1 as one from _assay.exports where kind = 'table' and location = $1 limit 1`,
      [key],
    )
    if (built.length > 0) makers.set(key, 'build')
    else if (exported.length > 0) makers.set(key, 'export')
  }
  return makers
}

/** What lies where, as far as is known: the newest of each place that was not removed. */
export interface StandingExport {
  readonly uniqueId: string
  readonly kind: string
  readonly location: string
  readonly options: string | undefined
}

export async function readStandingExports(session: Session): Promise<readonly StandingExport[]> {
  const rows = await session.query(
    `select distinct on (location) location, phase, unique_id, kind, options
from _assay.exports
order by location, recorded_at desc, case phase when 'begun' then 0 else 1 end desc`,
  )
  return rows
    .filter((row) => row['phase'] !== 'removed')
    .map((row) => ({
      uniqueId: textCell(row, 'unique_id'),
      kind: textCell(row, 'kind'),
      location: textCell(row, 'location'),
      options: typeof row['options'] === 'string' ? row['options'] : undefined,
    }))
}
