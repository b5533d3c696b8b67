/** Rows kept in a file until nothing is read any more, and read back from it. */
import { randomUUID } from 'node:crypto'
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cells } from './generate-rows.ts'

export interface SpooledRows {
  readonly count: number
  rows(): AsyncIterable<Cells>
  remove(): Promise<void>
}

/** Written at once: about so many characters. */
const chunkLength = 65_536

export async function spoolRows(folder: string, rows: AsyncIterable<Cells>): Promise<SpooledRows> {
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
    for await (const cells of rows) {
      count += 1
      chunk += `${JSON.stringify(cells)}\n`
      if (chunk.length < chunkLength) continue
      await file.writeFile(chunk)
      chunk = ''
    }
    await file.writeFile(chunk)
    return { count, rows: () => readBack(file), remove }
  } catch (error) {
    await remove()
    throw error
  }
}

async function* readBack(file: Awaited<ReturnType<typeof open>>): AsyncGenerator<Cells> {
  let rest = ''
  for await (const chunk of file.createReadStream({
    start: 0,
    autoClose: false,
    encoding: 'utf8',
  })) {
    const lines = `${rest}${String(chunk)}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const cells: Cells = JSON.parse(line)
      yield cells
    }
  }
}
