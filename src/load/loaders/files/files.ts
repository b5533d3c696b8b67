/** The loader `files`: whole files that match a glob, in the order of their names, each content once. */
import { lstat, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Diagnostic, errorDiagnostic, warningDiagnostic } from '../../../core/diagnostic.ts'
import { moveDurably } from '../../durable.ts'
import type {
  Found,
  KnownOrigin,
  KnownOrigins,
  Loader,
  LoaderContext,
  Origin,
} from '../../loader.ts'
import { EarlierContents } from './earlier-contents.ts'
import { formatOfName } from './file-format.ts'
import { type FileState, hashFile, hashUnpacked, stateOf } from './file-state.ts'
import { missingFolders } from './missing-folders.ts'
import { type FileOptions, fileOptions } from './options.ts'
import { changedFile, fileUnit } from './read-file.ts'
import { reread } from './reread.ts'
import { knowingRewritten, readRewritings } from './rewritten.ts'

export const files: Loader = { find, reread, finish }

/** Names of files that are still being written, whatever the glob. */
const unfinishedNames = /\.(?:tmp|temp|part|partial|crdownload|inprogress)$/i

/** Found in this run, by content: its records. */
type Seen = Map<string, number>

async function* find(given: LoaderContext): AsyncGenerator<Found> {
  const options = fileOptions(given.options, given.table)
  const seen: Seen = new Map()
  const { files: paths, folders } = await given.tools.findFiles(given.root, options.patterns)
  const holding = [...paths.map((path) => dirname(join(given.root, path))), given.processedFolder]
  const context = {
    ...given,
    known: knowingRewritten(given.known, await readRewritings(holding)),
  }
  const earlier = new EarlierContents(context.known)
  for (const folder of folders) {
    yield { kind: 'said', diagnostic: refused(folder.path, folder.code) }
  }
  const missing = await missingFolders(context, options.patterns)
  for (const diagnostic of missing.diagnostics) yield { kind: 'said', diagnostic }
  const isNone = paths.length === 0 && folders.length === 0 && context.known.isEmpty
  if (isNone && missing.others.length > 0) {
    yield { kind: 'said', diagnostic: noFiles(context, missing.others) }
  }
  for (const path of paths) {
    context.signal.throwIfAborted()
    if (unfinishedNames.test(path)) continue
    if (options.marker !== undefined && !(await isMarked(context, options.marker, path))) continue
    const found = await lookSafely({ context, options, seen, earlier }, path)
    if (found !== undefined) yield found
  }
  // What lies in a folder that cannot be looked into is not gone.
  if (folders.length === 0 && !missing.isOutOfReach) yield* goneOf(context, new Set(paths))
}

/** Files that failed and were taken away: nothing is left to be done about them. */
function* goneOf({ known }: LoaderContext, there: ReadonlySet<string>): Generator<Found> {
  for (const origin of known.failed) {
    const { source, contentHash, status } = origin
    // Dead letters that were replayed have none.
    if (contentHash === undefined ? status !== 'refused' : known.isHeld(contentHash)) continue
    if (!there.has(source)) yield { kind: 'gone', origin }
  }
}

async function isMarked({ root }: LoaderContext, marker: string, path: string): Promise<boolean> {
  if (path.endsWith(marker)) return false
  return await stat(join(root, path + marker)).then(
    () => true,
    () => false,
  )
}

interface Looking {
  readonly context: LoaderContext
  readonly options: FileOptions
  readonly seen: Seen
  readonly earlier: EarlierContents
}

/** A file that the system does not let us read keeps none of the others. */
async function lookSafely(looking: Looking, source: string): Promise<Found | undefined> {
  const origin: Origin = { source, contentHash: undefined, bytes: undefined, state: undefined }
  const left = (diagnostic: Diagnostic): Found => {
    return { kind: 'left', origin, diagnostic, isTry: false }
  }
  try {
    const path = join(looking.context.root, source)
    const isLink = await lstat(path).then(
      (found) => found.isSymbolicLink(),
      () => false,
    )
    if (isLink && (await stateOf(path)) === undefined)
      return left(unreadable(source, 'it is a link that leads nowhere'))
    return await look(looking, source)
  } catch (error) {
    const code = error instanceof Error && 'syscall' in error && 'code' in error ? error.code : ''
    if (typeof code !== 'string' || code === '') throw error
    return left(refused(source, code))
  }
}

/** undefined: it is known, or gone. */
async function look(
  { context, options, seen, earlier }: Looking,
  source: string,
): Promise<Found | undefined> {
  const { known, signal } = context
  const path = join(context.root, source)
  const state = await settled(path, options, signal)
  if (state === undefined) return undefined
  const latest = known.latest(source)
  if (state !== 'unsettled' && latest?.state === state.text && isDone(known, latest)) {
    const { status, contentHash: content } = latest
    const isHeld = content !== undefined && known.isHeld(content)
    return status === 'quarantined' || isHeld ? { kind: 'aside', origin: latest } : undefined
  }
  if (state === 'unsettled') return unsettled(source)
  const loaded = earlier.of(source, state)
  const begins = [...new Set(loaded.flatMap(({ bytes }) => bytes ?? []))]
  const packed = await hashFile({ path, begins, signal })
  const unpacked = formatOfName(source).isGzip
    ? await hashUnpacked({ path, begins, signal })
    : undefined
  // What is packed in a file is its content; of one that is broken it is what it is.
  const content = unpacked ?? packed
  const origin = { source, contentHash: content.hash, bytes: content.bytes, state: state.text }
  if ((await stateOf(path))?.text !== state.text) {
    return { kind: 'left', origin, diagnostic: changedFile({ origin }), isTry: false }
  }
  // Earlier versions knew a packed file by its own bytes.
  const hashes = [content.hash, packed.hash]
  if (hashes.some((hash) => known.isHeld(hash))) return { kind: 'aside', origin }
  const records =
    seen.get(content.hash) ??
    hashes.map((hash) => known.byHash(hash)?.records).find((count) => count !== undefined)
  if (records !== undefined) return { kind: 'duplicate', origin, records }
  // Whatever was tried since: what is loaded would be there twice. It is said in every run, never set aside.
  const before = loaded.find(
    ({ contentHash = '', status }) =>
      !hashes.includes(contentHash) &&
      isLoaded(known, contentHash, status) &&
      (packed.beginHashes.has(contentHash) || content.beginHashes.has(contentHash)),
  )
  if (before !== undefined) {
    return { kind: 'left', origin, diagnostic: grown(source, before), isTry: false }
  }
  const onWhole = (count: number) => {
    seen.set(content.hash, count)
  }
  const unit = fileUnit({ path, origin, packedHash: packed.hash, options, context, onWhole })
  return { kind: 'unit', unit }
}

