/** Events to a file of one table, many at once by one write: they are on the disk when a caller goes on. */
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../../core/system/error-code.ts'
import { syncFolder } from '../durable.ts'
import { captureFileName, sealedName } from '../folders.ts'

export interface JournalOptions {
  readonly folder: string
  /** Of the server: two that write to one folder do not meet. */
  readonly runId: string
  readonly now: () => Date
  /** Then another file is begun. */
  readonly maxBytes: number
  /** What may wait to be written; more is refused. */
  readonly maxWaitingBytes: number
  /** Called after each write that reached the disk. */
  readonly onWritten: (written: { readonly lines: number; readonly seconds: number }) => void
}

/** So much waits to be written that more would not fit into memory: try again later. */
export class JournalFullError extends Error {
  constructor() {
    super('expected the disk to keep up, found that too much waits to be written')
    this.name = 'JournalFullError'
  }
}

interface Waiting {
  readonly text: string
  readonly lines: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

interface OpenFile {
  readonly path: string
  readonly handle: FileHandle
  readonly inode: bigint
  bytes: number
}

/**
 * Anybody may take the file away by renaming it, while it is written: a loader does. Who renames reads afterwards, and who
 * writes looks afterwards whether the file still has its name. So a line is in what was read, or it is written again to
 * the next file; sometimes both, which the id of the event settles.
 *
 *   idle --append--> writing --written, more waits--> writing
 *                    writing --written, nothing waits--> idle
 */
export class Journal {
  readonly #options: JournalOptions
  #waiting: Waiting[] = []
  #waitingBytes = 0
  #isWriting = false
  /** One thing after the other is done with the file. */
  #turn: Promise<unknown> = Promise.resolve()
  #file: OpenFile | undefined
  #index = 0

  constructor(options: JournalOptions) {
    this.#options = options
  }

  /** Bytes that are not on the disk yet. */
  get waitingBytes(): number {
    return this.#waitingBytes
  }

  /** Each record JSON on one line. Resolves when all of them are on the disk; throws a `JournalFullError`. */
  async append(records: readonly string[]): Promise<void> {
    if (records.length === 0) return
    const text = `${records.join('\n')}\n`
    if (
      this.#waitingBytes > 0 &&
      this.#waitingBytes + text.length > this.#options.maxWaitingBytes
    ) {
      throw new JournalFullError()
    }
    this.#waitingBytes += text.length
    const written = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ text, lines: records.length, resolve, reject })
    })
    if (!this.#isWriting) void this.#write()
    await written
  }

  /** What was appended before is in a file that a loader reads whole. */
  async seal(): Promise<void> {
    await this.#inTurn(() => this.#leave('sealed'))
  }

  async #write(): Promise<void> {
    this.#isWriting = true
    // Those who come in the same moment share the first write.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
      try {
        await this.#inTurn(() => this.#writeGroup(group.map(({ text }) => text).join(''), group))
        for (const { resolve } of group) resolve()
      } catch (error) {
        for (const { reject } of group) reject(error)
      } finally {
        this.#waitingBytes -= group.reduce((sum, { text }) => sum + text.length, 0)
      }
    }
    this.#isWriting = false
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }

  async #writeGroup(text: string, group: readonly Waiting[]): Promise<void> {
    const bytes = Buffer.from(text)
    for (;;) {
      const began = performance.now()
      const file = await this.#openFile()
      try {
        await file.handle.appendFile(bytes)
        await file.handle.datasync()
      } catch (error) {
        await this.#cutBack(file)
        throw error
      }
      file.bytes += bytes.length
      const seconds = (performance.now() - began) / 1000
      if (await hasItsName(file)) {
        const lines = group.reduce((sum, waiting) => sum + waiting.lines, 0)
        this.#options.onWritten({ lines, seconds })
        if (file.bytes >= this.#options.maxBytes) await this.#leave('sealed')
        return
      }
      await this.#leave('taken')
    }
  }

  async #openFile(): Promise<OpenFile> {
    if (this.#file !== undefined) return this.#file
    const { folder, runId, now } = this.#options
    this.#index += 1
    await mkdir(folder, { recursive: true })
    const path = join(folder, captureFileName({ at: now(), index: this.#index, runId }))
    const handle = await open(path, 'ax')
    try {
      const { ino } = await handle.stat({ bigint: true })
      await syncFolder(folder)
      this.#file = { path, handle, inode: ino, bytes: 0 }
      return this.#file
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** A write that failed may have left some: what nobody was told to be kept should not be loaded. */
  async #cutBack(file: OpenFile): Promise<void> {
    await file.handle.truncate(file.bytes).catch(() => undefined)
    await this.#leave('sealed').catch(() => undefined)
  }

  async #leave(how: 'sealed' | 'taken'): Promise<void> {
    const file = this.#file
    if (file === undefined) return
    this.#file = undefined
    await file.handle.close()
    if (how === 'taken') return
    if (file.bytes === 0) await rm(file.path, { force: true })
    else await rename(file.path, sealedName(file.path)).catch(ignoringAbsence)
    await syncFolder(this.#options.folder)
  }
}

function ignoringAbsence(error: unknown): void {
  if (errorCode(error) !== 'ENOENT') throw error
}

async function hasItsName({ path, inode }: OpenFile): Promise<boolean> {
  const found = await stat(path, { bigint: true }).catch(() => undefined)
  return found?.ino === inode
}
