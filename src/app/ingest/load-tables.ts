/** Source tables loaded one after the other: what befalls one does not keep the others. */
import type { Adapter } from '../../core/adapter.ts'
import { ofUnknownType } from '../../core/database/unknown-type.ts'
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import { noCounts } from '../../core/load/load.ts'
import { type LoadResult, noneLeft } from '../../core/load/load-result.ts'
import type { LedgerRun } from '../../ledger/runs/runs.ts'
import { targetFolder } from '../../load/folders.ts'
import { loaderOf } from '../../load/loaders.ts'
import { loadTable, type ReplayOrder, type TableRequest } from '../../load/table/load-table.ts'
import type { LoadedSource, LoadTools } from '../../load/table/load-table-types.ts'
import { type OpenTableRequest, openTable } from '../../load/table/open-table.ts'
import { compileRecordCheck } from '../../project/read/compile-schema.ts'
import { findByPattern } from '../../project/read/files/find-by-pattern.ts'
import type { Project } from '../../project/read/project.ts'
import type { Surroundings } from '../surroundings.ts'

export interface TablesRequest {
  readonly adapter: Adapter
  readonly project: Project
  readonly nodes: readonly LoadedSource[]
  readonly run: LedgerRun
  /** undefined: what is new is loaded. */
  readonly replay: ReplayOrder | undefined
  readonly surroundings: Surroundings
}

/** What was not begun when the run was interrupted is absent. */
export async function loadTables(request: TablesRequest): Promise<readonly LoadResult[]> {
  const { nodes, surroundings } = request
  const { emit, signal } = surroundings
  const results: LoadResult[] = []
  let batches = 0
  const nextIndex = () => {
    batches += 1
    return batches
  }
  for (const node of nodes) {
    if (signal.aborted) break
    emit({ type: 'load-started', node })
    try {
      const result = await loadOne(request, node, nextIndex)
      results.push(result)
      emit({ type: 'load-finished', result, index: results.length, total: nodes.length })
    } catch (error) {
      // What is staged stays: the next run goes on from there.
      if (signal.aborted) break
      throw error
    }
  }
  return results
}

async function loadOne(
  request: TablesRequest,
  node: LoadedSource,
  nextIndex: () => number,
): Promise<LoadResult> {
  const opened = await openForLoading(request, node, nextIndex)
  if (!opened.ok) return opened.result
  return await loadTable({ ...opened.request, replay: request.replay })
}

type Opened =
  | { readonly ok: true; readonly request: Omit<TableRequest, 'replay'> }
  | { readonly ok: false; readonly result: LoadResult }

/** The raw table is there afterwards, or the result says why it cannot be loaded. */
export async function openForLoading(
  request: Omit<TablesRequest, 'replay'>,
  node: LoadedSource,
  nextIndex: () => number,
): Promise<Opened> {
  const { adapter, surroundings } = request
  const { now, signal } = surroundings
  const began = now()
  const failed = (diagnostics: readonly Diagnostic[]): Opened => ({
    ok: false,
    result: {
      node,
      status: 'error',
      counts: noCounts,
      batches: 0,
      waiting: 0,
      isStopped: false,
      files: 0,
      begunFiles: 0,
      isReplay: false,
      duplicateFiles: 0,
      leftFiles: noneLeft,
      diagnostics,
      deadLetterFiles: [],
      elapsedMs: now().getTime() - began.getTime(),
    },
  })
  try {
    const opened = await openTable(tableRequest(request, node, nextIndex))
    if (!opened.ok) return failed(opened.diagnostics)
    const { context, raw } = opened.value
    const loader = await loaderOf(node.load.loader)
    return { ok: true, request: { context, loader, columns: raw.columns } }
  } catch (error) {
    if (signal.aborted || !isOfDatabase(error)) throw error
    const { message, hint } = adapter.explainError(error)
    const table = `${node.sourceName}.${node.name}`
    const said = `could not load ${table}: ${message}`
    const span = ofUnknownType(message, node.columns)?.span ?? node.load.span
    return failed([errorDiagnostic({ code: 'load-failed', message: said, span, hint })])
  }
}

/** Any other is a fault of ours. */
function isOfDatabase(error: unknown): boolean {
  return error instanceof Error && /^(?:Duckdb|Postgres|Connection)Error$/.test(error.name)
}

function tableRequest(
  { adapter, project, run, surroundings }: Omit<TablesRequest, 'replay'>,
  node: LoadedSource,
  nextIndex: () => number,
): OpenTableRequest {
  const { root } = project
  const { emit, now, signal } = surroundings
  const tools: LoadTools = {
    compileCheck: compileRecordCheck,
    findFiles: findByPattern,
    readParquet,
    now,
  }
  const folder = targetFolder(project)
  return { adapter, node, root, folder, run, tools, emit, signal, now, nextIndex }
}

/** Whatever the target: DuckDB reads the file. */
async function* readParquet(path: string, signal: AbortSignal): AsyncGenerator<readonly string[]> {
  const { parquetRows } = await import('../../adapters/duckdb/files/parquet-rows.ts')
  yield* parquetRows(path, signal)
}
