/** Files whose content assay has changed: beside them is noted what it was, so that whoever has loaded that knows it again. */
import { appendFile, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isJsonObject, parseJson } from '../../../core/json.ts'
import { errorCode } from '../../../core/system/error-code.ts'
import { flush } from '../../../core/system/files.ts'
import { syncFolder } from '../../durable.ts'
import type { KnownOrigin, KnownOrigins } from '../../loader.ts'

export interface Rewriting {
  /** Hash of the content before. */
  readonly from: string
  /** Of the one that stands for it now. */
  readonly to: string
  /** Of the new content. */
  readonly bytes: number
}

/** No glob matches it: it begins with a dot. */
export const notesName = '.assay-rewritten.jsonl'

/** On the disk when it returns: before the file has its new content. */
export async function noteRewriting(path: string, { from, to, bytes }: Rewriting): Promise<void> {
  const notes = join(dirname(path), notesName)
  const text = await textOf(notes)
  const line = `${JSON.stringify({ from, to, bytes })}\n`
  if (text.includes(line)) return
  // A line that was cut off by a kill stays alone.
  await appendFile(notes, text === '' || text.endsWith('\n') ? line : `\n${line}`)
  await flush(notes)
  await syncFolder(dirname(notes))
}

export async function readRewritings(folders: Iterable<string>): Promise<readonly Rewriting[]> {
  const found: Rewriting[] = []
  for (const folder of new Set(folders)) {
    const text = await textOf(join(folder, notesName))
    for (const line of text.split('\n')) found.push(...rewritingOf(line))
  }
  return found
}

async function textOf(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return ''
    throw error
  })
}

function rewritingOf(line: string): readonly Rewriting[] {
  const json = parseJson(line)
  if (!isJsonObject(json)) return []
  const { from, to, bytes } = json
  const isWhole = typeof from === 'string' && typeof to === 'string' && typeof bytes === 'number'
  return isWhole ? [{ from, to, bytes }] : []
}

/** What stands for a content that is known is known. */
export function knowingRewritten(
  known: KnownOrigins,
  rewritings: readonly Rewriting[],
): KnownOrigins {
  if (rewritings.length === 0) return known
  const before = (hash: string) => reach(hash, rewritings, ({ from, to }) => [to, from])
  const after = (hash: string) => reach(hash, rewritings, ({ from, to }) => [from, to])
  const bytesOf = new Map(rewritings.map(({ to, bytes }) => [to, bytes]))
  const withLater = (origins: readonly KnownOrigin[]) =>
    origins.flatMap((origin): readonly KnownOrigin[] => {
      const { contentHash: old } = origin
      if (old === undefined) return [origin]
      const later = after(old).filter((hash) => hash !== old)
      return [
        origin,
        ...later.map((contentHash) => ({
          ...origin,
          contentHash,
          bytes: bytesOf.get(contentHash),
        })),
      ]
    })
  return {
    ...known,
    byHash: (hash) => {
      for (const each of before(hash)) {
        const origin = known.byHash(each)
        if (origin !== undefined) return origin
      }
      return undefined
    },
    isHeld: (hash) => before(hash).some((each) => known.isHeld(each)),
    loadedFrom: (source) => withLater(known.loadedFrom(source)),
  }
}

/** The hash, and what steps lead to. */
function reach(
  hash: string,
  rewritings: readonly Rewriting[],
  step: (rewriting: Rewriting) => readonly [string, string],
): readonly string[] {
  const found = new Set([hash])
  // What is added while it is walked is walked too.
  for (const each of found) {
    for (const rewriting of rewritings) {
      const [here, there] = step(rewriting)
      if (here === each) found.add(there)
    }
  }
  return [...found]
}
