/** A batch file into its table, with its ledger rows, in a transaction that somebody else opened. */
import { type Session, textCell } from '../../core/adapter.ts'
import { addCounts, type LoadCounts, loadColumns, noCounts } from '../../core/load/load.ts'
import type { Column } from '../../core/relation.ts'
import { checkLease } from '../../ledger/leases/leases.ts'
import { type DeadLetterRow, recordDeadLetters } from '../../ledger/loads/dead-letters.ts'
import { type LoadRow, readLastSeq, recordLoads } from '../../ledger/loads/loads.ts'
import { readCounts, runThatLoaded } from '../../ledger/loads/tried-batches.ts'
import type { BatchPart } from '../batch/batch-file.ts'
import { type BatchLine, readBatch } from '../batch/read-batch.ts'
import type { StagedBatch } from '../batch/set-writer.ts'
import { type DeadReason, jsonOriginal } from '../records/dead-record.ts'
import { type KnownBefore, readKnownBefore } from './known-before.ts'
import { readTableSeq } from '../table/raw-table.ts'
import type { TableContext } from '../table/load-table-types.ts'

export interface BatchToLoad {
  readonly context: TableContext
  readonly columns: readonly Column[]
  readonly staged: StagedBatch
  /** Records that the database refuses, by their number in the batch from 0. */
  readonly refused: ReadonlyMap<number, DeadReason>
}

export interface LoadedBatch {
  readonly counts: LoadCounts
  /** False: it was committed by an earlier run, which ended before it could say so. */
  readonly isNew: boolean
  /** Of the commit. */
  readonly runId: string
}

interface Part {
  readonly part: BatchPart
  loaded: number
  dead: number
  /** In the table already, or of an id that is. */
  duplicates: number
  firstSeq?: number
  lastSeq?: number
}

/** Nothing of it is there before the commit. Throws what the database says of a row it refuses. */
export async function loadBatch(batch: BatchToLoad, session: Session): Promise<LoadedBatch> {
  const { context, columns, staged } = batch
  const { adapter, node, owner, fencingToken, now } = context
  const { summary } = staged
  const ofTable = { batchId: summary.id, epoch: owner.epoch }
  const runId = await runThatLoaded(session, ofTable)
  // A commit of this run whose answer was lost has done what it was to do.
  if (runId === owner.runId) {
    return { counts: await readCounts(session, ofTable), isNew: true, runId }
  }
  if (runId !== undefined) return { counts: noCounts, isNew: false, runId }
  const known = await readLastSeq(session, owner.relationKey)
  const lastSeq = known ?? (await readTableSeq(session, adapter, node)) ?? 0
  const recordedAt = now().toISOString()
  const before = await readKnownBefore(session, owner, staged)
  const parts = summary.parts.map((part): Part => ({ part, loaded: 0, dead: 0, duplicates: 0 }))
  const dead = new Map<number, DeadReason>()
  const filling = { lastSeq, recordedAt, parts, dead, before }
  const rows = toRows(batch, filling)
  await session.appendText(node.relation, columns, rows)
  await session.freshenStatistics(node.relation)
  await dropDuplicates(batch, session, { parts, lastSeq })
  const letters = toDeadLetters(batch, filling)
  const hasLetters = dead.size > 0 || parts.some((part) => part.dead > 0) || isReplay(batch)
  if (hasLetters) {
    await recordDeadLetters(session, { ...owner, batchId: summary.id, recordedAt }, letters)
  }
  await recordLoads(
    session,
    owner,
    parts.map((part) => loadRow(summary.id, part)),
  )
  await checkLease(adapter, session, { relationKey: owner.relationKey, token: fencingToken })
  const counts = parts.map(countsOf).reduce(addCounts, noCounts)
  return { counts, isNew: true, runId: owner.runId }
}

/** What batches of dead letters that pass now come from. */
export const replaySource = 'dead letters'

function isReplay({ staged }: BatchToLoad): boolean {
  return staged.summary.parts.some(({ source }) => source === replaySource)
}

/** Where records have an id, the first one stays, of this batch or of one before. The lease keeps others from loading. */
async function dropDuplicates(
  { context: { adapter, node, settings }, staged }: BatchToLoad,
  session: Session,
  { parts, lastSeq }: Pick<Filling, 'parts' | 'lastSeq'>,
): Promise<void> {
  const { idColumn } = settings
  if (idColumn === undefined) return
  const { dialect } = adapter
  const table = dialect.relation(node.relation)
  const id = dialect.quote(idColumn)
  const seq = dialect.quote(loadColumns.sequence)
  const dropped = await session.query(
    `delete from ${table} as later
where later.${dialect.quote(loadColumns.batch)} = $1
and later.${seq} > $2
and exists (
  select 1 from ${table} as earlier
  where earlier.${id} = later.${id} and earlier.${seq} < later.${seq}
)
returning cast(later.${seq} as text) as seq`,
    [staged.summary.id, lastSeq],
  )
  for (const row of dropped) {
    const at = Number(textCell(row, 'seq'))
    const part = parts.find(({ firstSeq = 0, lastSeq = -1 }) => firstSeq <= at && at <= lastSeq)
    if (part === undefined) continue
    part.loaded -= 1
    part.duplicates += 1
  }
}

