/** A stream that may be slow, go away or fail: waits for slow readers, goes quiet when the reader is gone. */
import { once } from 'node:events'
import type { OutputStream } from './host.ts'

/** Pieces are put together to about this many characters before they are written. */
const writeSize = 64 * 1024

export class Output {
  readonly #stream: OutputStream
  readonly #mask: (text: string) => string
  #isOpen = true
  #failure: Error | undefined

  /** `onGone` is called once, when nobody reads any more; `mask` takes the secrets out of what is written. */
  constructor(
    stream: OutputStream,
    {
      onGone = () => {},
      mask = (text) => text,
    }: { readonly onGone?: () => void; readonly mask?: (text: string) => string } = {},
  ) {
    this.#stream = stream
    this.#mask = mask
    stream.on('error', (error) => {
      const wasOpen = this.#isOpen
      this.#isOpen = false
      // The reader of a pipe ended (`| head`), or the terminal was closed.
      const isGone = 'code' in error && (error.code === 'EPIPE' || error.code === 'EIO')
      if (!isGone) this.#failure ??= error
      if (wasOpen) onGone()
    })
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY === true
  }

  /** Columns of the terminal; undefined when it is none, or does not know (some say 0). */
  get columns(): number | undefined {
    const { columns = 0 } = this.#stream
    return this.isTerminal && columns > 0 ? columns : undefined
  }

  /** Why output was lost, when it was not the reader's own wish. */
  get failure(): Error | undefined {
    return this.#failure
  }

  /** For small things: what a slow reader has not taken waits in memory. */
  write(text: string): void {
    if (this.#isOpen) this.#stream.write(this.#mask(text))
  }

  /** For results of any size: never more than a piece ahead of the reader; ends early when the reader is gone. */
  async writeAll(pieces: Iterable<string>): Promise<void> {
    let waiting = ''
    for (const piece of pieces) {
      waiting += piece
      if (waiting.length < writeSize) continue
      await this.#writeAndWait(waiting)
      waiting = ''
      if (!this.#isOpen) return
    }
    if (waiting !== '') await this.#writeAndWait(waiting)
  }

  /** Resolves when all that was written has left this process, or cannot. */
  async flush(): Promise<void> {
    if (!this.#isOpen) return
    await new Promise<void>((resolve) => {
      this.#stream.write('', () => resolve())
    })
  }

  async #writeAndWait(text: string): Promise<void> {
    if (!this.#isOpen) return
    if (this.#stream.write(this.#mask(text))) return
    const stopped = new AbortController()
    const stop = (): void => stopped.abort()
    this.#stream.once('error', stop)
    try {
      await once(this.#stream, 'drain', { signal: stopped.signal })
    } catch (error) {
      // `once` rejects with the stream's error or with our abort: both are already known to the listener above.
      if (this.#isOpen) throw error
    } finally {
      this.#stream.off('error', stop)
    }
  }
}
