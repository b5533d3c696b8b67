/** Events on their way to the disk: what was answered for is in the files that a loader takes, whenever it takes them. */
import { randomUUID } from 'node:crypto'
import { readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, inject, test } from 'vitest'
import { Journal } from '../../src/load/capture/journal.ts'
import { isCaptureFile, isOpenCapture, sealedName } from '../../src/load/folders.ts'

function journalIn(folder: string, more: { readonly maxBytes?: number } = {}) {
  const writes: number[] = []
  const journal = new Journal({
    folder,
    runId: randomUUID(),
    now: () => new Date(),
    maxBytes: more.maxBytes ?? 1_000_000,
    maxWaitingBytes: 10_000,
    onWritten: ({ lines }) => writes.push(lines),
  })
  return { journal, writes }
}

async function linesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder)
  const lines: string[] = []
  for (const name of names.filter(isCaptureFile)) {
    lines.push(...(await readFile(join(folder, name), 'utf8')).split('\n').slice(0, -1))
  }
  return lines
}

test('many at once share a write; a sealed file holds them all', async () => {
  const folder = join(inject('workFolder'), randomUUID())
  const { journal, writes } = journalIn(folder)
  const events = Array.from({ length: 500 }, (_, index) => `{"id":${index}}`)
  await Promise.all(events.map((event) => journal.append([event])))
  expect(writes.reduce((sum, lines) => sum + lines, 0)).toBe(500)
  expect(writes.length).toBeLessThan(20)
  expect(await linesIn(folder)).toEqual([])
  await journal.seal()
  expect((await linesIn(folder)).toSorted()).toEqual(events.toSorted())
  await journal.seal()
  expect(await readdir(folder)).toHaveLength(1)
})

test('files are taken while they are written: nothing that was answered for is lost', async () => {
  const folder = join(inject('workFolder'), randomUUID())
  const { journal } = journalIn(folder, { maxBytes: 5000 })
  const over = new AbortController()
  const thief = async () => {
    while (!over.signal.aborted) {
      for (const name of await readdir(folder).catch(() => [])) {
        if (isOpenCapture(name))
          await rename(join(folder, name), join(folder, sealedName(name))).catch(() => undefined)
      }
      await delay(1)
    }
  }
  const stealing = thief()
  const answered: string[] = []
  const writer = async (name: string) => {
    for (let index = 0; index < 200; index += 1) {
      const event = `{"id":"${name}-${index}"}`
      await journal.append([event])
      answered.push(event)
    }
  }
  await Promise.all(['a', 'b', 'c'].map(writer))
  over.abort()
  await stealing
  await journal.seal()
  const found = new Set(await linesIn(folder))
  expect(answered).toHaveLength(600)
  expect(answered.filter((event) => !found.has(event))).toEqual([])
})

test('more than may wait is refused', async () => {
  const folder = join(inject('workFolder'), randomUUID())
  const { journal } = journalIn(folder)
  const large = `{"text":"${'x'.repeat(6000)}"}`
  const first = journal.append([large])
  await expect(journal.append([large])).rejects.toThrow('too much waits')
  await first
  await journal.append([large])
  await journal.seal()
  expect(await linesIn(folder)).toEqual([large, large])
})
