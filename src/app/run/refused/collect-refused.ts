/** After a run: what models newly refuse goes to a file of the run, what they refuse no more leaves its file. */
import { join } from 'node:path'
import type { Adapter, Session } from '../../../core/adapter.ts'
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import { relationKey } from '../../../core/relation.ts'
import { systemReason } from '../../../core/system/files.ts'
import { type BatchInLedger, readLoadedBatches } from '../../../ledger/loads/loaded-batches.ts'
import { readRunStart } from '../../../ledger/loads/loads.ts'
import {
  type RefusedCursor,
  readRefusedCursor,
  recordRefusedCursor,
} from '../../../ledger/loads/refused-cursors.ts'
import {
  findOriginals,
  type RefusingTable,
} from '../../../load/dead-letters/refused/find-originals.ts'
import {
  dropLines,
  letterLine,
  readRefusedKeys,
  refusedFilesSince,
  writeLines,
} from '../../../load/dead-letters/refused/refused-files.ts'
import { refusedKey, type RefusedRow } from '../../../load/dead-letters/refused/refused-row.ts'
import { dropUnfinished } from '../../../load/drop-unfinished.ts'
import { deadLetterFileName, tableFolders } from '../../../load/folders.ts'
import { recordReader } from '../../../load/records/record-reader.ts'
import { tableRules } from '../../../load/table/table-rules.ts'
import { compileRecordCheck } from '../../../project/read/compile-schema.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'
import { finalBelow } from './final-below.ts'
import { historyOf, readRefused } from './read-refused.ts'
import { loadedAbove, type RefusingModel } from './refusing-models.ts'
import { missingDeadLetterColumns } from '../../../transform/execute/contracts/dead-letter-columns.ts'

export interface CollectRequest {
  readonly adapter: Adapter
  readonly manifest: Manifest
  readonly models: readonly RefusingModel[]
  /** Of the target, below `load-path`. */
  readonly folder: string
  readonly runId: string
  readonly startedAt: Date
  /** True: rows that were there were made again; those of a model without an arrival column keep their epoch then. */
  readonly isBackfill: boolean
  readonly now: () => Date
  readonly signal: AbortSignal
}

export interface RefusedFile {
  readonly model: RefusingModel
  /** Absolute. */
  readonly path: string
  readonly count: number
}

export interface Collected {
  readonly files: readonly RefusedFile[]
  readonly faults: readonly Diagnostic[]
}

/** What befalls one model does not keep the others; what is missed now, the next run makes good. */
export async function collectRefused(request: CollectRequest): Promise<Collected> {
  const files: RefusedFile[] = []
  const faults: Diagnostic[] = []
  for (const model of request.models) {
    if (request.signal.aborted) break
    try {
      const done = await request.adapter.session({ signal: request.signal }, (session) =>
        collectOf(request, session, model),
      )
      if (done.file !== undefined) files.push(done.file)
      faults.push(...done.faults)
    } catch (error) {
      if (request.signal.aborted) break
      const { message } = request.adapter.explainError(error)
      faults.push(notWritten(model, systemReason(error) ?? message))
    }
  }
  return { files, faults }
}

function notWritten(model: RefusingModel, reason: string): Diagnostic {
  return errorDiagnostic({
    code: 'dead-letters-unwritten',
    message: `the dead letters of "${model.name}" could not be written to a file: ${reason}`,
    span: model.deadLetters.span ?? model.span,
    hint: 'its rows are published; the next build writes the file',
  })
}

interface CollectedModel {
  /** undefined: nothing is refused that was not before. */
  readonly file: RefusedFile | undefined
  readonly faults: readonly Diagnostic[]
}

async function collectOf(
  request: CollectRequest,
  session: Session,
  model: RefusingModel,
): Promise<CollectedModel> {
  const { adapter, manifest, runId } = request
  const faults = await missingDeadLetterColumns(session, model)
  if (faults === undefined || faults.length > 0) return { file: undefined, faults: faults ?? [] }
  const key = relationKey(model.relation)
  const history = await historyOf(session, manifest, { model, runId })
  const last = await readRefusedCursor(session, key)
  const isWhole = last?.history !== history || request.isBackfill
  const look = await lookAtFiles(request, session, { model, last: isWhole ? undefined : last })
  const above = isWhole ? undefined : highsOf(manifest, model, last)
  const final = await finalBelow(session, manifest, model)
  const rows: RefusedRow[] = []
  for await (const row of readRefused(session, adapter.dialect, { model, above })) rows.push(row)
  const batches = await readLoadedBatches(session, [...new Set(rows.map((row) => row.batchId))])
  const isMeant = isOfBatches({ batches, above, before: forgottenBefore(request) })
  const isWaiting = new Set(rows.map(refusedKey))
  const fresh = rows.filter((row) => isMeant(row) && !look.written.has(refusedKey(row)))
  const path = join(look.folder, deadLetterFileName({ at: request.startedAt, runId }))
  const letters = letterLines(request, session, { model, rows: fresh, batches })
  const count = await writeLines(path, letters)
  if (isWhole) {
    const gone = new Set([...look.written].filter((written) => !isWaiting.has(written)))
    await dropLines(look.folder, look.names, gone)
  }
  const highs = newHighs(above ?? new Map(), { rows, batches, final })
  if (isWhole || [...highs].some(([table, high]) => last.highs.get(table) !== high)) {
    const version = (last?.version ?? 0) + 1
    await recordRefusedCursor(session, key, { history, runId, version, highs })
  }
  return { file: count === 0 ? undefined : { model, path, count }, faults: [] }
}

