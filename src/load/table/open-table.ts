/** A source table with its declaration to all that loading it needs. */
import type { Adapter } from '../../core/adapter.ts'
import type { EventSink } from '../../core/event.ts'
import type { JsonObject } from '../../core/json.ts'
import { relationKey } from '../../core/relation.ts'
import { type Result, success } from '../../core/result.ts'
import type { LedgerRun } from '../../ledger/runs/runs.ts'
import { tableFolders } from '../folders.ts'
import { recordReader } from '../records/record-reader.ts'
import { rememberedReader } from '../records/remembered-reader.ts'
import { idColumnOf } from './declared-columns.ts'
import type { LoadedSource, LoadSettings, LoadTools, TableContext } from './load-table-types.ts'
import { ensureRawTable, type RawTable } from './raw-table.ts'
import { tableRules } from './table-rules.ts'

export interface OpenTableRequest {
  readonly adapter: Adapter
  readonly node: LoadedSource
  /** Of the project, absolute. */
  readonly root: string
  /** Of the target: `targetFolder`. */
  readonly folder: string
  readonly run: LedgerRun
  readonly tools: LoadTools
  readonly emit: EventSink
  readonly signal: AbortSignal
  readonly now: () => Date
  readonly nextIndex: () => number
}

export interface OpenTable {
  readonly context: TableContext
  readonly raw: RawTable
}

/** Makes the raw table where it is not there. The caller holds its lease. */
export async function openTable(request: OpenTableRequest): Promise<Result<OpenTable>> {
  const { adapter, node, root, folder, run, tools } = request
  const { options, loader } = node.load
  const rules = tableRules({ node, root, dialect: adapter.dialect })
  if (!rules.ok) return rules
  const { columns } = rules.value
  const raw = await ensureRawTable({ adapter, node, columns, run })
  if (!raw.ok) return raw
  const table = `${node.sourceName}.${node.name}`
  const key = relationKey(node.relation)
  const context: TableContext = {
    adapter,
    node,
    table,
    columns,
    settings: settingsOf(options),
    folders: tableFolders(folder, table),
    owner: {
      relationKey: key,
      uniqueId: node.uniqueId,
      loader,
      runId: run.runId,
      epoch: raw.value.epoch,
    },
    fencingToken: run.tokens.get(key) ?? 0,
    root,
    read: rememberedReader(recordReader(rules.value, tools.compileCheck)),
    tools,
    emit: request.emit,
    signal: request.signal,
    now: request.now,
    nextIndex: request.nextIndex,
  }
  return success({ context, raw: raw.value })
}

function settingsOf(options: JsonObject): LoadSettings {
  const numberOf = (name: string, standard: number) => {
    const value = options[name]
    return typeof value === 'number' ? value : standard
  }
  return {
    batchRows: numberOf('batch_rows', 50_000),
    batchBytes: numberOf('batch_bytes', 64 * 1024 * 1024),
    tries: numberOf('tries', 3),
    keepsBatches: options['keep_batches'] !== false,
    idColumn: idColumnOf(options),
  }
}
