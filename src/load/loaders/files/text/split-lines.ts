/** Bytes to lines with their numbers and places; a line that is too long is told and never kept. */

export interface Line {
  /** 1-based. */
  readonly number: number
  /** Of its first byte in the file; undefined: the file is packed, or in another encoding. */
  readonly offset: number | undefined
  /** Without its end. */
  readonly bytes: Buffer
  /** In bytes, also of what was not kept. */
  readonly length: number
  readonly isTooLong: boolean
  /** False: the last one, when nothing ends it. */
  readonly isEnded: boolean
}

export interface SplitOptions {
  readonly maxBytes: number
  readonly hasOffsets: boolean
}

const newline = 0x0a
const carriageReturn = 0x0d
/** Kept of a line that is too long, to find it by. */
const keptBytes = 1024

/** In pieces, as the bytes come. Holds no more than one chunk and one line of the longest length. */
export async function* splitLines(
  chunks: AsyncIterable<Buffer>,
  options: SplitOptions,
): AsyncGenerator<readonly Line[]> {
  const splitter = new LineSplitter(options)
  for await (const chunk of chunks) {
    const lines = splitter.push(chunk)
    if (lines.length > 0) yield lines
  }
  const last = splitter.end()
  if (last !== undefined) yield [last]
}

class LineSplitter {
  readonly #maxBytes: number
  readonly #hasOffsets: boolean
  #number = 1
  /** Of the line that is open. */
  #offset = 0
  #length = 0
  #kept: Buffer[] = []

  constructor({ maxBytes, hasOffsets }: SplitOptions) {
    this.#maxBytes = maxBytes
    this.#hasOffsets = hasOffsets
  }

  push(chunk: Buffer): readonly Line[] {
    const lines: Line[] = []
    let start = 0
    for (;;) {
      const end = chunk.indexOf(newline, start)
      if (end < 0) break
      this.#keep(chunk.subarray(start, end))
      lines.push(this.#take(true))
      this.#offset += 1
      start = end + 1
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start))
    return lines
  }

  end(): Line | undefined {
    return this.#length === 0 ? undefined : this.#take(false)
  }

  #keep(bytes: Buffer): void {
    this.#length += bytes.length
    if (this.#length <= this.#maxBytes) {
      this.#kept.push(bytes)
      return
    }
    const kept = Buffer.concat(this.#kept)
    const all = kept.length >= keptBytes ? kept : Buffer.concat([kept, bytes])
    // Copied, so that the chunk can go.
    this.#kept = [Buffer.from(all.subarray(0, keptBytes))]
  }

  #take(isEnded: boolean): Line {
    const [first = Buffer.alloc(0)] = this.#kept
    const bytes = this.#kept.length > 1 ? Buffer.concat(this.#kept) : first
    const isTooLong = this.#length > this.#maxBytes
    const line = {
      number: this.#number,
      offset: this.#hasOffsets ? this.#offset : undefined,
      bytes: isTooLong ? bytes : withoutReturn(bytes),
      length: this.#length,
      isTooLong,
      isEnded,
    }
    this.#number += 1
    this.#offset += this.#length
    this.#length = 0
    this.#kept = []
    return line
  }
}

function withoutReturn(bytes: Buffer): Buffer {
  return bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes
}
