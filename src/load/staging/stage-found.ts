/** What a loader finds to batch files: each record is checked, units go together as far as a batch holds them. */
import { type Diagnostic, errorDiagnostic, warningDiagnostic } from '../../core/diagnostic.ts'
import { holdsLine } from '../../core/load/line-ranges.ts'
import { noCounts } from '../../core/load/load.ts'
import type { LeftFiles } from '../../core/load/load-result.ts'
import { recordLoads } from '../../ledger/loads/loads.ts'
import type { SetWriter, StagedBatch } from '../batch/set-writer.ts'
import type {
  Found,
  FoundRecord,
  KnownOrigins,
  LeftOrigin,
  Loader,
  LoadUnit,
  Origin,
} from '../loader.ts'
import { jsonOriginal, placeOf, textOriginal } from '../records/dead-record.ts'
import type { TableContext } from '../table/load-table-types.ts'
import { loaderContext } from '../table/loader-context.ts'
import { batchWriter } from './batch-writer.ts'

export interface Staging {
  readonly context: TableContext
  readonly loader: Loader
  readonly known: KnownOrigins
  /** Sources to look at; undefined: all. */
  readonly only: ReadonlySet<string> | undefined
  readonly tally: {
    addDuplicate(records: number): void
    addLeft(kind: keyof LeftFiles, files?: number): void
    say(diagnostic: Diagnostic): void
  }
}

/** A set has its names before its first batch is given. */
export async function* stageFound(staging: Staging): AsyncGenerator<StagedBatch> {
  const { context, loader, known } = staging
  const writer = batchWriter(context)
  const aside: string[] = []
  try {
    for await (const found of loader.find(loaderContext(context, known))) {
      context.signal.throwIfAborted()
      if (staging.only?.has(sourceOf(found)) === false) continue
      if (found.kind === 'aside') aside.push(found.origin.source)
      else await stage(staging, writer, found)
      if (writer.isFull && !writer.isEmpty) yield* await writer.publish()
    }
    if (aside.length > 0) {
      staging.tally.addLeft('aside', aside.length)
      staging.tally.say(leftAside(context, aside))
    }
    if (!writer.isEmpty) yield* await writer.publish()
  } finally {
    await writer.discardAll()
  }
}

const shownSources = 10

/** In every run: what is set aside must not be forgotten. */
function leftAside({ node, table }: TableContext, sources: readonly string[]): Diagnostic {
  const more = sources.length - shownSources
  const shown = sources.slice(0, shownSources).join(', ') + (more > 0 ? ` and ${more} more` : '')
  const files = sources.length === 1 ? '1 file of' : `${sources.length} files of`
  return warningDiagnostic({
    code: 'sources-left-aside',
    message: `${files} ${table} failed too often and ${sources.length === 1 ? 'is' : 'are'} left alone: ${shown}`,
    span: node.load.span,
    hint: '"assay ingest --replay" tries again what is left alone; so does every run when a file changes',
  })
}

function sourceOf(found: Found): string {
  if (found.kind === 'said') return ''
  return found.kind === 'unit' ? found.unit.source : found.origin.source
}

async function stage(
  staging: Staging,
  writer: SetWriter,
  found: Exclude<Found, { readonly kind: 'aside' }>,
): Promise<void> {
  switch (found.kind) {
    case 'unit':
      return await stageUnit(staging, writer, found.unit)
    case 'duplicate': {
      await recordDuplicate(staging, found)
      staging.tally.addDuplicate(found.records)
      return
    }
    case 'gone':
      return await recordOrigin(staging, found.origin, {
        status: 'released',
        message: 'it is gone',
      })
    case 'said':
      return staging.tally.say(found.diagnostic)
    case 'left':
      return await leave(staging, found)
    default:
      return found
  }
}

/** Once: a run that ended before it loaded what the file repeats has said so already. */
async function recordDuplicate(
  staging: Staging,
  { origin, records }: Extract<Found, { readonly kind: 'duplicate' }>,
): Promise<void> {
  const before = staging.known.latest(origin.source)
  const isSaid =
    before?.status === 'duplicate' &&
    before.contentHash === origin.contentHash &&
    before.state === origin.state
  if (!isSaid) await recordOrigin(staging, origin, { status: 'duplicate', records })
}

async function stageUnit(staging: Staging, writer: SetWriter, unit: LoadUnit): Promise<void> {
  const taken = staging.known.linesOf(unit)
  await writer.beginUnit(unit.source, taken)
  try {
    for await (const records of unit.records()) {
      staging.context.signal.throwIfAborted()
      for (const record of records) {
        if (!holdsLine(taken, record.line)) stageRecord(staging, writer, record)
      }
      await writer.drain()
    }
    const closed = await unit.close()
    if (closed.kind === 'whole') {
      writer.closeUnit(closed.origin)
      for (const diagnostic of closed.diagnostics ?? []) staging.tally.say(diagnostic)
      return
    }
    await writer.abandonUnit()
    await leave(staging, closed)
  } catch (error) {
    await writer.abandonUnit()
    throw error
  }
}

function stageRecord({ context }: Staging, writer: SetWriter, record: FoundRecord): void {
  if (record.kind === 'dead') {
    writer.addDead({ ...placeOf(record), reason: record.reason, original: record.original })
    return
  }
  const read = context.read(record.text)
  if (read.ok) {
    writer.addRecord(record, record.text, read.extra)
    return
  }
  const isJson = read.reason.code !== 'invalid-json'
  const original =
    record.original ?? (isJson ? jsonOriginal(record.text) : textOriginal(record.text))
  writer.addDead({ ...placeOf(record), reason: read.reason, original })
}

/** After the last try it is left alone until it changes. */
async function leave(staging: Staging, { origin, diagnostic, isTry }: LeftOrigin): Promise<void> {
  const { context, known, tally } = staging
  tally.say(diagnostic)
  const kind = diagnostic.severity === 'error' ? 'refused' : 'unfinished'
  const before = known.latest(origin.source)
  if (!isTry) {
    tally.addLeft(kind)
    // Once, and not in every run: what says it last is what counts.
    if (diagnostic.severity !== 'error' || before?.status === 'refused') return
    await recordOrigin(staging, origin, { status: 'refused', message: diagnostic.message })
    return
  }
  const isSame = before?.status === 'failed' && before.state === origin.state
  const tries = (isSame ? before.tries : 0) + 1
  const isOver = tries >= context.settings.tries
  await recordOrigin(staging, origin, {
    status: isOver ? 'quarantined' : 'failed',
    message: diagnostic.message,
  })
  tally.addLeft(isOver ? 'aside' : kind)
  if (!isOver) return
  tally.say(
    errorDiagnostic({
      code: 'source-quarantined',
      message: `${origin.source} failed ${tries} times and is left alone until it changes`,
      span: context.node.load.span,
      hint: 'mend it, or the declaration; "assay ingest --replay" tries it again as it is',
    }),
  )
}

async function recordOrigin(
  { context: { adapter, owner } }: Staging,
  origin: Origin,
  {
    status,
    records = 0,
    message = '',
  }: {
    readonly status: 'duplicate' | 'failed' | 'refused' | 'quarantined' | 'released'
    readonly records?: number
    readonly message?: string
  },
): Promise<void> {
  const counts = { ...noCounts, read: records, duplicates: records }
  const { source, contentHash, bytes, state } = origin
  const content = { source, contentHash, bytes, state }
  const row = { ...content, batchId: '', status, part: 1, isLast: true, counts, message }
  await adapter.session({}, (session) => recordLoads(session, owner, [row]))
}
