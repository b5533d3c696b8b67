/** Parquet from a database that writes none: rows go to a DuckDB file in the staging folder, and from there to Parquet. */
import { join } from 'node:path'
import type { Session } from '../../core/adapter.ts'
import type { Dialect } from '../../core/dialect.ts'
import { type DuckdbTarget, noExtras } from '../../core/target.ts'
import { copyRelation } from '../../serve/export/database/copy-relation.ts'
import type { Extract } from '../../serve/export/export-query.ts'
import { type ParquetExport, writeParquetExport } from '../../serve/export/write-parquet-export.ts'
import type { WrittenExport } from '../../serve/export/written-export.ts'
import { createAdapter } from '../open-adapter.ts'

interface ScratchOrder {
  /** Where the DuckDB file may lie. */
  readonly folder: string
  readonly timezone: string
  readonly signal: AbortSignal
}

/** Beyond it DuckDB goes to the disk, in the same folder. */
const memoryLimit = '1GB'

/** Types are those that hold the same values there; which changed is noted. */
export async function writeParquetByScratch(
  from: { readonly session: Session; readonly dialect: Dialect },
  order: ParquetExport,
  { folder, timezone, signal }: ScratchOrder,
): Promise<WrittenExport> {
  const adapter = await createAdapter(scratchTarget(folder, timezone))
  const { dialect } = adapter
  const into = { schema: 'main', identifier: 'rows' }
  try {
    return await adapter.transaction({ signal }, async (session) => {
      const copied = await copyRelation(
        from,
        { session, dialect },
        { extract: order.extract, into },
      )
      const extract: Extract = {
        ...order.extract,
        relation: into,
        columns: copied.columns,
      }
      const written = await writeParquetExport(session, dialect, { ...order, extract })
      return { ...written, notes: copied.notes }
    })
  } finally {
    await adapter.close()
  }
}

function scratchTarget(folder: string, timezone: string): DuckdbTarget {
  return {
    type: 'duckdb',
    name: 'export',
    schema: 'main',
    threads: 1,
    timezone,
    isAtomic: false,
    leaseTimeoutMs: 60_000,
    extras: noExtras,
    path: join(folder, 'scratch.duckdb'),
    memoryLimit,
    tempDirectory: join(folder, 'scratch.tmp'),
  }
}
