/** Raw tables that nothing was loaded into yet: made empty, so that what reads them is built before the first batch comes. */
import type { Adapter } from '../../core/adapter.ts'
import type { RunStart } from '../../ledger/runs/runs.ts'
import { declaredColumns } from './declared-columns.ts'
import type { LoadedSource } from './load-table-types.ts'
import { ensureRawTable } from './raw-table.ts'

/** One that another process makes at the same moment is there all the same. */
export async function makeMissingTables(
  adapter: Adapter,
  nodes: readonly LoadedSource[],
  run: RunStart,
): Promise<void> {
  for (const node of nodes) {
    if (await isThere(adapter, node)) continue
    try {
      const columns = declaredColumns(node, adapter.dialect)
      await ensureRawTable({ adapter, node, columns, run })
    } catch (error) {
      if (!(await isThere(adapter, node))) throw error
    }
  }
}

async function isThere(adapter: Adapter, { relation }: LoadedSource): Promise<boolean> {
  return (await adapter.session({}, (session) => session.describe(relation))) !== undefined
}
