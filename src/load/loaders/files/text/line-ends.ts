/** Bytes of a text whose lines end with a carriage return alone to those of one whose lines end with a newline. */

const newline = 0x0a
const carriageReturn = 0x0d
const quote = 0x22

type Ends = 'unknown' | 'newlines' | 'returns'

/**
 * The first line decides: as many bytes come out as go in, each at its place. `hasQuotes`: an end within quotes is one
 * of a field.
 */
export async function* withNewlines(
  chunks: AsyncIterable<Buffer>,
  { hasQuotes }: { readonly hasQuotes: boolean },
): AsyncGenerator<Buffer> {
  const finder = new EndFinder(hasQuotes)
  let held: Buffer | undefined
  for await (const chunk of chunks) {
    const bytes = held === undefined ? chunk : Buffer.concat([held, chunk])
    if (finder.ends === 'newlines') {
      yield bytes
      held = undefined
      continue
    }
    // What is behind a return says what it is.
    const whole = endBeforeReturns(bytes)
    held = whole < bytes.length ? bytes.subarray(whole) : undefined
    if (whole > 0) yield finder.convert(bytes, whole)
  }
  if (held !== undefined) yield finder.convert(held, held.length)
}

class EndFinder {
  ends: Ends = 'unknown'
  readonly #hasQuotes: boolean
  #isQuoted = false

  constructor(hasQuotes: boolean) {
    this.#hasQuotes = hasQuotes
  }

  /** Of its bytes up to `end`, behind which there is no return but at the end of all. */
  convert(bytes: Buffer, end: number): Buffer {
    const part = bytes.subarray(0, end)
    const start = this.ends === 'unknown' ? this.#find(part) : 0
    if (this.ends !== 'returns') return part
    const converted = Buffer.from(part)
    for (let at = part.indexOf(carriageReturn, start); at >= 0; ) {
      if (part[at + 1] !== newline) converted[at] = newline
      at = part.indexOf(carriageReturn, at + 1)
    }
    return converted
  }

  /** Where the first line ends. */
  #find(bytes: Buffer): number {
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at]
      if (byte === quote && this.#hasQuotes) this.#isQuoted = !this.#isQuoted
      if (this.#isQuoted || (byte !== newline && byte !== carriageReturn)) continue
      let behind = at
      while (bytes[behind] === carriageReturn) behind += 1
      this.ends = bytes[behind] === newline ? 'newlines' : 'returns'
      return at
    }
    return bytes.length
  }
}

/** Where the returns at the end begin. */
function endBeforeReturns(bytes: Buffer): number {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === carriageReturn) end -= 1
  return end
}
