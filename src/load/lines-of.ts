/** Bytes to lines. */
const newline = 0x0a

/** Each with its end; only a newline ends one. */
export async function* linesOf(chunks: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  let begun: Buffer[] = []
  for await (const chunk of chunks) {
    if (!Buffer.isBuffer(chunk)) continue
    let start = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const line = chunk.subarray(start, end + 1)
      yield begun.length === 0 ? line : Buffer.concat([...begun, line])
      begun = []
      start = end + 1
    }
    if (start < chunk.length) begun.push(chunk.subarray(start))
  }
  if (begun.length > 0) yield Buffer.concat(begun)
}
