/** Bytes to lines with their numbers and places; a line that is too long is told and never kept. */
import { isAscii, isUtf8 } from 'node:buffer'

interface LinePlace {
  /** 1-based. */
  readonly number: number
  /** Of its first byte in the file; undefined: the file is packed, or in another encoding. */
  readonly offset: number | undefined
  /** In bytes, also of what was not kept; without its end. */
  readonly length: number
  /** False: the last one, when nothing ends it. */
  readonly isEnded: boolean
}

/** Without its end. */
export type LineContent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'not UTF-8'; readonly bytes: Buffer }
  /** As much of it as was kept. */
  | { readonly kind: 'too long'; readonly bytes: Buffer }

export type Line = LinePlace & LineContent

export function lineContent(bytes: Buffer, isTooLong: boolean): LineContent {
  if (isTooLong) return { kind: 'too long', bytes }
  return isUtf8(bytes)
    ? { kind: 'text', text: bytes.toString('utf8') }
    : { kind: 'not UTF-8', bytes }
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
    const end = chunk.lastIndexOf(newline)
    const lines = end < 0 ? [] : this.#whole(chunk.subarray(0, end))
    if (end + 1 < chunk.length) this.#keep(chunk.subarray(end + 1))
    return lines
  }

  end(): Line | undefined {
    return this.#length === 0 ? undefined : this.#take(false)
  }

  /** Of a piece that ends where a line does; the first goes on from what is open. */
  #whole(piece: Buffer): Line[] {
    if (this.#length === 0) return this.#decoded(piece) ?? this.#oneByOne(piece)
    const end = piece.indexOf(newline)
    if (end < 0) return [this.#close(piece)]
    return [this.#close(piece.subarray(0, end)), ...this.#whole(piece.subarray(end + 1))]
  }

  /** All lines of a piece at once, as nearly every piece allows; undefined: some are no text, or too long. */
  #decoded(piece: Buffer): Line[] | undefined {
    const isPlain = isAscii(piece)
    if (piece.length > this.#maxBytes || !(isPlain || isUtf8(piece))) return undefined
    const lines: Line[] = []
    for (const text of piece.toString(isPlain ? 'latin1' : 'utf8').split('\n')) {
      const length = isPlain ? text.length : Buffer.byteLength(text)
      const content = text.endsWith('\r') ? text.slice(0, -1) : text
      lines.push(this.#next({ kind: 'text', text: content }, { length, isEnded: true }))
    }
    return lines
  }

  #oneByOne(piece: Buffer): Line[] {
    const lines: Line[] = []
    let start = 0
    for (;;) {
      const end = piece.indexOf(newline, start)
      lines.push(this.#close(piece.subarray(start, end < 0 ? piece.length : end)))
      if (end < 0) return lines
      start = end + 1
    }
  }

  #close(bytes: Buffer): Line {
    this.#keep(bytes)
    return this.#take(true)
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
    const bytes = Buffer.concat(this.#kept)
    const isTooLong = this.#length > this.#maxBytes
    const content = lineContent(isTooLong ? bytes : withoutReturn(bytes), isTooLong)
    const line = this.#next(content, { length: this.#length, isEnded })
    this.#length = 0
    this.#kept = []
    return line
  }

  #next(content: LineContent, { length, isEnded }: Pick<LinePlace, 'length' | 'isEnded'>): Line {
    const offset = this.#hasOffsets ? this.#offset : undefined
    const line = { number: this.#number, offset, length, isEnded, ...content }
    this.#number += 1
    this.#offset += length + 1
    return line
  }
}

function withoutReturn(bytes: Buffer): Buffer {
  return bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes
}