interface Filling {
  readonly lastSeq: number
  readonly recordedAt: string
  readonly parts: readonly Part[]
  /** Filled with the records that the present declaration refuses. */
  readonly dead: Map<number, DeadReason>
  readonly before: KnownBefore
}

/** Ids of a batch that are remembered: 20,000 rows of one id took the database a minute to tell apart and take out again. */
const mostIds = 100_000

/** Rows in the order of the file; counts as they go by. */
async function* toRows(
  { context, columns, staged, refused }: BatchToLoad,
  { lastSeq, recordedAt, parts, dead, before }: Filling,
): AsyncGenerator<readonly (string | null)[]> {
  const idAt = columns.findIndex(({ name }) => name === context.settings.idColumn)
  const ids = new Set<string>()
  let seq = lastSeq
  let index = -1
  for await (const lines of readBatch(staged.path)) {
    for (const line of lines) {
      index += 1
      const part = parts[line.origin]
      if (part === undefined) throw new Error(`expected an origin ${line.origin}, found none`)
      if (before.isThere(part.part, line)) {
        part.duplicates += 1
        continue
      }
      const read = line.kind === 'dead' ? undefined : context.read(line.text)
      const reason = refused.get(index) ?? (read?.ok === false ? read.reason : undefined)
      if (read === undefined || !read.ok || reason !== undefined) {
        if (reason !== undefined) dead.set(index, reason)
        part.dead += 1
        continue
      }
      const id = read.cells[idAt] ?? null
      if (id !== null && ids.has(id)) {
        part.duplicates += 1
        continue
      }
      if (id !== null && ids.size < mostIds) ids.add(id)
      seq += 1
      part.firstSeq ??= seq
      part.lastSeq = seq
      part.loaded += 1
      yield [...read.cells, String(seq), staged.summary.id, recordedAt]
    }
  }
}

/** The file is read once more: dead letters may be long, and there may be many. */
async function* toDeadLetters(
  { staged, context }: BatchToLoad,
  { parts, dead, before }: Filling,
): AsyncGenerator<DeadLetterRow> {
  const { epoch } = context.owner
  const names = before.needsNewNames ? `${staged.summary.id}:${epoch}` : staged.summary.id
  let index = -1
  for await (const lines of readBatch(staged.path)) {
    for (const line of lines) {
      index += 1
      const part = parts[line.origin]?.part
      if (part !== undefined && before.isThere(part, line)) continue
      const letter = letterOf(staged, line, { id: `${names}:${index}`, reason: dead.get(index) })
      if (letter !== undefined) yield letter
    }
  }
}

/** undefined: nothing to say of it. A dead letter that was tried again and is as dead as before stays as it is. */
function letterOf(
  { summary }: StagedBatch,
  line: BatchLine,
  { id, reason }: { readonly id: string; readonly reason: DeadReason | undefined },
): DeadLetterRow | undefined {
  const source = summary.parts[line.origin]?.source ?? ''
  const place = { source, line: line.line, offset: line.offset }
  if (line.kind === 'record' && line.replays !== undefined) {
    if (reason !== undefined) return undefined
    const settled = { code: 'replayed', field: undefined, message: `loaded by ${summary.id}` }
    const original = { original: undefined, encoding: undefined }
    return { id: line.replays, phase: 'replayed', ...place, ...settled, ...original }
  }
  const why = line.kind === 'dead' ? line.reason : reason
  if (why === undefined) return undefined
  const original = line.kind === 'dead' ? line.original : jsonOriginal(line.text)
  return {
    id,
    phase: 'dead',
    ...place,
    code: why.code,
    field: why.field,
    message: why.message,
    original: original.text,
    encoding: original.encoding,
  }
}

function countsOf({ loaded, dead, duplicates }: Part): LoadCounts {
  return { read: loaded + dead + duplicates, loaded, dead, duplicates }
}

function loadRow(batchId: string, filled: Part): LoadRow {
  const { part, firstSeq, lastSeq } = filled
  return {
    batchId,
    status: 'loaded',
    source: part.source,
    contentHash: part.contentHash,
    bytes: part.bytes,
    state: part.state,
    part: part.part,
    isLast: part.isLast,
    lines: part.lines,
    counts: countsOf(filled),
    ...(firstSeq === undefined ? {} : { firstSeq }),
    ...(lastSeq === undefined ? {} : { lastSeq }),
    message: '',
  }
}
