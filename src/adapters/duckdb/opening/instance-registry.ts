/** The one registry of open DuckDB files: one instance a real path in this process, counted by its users. */
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import { ConnectionError } from '../../../core/database/database-errors.ts'
import { Comments } from '../publish/comments.ts'
import { makeFolder } from '../../../core/system/files.ts'
import { realPath } from '../files/real-path.ts'
import { LockedError, toConnectionError } from './open-errors.ts'

export interface OpenInstance {
  readonly instance: DuckDBInstance
  readonly comments: Comments
  /**
   * Says that a file is attached to this instance until it is closed, so that no other instance opens it. Throws a
   * `ConnectionError` when one has it open.
   */
  claim(path: string): void
  /** True as long as it has had no other user since it was opened. */
  isAlone(): boolean
  /** Closes the file when the last user is gone. Call it once, after closing your connections. */
  release(): void
}

/** Patience with another process that has the file open. */
export interface LockWait {
  /** Aborting it ends the wait with an `AbortError`. */
  readonly signal: AbortSignal
  /** Called once for each holder in turn, e.g. `process 123 (node server.js)`. */
  onWaiting(holder: string): void
}

interface Entry {
  readonly opening: Promise<DuckDBInstance>
  readonly comments: Comments
  users: number
  /** Grows, whoever goes. */
  opened: number
}

/**
 * The file lock does not protect a process from itself: two instances of one file lose data without an error, and
 * opening and closing the file by other means drops the lock. So nothing else in this process may open it.
 */
const entries = new Map<string, Entry>()
/** Real paths of attached files, with the instance that has them: the same danger as a second instance. */
const attached = new Map<string, DuckDBInstance>()

/** DuckDB cannot be asked to wait for a lock. */
const retryEveryMs = 200

/** Throws a `ConnectionError`; with `wait` never because another process has the file open. */
export async function openInstance(path: string, wait?: LockWait): Promise<OpenInstance> {
  let told = ''
  for (;;) {
    try {
      return await openAtOnce(path)
    } catch (error) {
      if (wait === undefined || !(error instanceof LockedError)) throw error
      wait.signal.throwIfAborted()
      if (error.holder !== told) wait.onWaiting(error.holder)
      told = error.holder
      await delay(retryEveryMs, undefined, { signal: wait.signal })
    }
  }
}

/** Each `:memory:` is a database of its own. */
async function openAtOnce(path: string): Promise<OpenInstance> {
  if (path === ':memory:') {
    const instance = await DuckDBInstance.create(path)
    return {
      instance,
      comments: new Comments(),
      claim: (file) => claim(file, instance),
      isAlone: () => true,
      release: () => close(instance),
    }
  }
  await makeParent(path)
  const key = realPath(path)
  if (attached.has(key)) throw inUse(path)
  const entry = entries.get(key) ?? newEntry(create(key, path))
  entries.set(key, entry)
  entry.users += 1
  entry.opened += 1
  try {
    const instance = await entry.opening
    return {
      instance,
      comments: entry.comments,
      claim: (file) => claim(file, instance),
      isAlone: () => entry.opened === 1,
      release: () => release(key, entry, instance),
    }
  } catch (error) {
    if (entries.get(key) === entry) entries.delete(key)
    throw error
  }
}

function newEntry(opening: Promise<DuckDBInstance>): Entry {
  return { opening, comments: new Comments(), users: 0, opened: 0 }
}

function release(key: string, entry: Entry, instance: DuckDBInstance): void {
  entry.users -= 1
  if (entry.users > 0) return
  entries.delete(key)
  close(instance)
}

function close(instance: DuckDBInstance): void {
  for (const [key, owner] of attached) if (owner === instance) attached.delete(key)
  instance.closeSync()
}

function claim(path: string, instance: DuckDBInstance): void {
  const key = realPath(path)
  const owner = attached.get(key)
  if (entries.has(key) || (owner !== undefined && owner !== instance)) throw inUse(path)
  attached.set(key, instance)
}

function inUse(path: string): ConnectionError {
  return new ConnectionError(
    'connection-failed',
    `could not open "${path}": this command has it open already, as a target or under \`attach:\``,
    'one file may be open once in a command; leave out one of the two',
  )
}

async function create(key: string, path: string): Promise<DuckDBInstance> {
  refuseOtherFiles(key, path)
  try {
    return await DuckDBInstance.create(key)
  } catch (error) {
    throw toConnectionError(error, path)
  }
}

async function makeParent(path: string): Promise<void> {
  try {
    await makeFolder(dirname(path))
  } catch (error) {
    throw toConnectionError(error, path)
  }
}

/** DuckDB opens a CSV as if it were a database, so the header is looked at first: no instance has the file open yet. */
function refuseOtherFiles(key: string, path: string): void {
  const stat = statSync(key, { throwIfNoEntry: false })
  if (stat === undefined) return
  if (stat.isDirectory()) {
    throw new ConnectionError(
      'connection-failed',
      `expected a DuckDB file, found a folder: "${path}"`,
      'name a file in it, e.g. assay.duckdb',
    )
  }
  // An empty file may be one that another process has just begun: DuckDB finds it locked.
  const isBegun = stat.size === 0 && !/\.(?:[ct]sv|json|jsonl|ndjson|parquet|txt|gz)$/i.test(key)
  if (!isBegun && readMark(key, path) !== 'DUCK') {
    throw new ConnectionError(
      'not-a-database',
      `expected a DuckDB file, found something else: "${path}"`,
      'give `path:` the name of a DuckDB file, or of one that does not exist yet',
    )
  }
}

function readMark(key: string, path: string): string {
  const mark = Buffer.alloc(4)
  try {
    const file = openSync(key, 'r')
    try {
      readSync(file, mark, 0, 4, 8)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    throw toConnectionError(error, path)
  }
  return mark.toString('latin1')
}
