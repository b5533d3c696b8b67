/** The tables that are filled over HTTP: a check of their events, and the files that these are kept in. */
import type { Dialect } from '../../core/dialect.ts'
import { errorCode } from '../../core/system/error-code.ts'
import { type Result, success } from '../../core/result.ts'
import { Journal, JournalFullError } from '../../load/capture/journal.ts'
import { tableFolders, targetFolder } from '../../load/folders.ts'
import { recordReader, type RecordReader } from '../../load/records/record-reader.ts'
import { shapeOf } from '../../load/records/record-shape.ts'
import { isLoaded } from '../../load/table/is-loaded.ts'
import type { LoadedSource } from '../../load/table/load-table-types.ts'
import { tableRules } from '../../load/table/table-rules.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { compileRecordCheck } from '../../project/read/compile-schema.ts'
import type { CapturedEvent, EventTable } from '../../serve/events/event-capture.ts'
import type { ServeMetrics } from '../../serve/metrics.ts'
import { ProblemError } from '../../serve/problem.ts'
import type { Surroundings } from '../surroundings.ts'

export interface CaptureTable {
  readonly node: LoadedSource
  readonly journal: Journal
  /** Absolute: of what is captured, and of batches that wait. */
  readonly folders: readonly string[]
  readonly events: EventTable
}

export interface CaptureRequest {
  readonly manifest: Manifest
  readonly dialect: Dialect
  readonly metrics: ServeMetrics
  readonly surroundings: Surroundings
  /** Called when events are on the disk. */
  readonly onCaptured: () => void
}

/** Sealed when it is so large, if no load has taken it before. */
const maxBytes = 32 * 1024 * 1024
const maxWaitingBytes = 64 * 1024 * 1024

export function captureTables(request: CaptureRequest): Result<readonly CaptureTable[]> {
  const tables: CaptureTable[] = []
  for (const node of request.manifest.nodes.values()) {
    if (!isLoaded(node) || node.load.loader !== 'events') continue
    const table = captureTable(request, node)
    if (!table.ok) return table
    tables.push(table.value)
  }
  return success(tables)
}

function captureTable(request: CaptureRequest, node: LoadedSource): Result<CaptureTable> {
  const { manifest, dialect, metrics, surroundings } = request
  const { project } = manifest
  const rules = tableRules({ node, root: project.root, dialect })
  if (!rules.ok) return rules
  const name = `${node.sourceName}.${node.name}`
  const folders = tableFolders(targetFolder(project), name)
  const synced = metrics.histogram('assay_events_write_seconds', 'Writes of events to the disk.')
  const journal = new Journal({
    folder: folders.captured,
    runId: surroundings.newId(),
    now: surroundings.now,
    maxBytes,
    maxWaitingBytes,
    onWritten: ({ seconds }) => synced.observe(seconds),
  })
  const read = recordReader(rules.value, compileRecordCheck)
  const id = rules.value.columns.findIndex((column) => column.name === node.load.options['id'])
  const events: EventTable = {
    name,
    source: node.sourceName,
    table: node.name,
    description: node.description,
    schema: shapeOf(rules.value),
    capture: async (texts) => {
      const results = texts.map((text) => resultOf(read, text, id))
      await keep(journal, texts, surroundings)
      request.onCaptured()
      return results
    },
  }
  return success({ node, journal, folders: [folders.captured, folders.staging], events })
}

function resultOf(read: RecordReader, text: string, id: number): CapturedEvent {
  const found = read(text)
  if (found.ok) return { status: 'accepted', id: found.cells[id] ?? '' }
  const { code, message, field } = found.reason
  return { status: 'rejected', code, message, field }
}

/** Those that do not fit, too: the loader makes dead letters of them. */
async function keep(
  journal: Journal,
  texts: readonly string[],
  { emit }: Surroundings,
): Promise<void> {
  try {
    await journal.append(texts)
  } catch (error) {
    const headers = { 'retry-after': '1' }
    if (error instanceof JournalFullError) {
      const detail = 'expected the disk to keep up, found that it does not; send them again'
      throw new ProblemError('unavailable', detail, { headers })
    }
    const code = errorCode(error)
    if (code === undefined) throw error
    emit({ type: 'log', message: `events could not be written: ${code}`, node: undefined })
    throw new ProblemError('unavailable', 'expected to keep the events, found no room for them', {
      headers,
    })
  }
}
