/** Units of records to a set of batch files: all of the set get their names together, or none does. */
import { type FileHandle, mkdir, open, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { Json } from '../../core/json.ts'
import { formatLines, type LineRanges, linesWithout } from '../../core/load/line-ranges.ts'
import { syncFolder } from '../durable.ts'
import { rename } from 'node:fs/promises'
import { batchFileName, batchIdOf, unfinished } from '../folders.ts'
import type { Origin } from '../loader.ts'
import type { DeadRecord, RecordPlace } from '../records/dead-record.ts'
import {
  type BatchPart,
  type BatchSummary,
  deadLine,
  recordLine,
  replayLine,
  summaryLine,
} from './batch-file.ts'

export interface SetWriterOptions {
  readonly folder: string
  readonly table: string
  readonly relationKey: string
  readonly loader: string
  readonly runId: string
  readonly now: () => Date
  /** The number of the next batch of the run. */
  readonly nextIndex: () => number
  readonly maxRows: number
  readonly maxBytes: number
}

/** A batch that has its name. */
export interface StagedBatch {
  readonly path: string
  readonly summary: BatchSummary
}

interface OpenPart {
  readonly source: string
  readonly unit: number
  readonly part: number
  /** Of its records and what is between them; undefined: its unit is no content that may come again. */
  lines: LineRanges | undefined
  records: number
  dead: number
}

/** What is known of the lines of the open unit. */
interface UnitLines {
  /** In the table or in another batch: their records do not come. */
  readonly taken: LineRanges
  /** The first that is in no part. */
  next: number
  /** Of the newest record. */
  last: number
}

interface OpenBatch {
  readonly id: string
  readonly path: string
  readonly parts: OpenPart[]
  handle: FileHandle | undefined
  /** Something of it is in its file. */
  isStarted: boolean
  /** Written or waiting to be. */
  bytes: number
  waiting: string
  rows: number
  readonly extra: Map<string, number>
}

const flushAt = 262_144

export class SetWriter {
  readonly #options: SetWriterOptions
  #batches: OpenBatch[] = []
  /** By number of the unit, once it is known to be whole. */
  readonly #origins = new Map<number, Origin>()
  #unit = 0
  #source = ''
  /** undefined: its records are of no one content. */
  #lines: UnitLines | undefined
  /** Where the open unit began. */
  #mark: { readonly batch: number; readonly bytes: number; readonly rows: number } | undefined

  constructor(options: SetWriterOptions) {
    this.#options = options
  }

  /** Enough for a batch, or more: to be published before the next unit. */
  get isFull(): boolean {
    const last = this.#batches.at(-1)
    return this.#batches.length > 1 || (last !== undefined && this.#isFullBatch(last))
  }

  get isEmpty(): boolean {
    return this.#origins.size === 0
  }

  /** `taken`: lines whose records are in the table or in another batch; undefined: it is no content that may come again. */
  async beginUnit(source: string, taken?: LineRanges): Promise<void> {
    await mkdir(this.#options.folder, { recursive: true })
    const batch = this.#batches.at(-1) ?? this.#openBatch()
    this.#unit += 1
    this.#source = source
    this.#lines = taken === undefined ? undefined : { taken, next: 1, last: 0 }
    this.#mark = { batch: this.#batches.length - 1, bytes: batch.bytes, rows: batch.rows }
    this.#addPart(batch, 1)
  }

  /** `text`: JSON on one line. `extra`: its fields that are not declared. */
  addRecord(
    place: RecordPlace & { readonly replays?: string },
    text: string,
    extra: readonly string[],
  ): void {
    const { batch, part, origin } = this.#place()
    const { line, offset, replays } = place
    const written =
      replays === undefined
        ? recordLine({ origin, line, offset, text })
        : replayLine({ line, text, replays })
    for (const name of extra) batch.extra.set(name, (batch.extra.get(name) ?? 0) + 1)
    part.records += 1
    if (this.#lines !== undefined) this.#lines.last = line
    write(batch, written)
  }

  addDead(dead: DeadRecord): void {
    const { batch, part, origin } = this.#place()
    part.records += 1
    part.dead += 1
    if (this.#lines !== undefined) this.#lines.last = dead.line
    write(batch, deadLine({ ...dead, origin }))
  }

  /** Asked after each piece of records: what waits in memory goes to the files. */
  async drain(): Promise<void> {
    const last = this.#batches.at(-1)
    for (const batch of this.#batches) {
      if (batch === last) {
        if (batch.waiting.length >= flushAt) await flush(batch)
      } else if (batch.waiting !== '' || batch.handle !== undefined) {
        // A long unit makes many batches: those that are full need not stay open.
        await flush(batch)
        await close(batch)
      }
    }
  }

  closeUnit(origin: Origin): void {
    const part = this.#batches.at(-1)?.parts.at(-1)
    if (part !== undefined) this.#closePart(part, Number.POSITIVE_INFINITY)
    this.#origins.set(this.#unit, origin)
    this.#mark = undefined
  }

  /** As if it had never begun. */
  async abandonUnit(): Promise<void> {
    const mark = this.#mark
    if (mark === undefined) return
    this.#mark = undefined
    for (const later of this.#batches.splice(mark.batch + 1)) await discard(later)
    const batch = this.#batches[mark.batch]
    if (batch === undefined) return
    while (batch.parts.at(-1)?.unit === this.#unit) batch.parts.pop()
    if (batch.parts.length === 0) {
      this.#batches.splice(mark.batch)
      await discard(batch)
      return
    }
    await flush(batch)
    await close(batch)
    if (batch.isStarted) await truncate(batch.path, mark.bytes)
    batch.bytes = mark.bytes
    batch.rows = mark.rows
  }

  /** All that was closed gets its name: first the bytes are on the disk, then the names, the last batch's last. */
  async publish(): Promise<readonly StagedBatch[]> {
    const batches = this.#batches
    this.#batches = []
    const staged: StagedBatch[] = []
    for (const [index, batch] of batches.entries()) {
      const summary = this.#summaryOf(batch, {
        index,
        of: batches.length,
        first: batches[0]?.id ?? batch.id,
      })
      batch.waiting += summaryLine(summary)
      await flush(batch)
      await close(batch)
      staged.push({ path: join(this.#options.folder, batchFileName(batch.id)), summary })
    }
    for (const [index, { path }] of batches.entries()) {
      const target = staged[index]?.path
      if (target !== undefined) await rename(path, target)
    }
    if (batches.length > 0) await syncFolder(this.#options.folder)
    this.#origins.clear()
    return staged
  }

  /** What was not published is gone. Never throws. */
  async discardAll(): Promise<void> {
    for (const batch of this.#batches.splice(0)) await discard(batch)
    this.#origins.clear()
  }

  #isFullBatch(batch: OpenBatch): boolean {
    return batch.rows >= this.#options.maxRows || batch.bytes >= this.#options.maxBytes
  }

  /** Where the next record goes: a new batch when the last one is full. */
  #place() {
    const last = this.#batches.at(-1)
    if (last === undefined) throw new Error('expected an open unit, found none')
    const before = last.parts.at(-1)
    const batch = this.#isFullBatch(last) ? this.#openBatch() : last
    if (batch !== last && before !== undefined) this.#closePart(before, this.#lines?.last ?? 0)
    if (batch !== last) this.#addPart(batch, (before?.part ?? 0) + 1)
    const part = batch.parts.at(-1)
    if (part === undefined) throw new Error('expected an open unit, found none')
    return { batch, part, origin: batch.parts.length - 1 }
  }

  #addPart(batch: OpenBatch, part: number): void {
    const unit = { source: this.#source, unit: this.#unit, part }
    batch.parts.push({ ...unit, lines: undefined, records: 0, dead: 0 })
  }

  /** It has all lines up to this one that no part and no other batch has: records come in the order of the content. */
  #closePart(part: OpenPart, last: number): void {
    const lines = this.#lines
    if (lines === undefined) return
    part.lines = linesWithout({ first: lines.next, last }, lines.taken)
    lines.next = last + 1
  }

  #openBatch(): OpenBatch {
    const { folder, runId, now, nextIndex } = this.#options
    const id = batchIdOf({ at: now(), index: nextIndex(), runId })
    const path = join(folder, batchFileName(id) + unfinished)
    const batch: OpenBatch = {
      id,
      path,
      parts: [],
      handle: undefined,
      isStarted: false,
      bytes: 0,
      waiting: '',
      rows: 0,
      extra: new Map(),
    }
    this.#batches.push(batch)
    return batch
  }

  #summaryOf(batch: OpenBatch, set: BatchSummary['set']): BatchSummary {
    const { table, relationKey, loader, runId } = this.#options
    const parts = batch.parts.flatMap((open): readonly BatchPart[] => {
      const origin = this.#origins.get(open.unit)
      if (origin === undefined) return []
      const { part, records, dead } = open
      const lines = open.lines && formatLines(open.lines)
      const isLast = this.#isLast(batch, open, set)
      return [{ ...origin, part, isLast, lines, records, dead }]
    })
    const extra: Record<string, Json> = Object.fromEntries(batch.extra)
    return { id: batch.id, table, relationKey, loader, runId, set, parts, extra }
  }

  /** The last batch of the set that holds some of the unit: only the last unit of a batch goes on in the next. */
  #isLast(batch: OpenBatch, open: OpenPart, { index, of }: BatchSummary['set']): boolean {
    return batch.parts.at(-1) !== open || index === of - 1
  }
}

function write(batch: OpenBatch, line: string): void {
  batch.waiting += line
  batch.bytes += Buffer.byteLength(line)
  batch.rows += 1
}

async function flush(batch: OpenBatch): Promise<void> {
  if (batch.waiting === '') return
  const text = batch.waiting
  batch.waiting = ''
  batch.handle ??= await open(batch.path, batch.isStarted ? 'a' : 'w')
  batch.isStarted = true
  await batch.handle.write(text)
}

/** What was written is on the disk then. */
async function close(batch: OpenBatch): Promise<void> {
  await batch.handle?.sync()
  await batch.handle?.close()
  batch.handle = undefined
}

async function discard({ handle, path }: OpenBatch): Promise<void> {
  await handle?.close().catch(() => undefined)
  await rm(path, { force: true }).catch(() => undefined)
}
