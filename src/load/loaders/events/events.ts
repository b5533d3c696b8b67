/** The loader `events`: what `assay serve` has accepted, file by file; each event once, however often it is sent. */
import { open, rename, rm, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { errorCode } from '../../../core/system/error-code.ts'
import { syncFolder } from '../../durable.ts'
import { isCaptureFile, isOpenCapture, sealedName } from '../../folders.ts'
import type { Closed, Found, FoundRecord, Loader, LoaderContext, LoadUnit } from '../../loader.ts'
import { namesIn } from '../../names-in.ts'

export const events: Loader = { sources, find, reread: async () => undefined, finish }

type Place = Pick<LoaderContext, 'root' | 'capturedFolder'>

/** What a server has open is taken from it: it sees that, and goes on in another file. */
async function sources(context: Place): Promise<readonly string[]> {
  const { capturedFolder } = context
  const names = await namesIn(capturedFolder)
  let isSealed = false
  for (const name of names.filter(isOpenCapture)) {
    isSealed = (await seal(join(capturedFolder, name))) || isSealed
  }
  if (isSealed) await syncFolder(capturedFolder)
  const sealed = new Set(names.map(sealedName).filter(isCaptureFile))
  return [...sealed].sort().map((name) => sourceOf(context, name))
}

/** False: it is gone, or the system does not let us while a server has it open. */
async function seal(path: string): Promise<boolean> {
  try {
    await rename(path, sealedName(path))
    return true
  } catch (error) {
    if (['ENOENT', 'EBUSY', 'EPERM', 'EACCES'].includes(errorCode(error) ?? '')) return false
    throw error
  }
}

function sourceOf({ root, capturedFolder }: Place, name: string): string {
  return relative(root, join(capturedFolder, name)).replaceAll(sep, '/')
}

async function* find(context: LoaderContext): AsyncGenerator<Found> {
  for (const source of await sources(context)) {
    context.signal.throwIfAborted()
    const before = context.known.latest(source)
    if (before?.status === 'quarantined') {
      yield { kind: 'aside', origin: before }
      continue
    }
    // Its batch is loaded, or waits to be.
    if (before?.status === 'loaded') continue
    const path = join(context.root, source)
    const size = (await stat(path).catch(() => undefined))?.size
    if (size !== undefined) yield { kind: 'unit', unit: unitOf(path, source) }
  }
}

function unitOf(path: string, source: string): LoadUnit {
  let bytes = 0
  return {
    source,
    contentHash: undefined,
    records: async function* () {
      for await (const piece of readLines(path)) {
        bytes = piece.end
        yield piece.records
      }
    },
    close: async (): Promise<Closed> => ({
      kind: 'whole',
      origin: { source, contentHash: undefined, bytes, state: undefined },
    }),
  }
}

const pieceBytes = 262_144

interface Piece {
  readonly records: readonly FoundRecord[]
  readonly end: number
}

/** Whole lines only: one without an end was never answered for. */
async function* readLines(path: string): AsyncGenerator<Piece> {
  const handle = await open(path, 'r')
  try {
    let rest = Buffer.alloc(0)
    let number = 0
    let offset = 0
    const chunk = Buffer.alloc(pieceBytes)
    for (;;) {
      const { bytesRead } = await handle.read(chunk, 0, pieceBytes)
      if (bytesRead === 0) return
      const bytes = Buffer.concat([rest, chunk.subarray(0, bytesRead)])
      const records: FoundRecord[] = []
      let start = 0
      for (;;) {
        const end = bytes.indexOf(0x0a, start)
        if (end === -1) break
        number += 1
        const text = bytes.toString('utf8', start, end)
        records.push({ kind: 'record', line: number, offset: offset + start, text })
        start = end + 1
      }
      rest = bytes.subarray(start)
      offset += start
      if (records.length > 0) yield { records, end: offset }
    }
  } finally {
    await handle.close()
  }
}

async function finish(
  { root }: LoaderContext,
  { source }: { readonly source: string },
): Promise<void> {
  await rm(join(root, source), { force: true })
}
