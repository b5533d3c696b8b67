/** Saved files, gathered while the editor is still writing, to one change after the other. */
import { watch } from 'chokidar'

/**
 *     handling (what is to be done first) --> quiet
 *     quiet --(a file is saved)--> gathering --(nothing saved for a moment)--> handling --> quiet
 *                                      ^----(saved meanwhile: gathered for the next round)----/
 */
type WatchState =
  | { readonly kind: 'quiet' }
  | { readonly kind: 'gathering'; readonly timer: NodeJS.Timeout }
  | { readonly kind: 'handling' }

export interface WatchRequest {
  /** Absolute. */
  readonly folder: string
  /** True for paths (absolute) that never matter: what a run itself writes. */
  readonly isIgnored: (path: string) => boolean
  /** False for files that the project is not made of: a log that is being written must not set off a build. */
  readonly isWanted: (path: string) => boolean
  readonly signal: AbortSignal
  /** Called once, when every change is noticed; those that come meanwhile are handled after it. */
  readonly onReady: () => Promise<void>
  /** Called with absolute paths, never twice at once. */
  readonly onChange: (paths: readonly string[]) => Promise<void>
}

/**
 * Editors save in several steps: this long nothing must happen before a change counts. More than the 50 ms in which
 * chokidar drops a second change of one file for good: what a formatter writes behind a save is then read with it.
 */
const settleMs = 60

/** Ends, without an error, when the signal is aborted and the change at hand is handled. */
export async function watchFolder(request: WatchRequest): Promise<void> {
  const { signal, onChange } = request
  const watcher = watch(request.folder, { ignoreInitial: true, ignored: request.isIgnored })
  const gathered = new Set<string>()
  let state: WatchState = { kind: 'handling' }
  let handling: Promise<void> = Promise.resolve()
  let fail: (error: unknown) => void = () => undefined
  const failed = new Promise<never>((_, reject) => {
    fail = reject
  })
  const handle = async (work: () => Promise<void>): Promise<void> => {
    state = { kind: 'handling' }
    await work()
    state = { kind: 'quiet' }
    if (gathered.size > 0 && !signal.aborted) gather()
  }
  const handleGathered = async (): Promise<void> => {
    const paths = [...gathered].sort()
    gathered.clear()
    await onChange(paths)
  }
  const gather = (): void => {
    if (state.kind === 'handling') return
    if (state.kind === 'gathering') clearTimeout(state.timer)
    const timer = setTimeout(() => {
      handling = handle(handleGathered).catch(fail)
    }, settleMs)
    state = { kind: 'gathering', timer }
  }
  watcher.on('ready', () => {
    if (!signal.aborted) handling = handle(request.onReady).catch(fail)
  })
  watcher.on('all', (event, path) => {
    // A folder that comes or goes is told by its files.
    if (event === 'addDir' || event === 'unlinkDir' || !request.isWanted(path)) return
    gathered.add(path)
    gather()
  })
  try {
    await Promise.race([aborted(signal), failed])
    await handling
  } finally {
    await watcher.close()
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
