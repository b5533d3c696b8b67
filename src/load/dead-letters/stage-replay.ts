/** Dead letters that pass now, as batches: read again by the present declaration, each marked with what it settles. */
import { readDeadLetters, type StoredDeadLetter } from '../../ledger/loads/dead-letters.ts'
import type { SetWriter, StagedBatch } from '../batch/set-writer.ts'
import type { FoundRecord, Loader } from '../loader.ts'
import { type Original, placeOf } from '../records/dead-record.ts'
import type { TableContext } from '../table/load-table-types.ts'
import { loaderContext, nothingKnown } from '../table/loader-context.ts'
import { replaySource } from '../commit/load-batch.ts'
import { batchWriter } from '../staging/batch-writer.ts'

export interface Replay {
  readonly context: TableContext
  readonly loader: Loader
  /** None: all of them. */
  readonly codes: readonly string[]
  /** As dead as before. */
  readonly onStillDead: () => void
}

export async function* stageReplay(replay: Replay): AsyncGenerator<StagedBatch> {
  const { context, codes } = replay
  const writer = batchWriter(context)
  try {
    // All are read before the first batch is loaded: DuckDB has one open result a connection, and rows would be met twice.
    await context.adapter.session({ signal: context.signal }, async (session) => {
      const choice = { relationKey: context.owner.relationKey, codes, isWaiting: true }
      for await (const letter of readDeadLetters(session, context.adapter.dialect, choice)) {
        context.signal.throwIfAborted()
        await replayLetter(replay, writer, letter)
      }
    })
    if (!writer.isEmpty) yield* await writer.publish()
  } finally {
    await writer.discardAll()
  }
}

async function replayLetter(
  { context, loader, onStillDead }: Replay,
  writer: SetWriter,
  letter: StoredDeadLetter,
): Promise<void> {
  const found = await foundAgain(context, loader, letter)
  const read = found?.kind === 'record' ? context.read(found.text) : undefined
  if (found?.kind !== 'record' || read?.ok !== true) {
    onStillDead()
    return
  }
  // One unit for all: they come together or not at all.
  if (writer.isEmpty) {
    await writer.beginUnit(replaySource)
    const nowhere = { contentHash: undefined, bytes: undefined, state: undefined }
    writer.closeUnit({ source: replaySource, ...nowhere })
  }
  writer.addRecord({ line: letter.line, replays: letter.id }, found.text, read.extra)
  await writer.drain()
}

/** undefined: what it was is not to be had any more. */
async function foundAgain(
  context: TableContext,
  loader: Loader,
  letter: StoredDeadLetter,
): Promise<FoundRecord | undefined> {
  const { line, offset, source } = letter
  const place = placeOf({ line, offset })
  const original = originalOf(letter)
  if (original === undefined) return undefined
  if (original.encoding === 'json') return { kind: 'record', ...place, text: original.text }
  return await loader.reread(loaderContext(context, nothingKnown), { ...place, source, original })
}

const encodings = ['json', 'text', 'base64', 'cut'] as const

function originalOf({ original, encoding }: StoredDeadLetter): Original | undefined {
  const known = encodings.find((each) => each === encoding)
  return known === undefined ? undefined : { encoding: known, text: original }
}
