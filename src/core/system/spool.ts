/** Items kept in a file until nothing is read any more, and read back from it, any number of times and at once. */
import { randomUUID } from 'node:crypto'
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'

export interface Spooled<T> {
  readonly count: number
  readonly items: () => AsyncGenerator<T, void, undefined>
  readonly remove: () => Promise<void>
}

/** Written or read at once: about so many characters. */
const chunkLength = 65_536

/** What JSON gives back as it was. The file is in no folder where an open file needs no name. */
export async function spool<T>(folder: string, items: AsyncIterable<T>): Promise<Spooled<T>> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, `${randomUUID()}.jsonl`)
  const file = await open(path, 'wx+', 0o600)
  // Gone when the process is, however it ends; where an open file keeps its name, it is removed below.
  await rm(path, { force: true }).catch(() => undefined)
  const remove = async () => {
    await file.close().catch(() => undefined)
    await rm(path, { force: true })
  }
  try {
    let count = 0
    let chunk = ''
    for await (const item of items) {
      count += 1
      chunk += `${JSON.stringify(item)}\n`
      if (chunk.length < chunkLength) continue
      await file.writeFile(chunk)
      chunk = ''
    }
    await file.writeFile(chunk)
    return { count, items: () => readBack<T>(file), remove }
  } catch (error) {
    await remove()
    throw error
  }
}

async function* readBack<T>(
  file: Awaited<ReturnType<typeof open>>,
): AsyncGenerator<T, void, undefined> {
  // By place and not as a stream: a stream that is left closes the file, or says that it ended too early.
  const bytes = Buffer.alloc(chunkLength)
  const decoder = new StringDecoder('utf8')
  /** Of an item that is longer than a chunk. */
  let begun: string[] = []
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(bytes, 0, chunkLength, position)
    if (bytesRead === 0) return
    position += bytesRead
    const [first = '', ...others] = decoder.write(bytes.subarray(0, bytesRead)).split('\n')
    begun.push(first)
    if (others.length === 0) continue
    const lines = [begun.join(''), ...others]
    begun = [lines.pop() ?? '']
    for (const line of lines) {
      const item: T = JSON.parse(line)
      yield item
    }
  }
}
