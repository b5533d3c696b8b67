/** A new file that is written piece by piece, compressed or not, and on the disk when it is closed. */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { flush } from '../../../core/system/files.ts'

export class TextFile {
  readonly #path: string
  readonly #sink: NodeJS.WritableStream
  readonly #done: Promise<void>

  constructor(path: string, isCompressed: boolean) {
    this.#path = path
    const file = createWriteStream(path, { flags: 'wx' })
    if (isCompressed) {
      const gzip = createGzip()
      this.#sink = gzip
      this.#done = pipeline(gzip, file)
    } else {
      this.#sink = file
      this.#done = ended(file)
    }
    // It is waited for when the file is closed, or by the write that meets the fault.
    this.#done.catch(() => undefined)
  }

  /** Waits where the disk is slower than the rows. */
  async write(text: string): Promise<void> {
    if (text === '' || this.#sink.write(text)) return
    await Promise.race([once(this.#sink, 'drain'), this.#done])
  }

  /** Gives the size in bytes. */
  async close(): Promise<number> {
    this.#sink.end()
    await this.#done
    await flush(this.#path)
    return (await stat(this.#path)).size
  }

  /** Of a file that will not be finished. */
  async abandon(): Promise<void> {
    this.#sink.end()
    await this.#done.catch(() => undefined)
  }
}

async function ended(file: NodeJS.EventEmitter): Promise<void> {
  await once(file, 'close')
}