/** There is nothing to be read of it. */
function isDone(known: KnownOrigins, { status, contentHash = '' }: KnownOrigin): boolean {
  if (status === 'failed' || status === 'refused' || status === 'begun') return false
  return isLoaded(known, contentHash, status)
}

/** The file whose content a duplicate had may not be loaded, and be gone. */
function isLoaded(
  known: KnownOrigins,
  contentHash: string,
  status: KnownOrigin['status'],
): boolean {
  return (
    status !== 'duplicate' || known.byHash(contentHash) !== undefined || known.isHeld(contentHash)
  )
}

/** Waits until it was left alone long enough; undefined: it is gone. */
async function settled(
  path: string,
  { settleMs }: FileOptions,
  signal: AbortSignal,
): Promise<FileState | 'unsettled' | undefined> {
  const first = await stateOf(path)
  if (first === undefined) return undefined
  const restMs = settleMs - (Date.now() - first.modifiedMs)
  if (restMs <= 0) return first
  await delay(Math.min(restMs, settleMs), undefined, { signal })
  const second = await stateOf(path)
  return second === undefined || second.text === first.text ? second : 'unsettled'
}

function unsettled(source: string): Found {
  const origin: Origin = { source, contentHash: undefined, bytes: undefined, state: undefined }
  const diagnostic = warningDiagnostic({
    code: 'file-incomplete',
    message: `expected ${source} to be whole, found that it is still being written; nothing of it is loaded yet`,
    hint: 'the next "assay ingest" looks at it again',
  })
  return { kind: 'left', origin, diagnostic, isTry: false }
}

function refused(path: string, code: string) {
  return code === 'EACCES' || code === 'EPERM'
    ? unreadable(path, `permission is denied (${code})`, mayRead)
    : unreadable(path, `the system refuses to read it (${code})`)
}

const mayRead =
  'give the user that runs assay the right to read it, of a folder to list it too; the next "assay ingest" looks at it again'

function unreadable(path: string, why: string, hint = 'the next "assay ingest" looks at it again') {
  return errorDiagnostic({
    code: 'file-unreadable',
    message: `expected ${path} to be readable, found that ${why}; nothing of it is loaded`,
    hint,
  })
}

function noFiles({ table }: LoaderContext, patterns: readonly string[]) {
  return warningDiagnostic({
    code: 'no-files',
    message: `expected files of ${table} in ${patterns.join(', ')}, found none, and none was ever loaded`,
    hint: '"path" under "load" is relative to the folder of assay.yml',
  })
}

/** `before`: what was loaded of it, from this name or another one. */
function grown(source: string, before: KnownOrigin) {
  const { source: from, status, bytes = 0 } = before
  if (status === 'begun') {
    return errorDiagnostic({
      code: 'file-grew',
      message: `expected ${source} to stay as it was when its loading began, found that more was written behind its first ${bytes} bytes, of which some records are loaded and some are not; nothing more of it is loaded`,
      hint: `put what is behind its first ${bytes} bytes into a file of another name: the next "assay ingest" loads what is missing`,
    })
  }
  if (from !== source) {
    return errorDiagnostic({
      code: 'file-grew',
      message: `expected ${source} to be new, found that it begins with what was loaded from ${from}, and that more was written behind it; nothing of it is loaded again`,
      hint: 'let "path" match only files that are whole, e.g. of a log those that were rotated; put what is new into a file of another name',
    })
  }
  return errorDiagnostic({
    code: 'file-grew',
    message: `expected ${source} to stay as it was loaded, found that more was written behind it; nothing of it is loaded again`,
    hint: 'write what is new to a file of another name, and put this one back as it was, or move it away',
  })
}

async function finish(context: LoaderContext, origin: Origin): Promise<void> {
  const options = fileOptions(context.options, context.table)
  if (options.afterLoad === 'keep') return
  const path = join(context.root, origin.source)
  // Another file of the name is not the one that was loaded.
  if ((await stateOf(path))?.text !== origin.state) return
  const marked = options.marker === undefined ? [] : [path + options.marker]
  for (const each of [path, ...marked]) {
    if (options.afterLoad === 'delete') await rm(each, { force: true })
    else if ((await stateOf(each)) !== undefined) {
      await moveDurably(each, await freeName(context.processedFolder, basename(each)))
    }
  }
}

/** Nothing that lies there is overwritten. */
async function freeName(folder: string, name: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const path = join(folder, number === 1 ? name : `${name}.${number}`)
    if ((await stateOf(path)) === undefined) return path
  }
}
