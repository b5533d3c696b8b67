/** Arrivals to files: JSON lines in batches as a collector writes them, or one CSV file as the raw table would hold them. */
import { join } from 'node:path'
import { type EventRecord, isoOf, recordColumns } from './message.ts'
import type { Arrival, DirtKind } from './arrival.ts'
import { csvCell, type OpenFile, openFile } from './open-file.ts'

export interface WriteOptions {
  /** Of JSON lines the folder, of CSV the file. */
  readonly output: string
  readonly batchSize: number
  readonly signal: AbortSignal
}

export interface Written {
  readonly files: readonly string[]
  readonly lines: number
  /** Lines that CSV cannot hold, since they are no records. */
  readonly leftOut: number
  readonly dirt: Readonly<Partial<Record<DirtKind, number>>>
  readonly isInterrupted: boolean
}

/** How often the process may hear a signal. */
const linesBetweenTurns = 2000

export async function writeJsonLines(
  arrivals: Iterable<Arrival>,
  { output, batchSize, signal }: WriteOptions,
): Promise<Written> {
  const count = counting()
  const files: string[] = []
  let file: OpenFile | undefined
  for (const arrival of arrivals) {
    if (await isStopped(count.lines(), signal)) break
    if (count.lines() % batchSize === 0) {
      file?.finish()
      const name = `events_${String(files.length + 1).padStart(5, '0')}.jsonl`
      files.push(name)
      file = openFile(join(output, name))
    }
    file?.write(`${arrival.line}\n`)
    count.add(arrival)
  }
  file?.finish()
  return { ...count.total(), files, leftOut: 0, isInterrupted: signal.aborted }
}

/** `_loaded_at` is when the last line of its batch arrived, as if a loader had come by right then. */
export async function writeCsv(
  arrivals: Iterable<Arrival>,
  { output, batchSize, signal }: WriteOptions,
): Promise<Written> {
  const count = counting()
  const file = openFile(output)
  file.write(`${['_load_seq', '_batch_id', '_loaded_at', ...recordColumns].join(',')}\n`)
  let batch: { readonly record: EventRecord; readonly arrivedAt: number }[] = []
  let batches = 0
  let rows = 0
  let leftOut = 0
  const flush = (): void => {
    batches += 1
    const loadedAt = isoOf(Math.floor(batch.at(-1)?.arrivedAt ?? 0))
    const batchId = `batch_${String(batches).padStart(5, '0')}`
    for (const { record } of batch) {
      rows += 1
      const cells = recordColumns.map((column) => record[column])
      file.write(`${[rows, batchId, loadedAt, ...cells].map(csvCell).join(',')}\n`)
    }
    batch = []
  }
  for (const arrival of arrivals) {
    if (await isStopped(count.lines(), signal)) break
    count.add(arrival)
    if (arrival.record === null) leftOut += 1
    else batch.push({ record: arrival.record, arrivedAt: arrival.arrivedAt })
    if (batch.length === batchSize) flush()
  }
  if (batch.length > 0) flush()
  file.finish()
  return { ...count.total(), files: [output], leftOut, isInterrupted: signal.aborted }
}

function counting() {
  let lines = 0
  const dirt: Partial<Record<DirtKind, number>> = {}
  return {
    lines: () => lines,
    add(arrival: Arrival): void {
      lines += 1
      if (arrival.dirt !== undefined) dirt[arrival.dirt] = (dirt[arrival.dirt] ?? 0) + 1
    },
    total: () => ({ lines, dirt }),
  }
}

async function isStopped(lines: number, signal: AbortSignal): Promise<boolean> {
  if (lines % linesBetweenTurns === 0) await new Promise((done) => setImmediate(done))
  return signal.aborted
}
