/** What left the database, and where it lies: rows of `_assay.exports`, one when it begins and one when it is there. */
import type { Session } from '../core/adapter.ts'

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
}

export async function recordExports(
  session: Session,
  records: readonly ExportRecord[],
): Promise<void> {
  for (const record of records) {
    await session.execute(
      `insert into _assay.exports (export_id, phase, run_id, unique_id, relation_key, kind, location, format, row_count, bytes, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, current_timestamp)`,
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