/** The files that may hold what is found now: all, or those of runs that ended before they could say what they wrote. */
async function lookAtFiles(
  { folder }: CollectRequest,
  session: Session,
  { model, last }: { readonly model: RefusingModel; readonly last: RefusedCursor | undefined },
) {
  const own = tableFolders(folder, model.name).dead_letter
  await dropUnfinished(own)
  const at = last === undefined ? undefined : await readRunStart(session, last.runId)
  const since =
    at === undefined || last === undefined ? '' : deadLetterFileName({ at, runId: last.runId })
  const names = await refusedFilesSince(own, since.slice(0, 15))
  return { folder: own, names, written: await readRefusedKeys(own, names) }
}

function highsOf(
  manifest: Manifest,
  model: RefusingModel,
  last: RefusedCursor | undefined,
): ReadonlyMap<string, number> {
  const keys = loadedAbove(manifest, model).map(({ relation }) => relationKey(relation))
  return new Map(keys.map((key) => [key, last?.highs.get(key) ?? 0]))
}

/** ISO 8601 in milliseconds: what was loaded before it is nobody's dead letter any more, and does not come back. */
function forgottenBefore({ manifest, now }: CollectRequest): number {
  const { deadLettersMs } = manifest.project.retention
  return deadLettersMs === undefined ? Number.NEGATIVE_INFINITY : now().getTime() - deadLettersMs
}

function isOfBatches({
  batches,
  above,
  before,
}: {
  readonly batches: ReadonlyMap<string, BatchInLedger>
  readonly above: ReadonlyMap<string, number> | undefined
  readonly before: number
}): (row: RefusedRow) => boolean {
  return ({ batchId, sequence }) => {
    const batch = batches.get(batchId)
    if (batch === undefined) return true
    return batch.loadedAt >= before && sequence > (above?.get(batch.relationKey) ?? 0)
  }
}

function newHighs(
  before: ReadonlyMap<string, number>,
  {
    rows,
    batches,
    final,
  }: {
    readonly rows: readonly RefusedRow[]
    readonly batches: ReadonlyMap<string, BatchInLedger>
    readonly final: ReadonlyMap<string, number>
  },
): ReadonlyMap<string, number> {
  const highs = new Map(before)
  for (const [key, high] of final) highs.set(key, Math.max(highs.get(key) ?? 0, high))
  for (const { batchId, sequence } of rows) {
    const key = batches.get(batchId)?.relationKey
    if (key !== undefined) highs.set(key, Math.max(highs.get(key) ?? 0, sequence))
  }
  return highs
}

/** Batch by batch, as the rows come. */
async function* letterLines(
  request: CollectRequest,
  session: Session,
  {
    model,
    rows,
    batches,
  }: {
    readonly model: RefusingModel
    readonly rows: readonly RefusedRow[]
    readonly batches: ReadonlyMap<string, BatchInLedger>
  },
): AsyncGenerator<string> {
  const { adapter, runId, now } = request
  const tables = refusingTables(request, model)
  const recordedAt = now().toISOString()
  for (const [id, some] of byBatch(rows)) {
    request.signal.throwIfAborted()
    const batch = batches.get(id)
    const table = batch === undefined ? undefined : tables.get(batch.relationKey)
    const sequences = some.map(({ sequence }) => sequence)
    const originals =
      batch === undefined || table === undefined
        ? undefined
        : await findOriginals({ session, dialect: adapter.dialect }, table, {
            id,
            batch,
            sequences,
          })
    for (const row of some) {
      const original = originals?.get(row.sequence)
      yield letterLine({ ...row, model: model.name, runId, recordedAt, original })
    }
  }
}

function byBatch(rows: readonly RefusedRow[]): ReadonlyMap<string, readonly RefusedRow[]> {
  const groups = new Map<string, RefusedRow[]>()
  for (const row of rows) {
    const group = groups.get(row.batchId) ?? []
    group.push(row)
    groups.set(row.batchId, group)
  }
  return groups
}

/** By `relationKey`. */
function refusingTables(
  { manifest, adapter, folder }: CollectRequest,
  model: RefusingModel,
): ReadonlyMap<string, RefusingTable> {
  const { root } = manifest.project
  const tables = new Map<string, RefusingTable>()
  for (const node of loadedAbove(manifest, model)) {
    const rules = tableRules({ node, root, dialect: adapter.dialect })
    if (!rules.ok) continue
    tables.set(relationKey(node.relation), {
      node,
      folders: tableFolders(folder, `${node.sourceName}.${node.name}`),
      columns: rules.value.columns,
      read: recordReader(rules.value, compileRecordCheck),
    })
  }
  return tables
}
