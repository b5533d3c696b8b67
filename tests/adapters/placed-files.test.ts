/** Files that a transaction puts in the place of others: given back when it does not commit, also after a kill. */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PlacedFiles } from '../../src/adapters/duckdb/files/placed-files.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-placed-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const kinds = [
  {
    kind: 'a file',
    make: (path: string, text: string) => writeFile(path, text),
    read: (path: string) => readFile(path, 'utf8'),
  },
  {
    kind: 'a folder',
    make: async (path: string, text: string) => {
      await mkdir(path)
      await writeFile(join(path, 'part'), text)
    },
    read: (path: string) => readFile(join(path, 'part'), 'utf8'),
  },
] as const

describe.each(kinds)('$kind', ({ kind, make, read }) => {
  const places = () => ({ path: join(folder, 'out'), fresh: join(folder, 'out.assay_new') })

  test('is replaced, and given back', async () => {
    const { path, fresh } = places()
    const placed = new PlacedFiles()
    await make(fresh, 'first')
    await placed.put(fresh, path)
    await placed.rollback()
    expect(existsSync(path)).toBe(false)
    await make(path, 'old')
    for (const text of ['new', 'newer']) {
      await make(fresh, text)
      await placed.put(fresh, path)
      expect(await read(path)).toBe(text)
    }
    await placed.rollback()
    expect(await read(path)).toBe('old')
    await make(fresh, 'new')
    await placed.put(fresh, path)
    await placed.commit()
    expect(await read(path)).toBe('new')
    expect(await readdir(folder)).toEqual(['out'])
  })

  test.runIf(kind === 'a folder')(
    'that a killed run has moved away is given back by the rollback of the next one',
    async () => {
      const { path, fresh } = places()
      await make(path, 'old')
      await rename(path, `${path}.assay_old`)
      const placed = new PlacedFiles()
      await make(fresh, 'new')
      await placed.put(fresh, path)
      expect(await read(path)).toBe('new')
      await placed.rollback()
      expect(await read(path)).toBe('old')
      expect(await readdir(folder)).toEqual(['out'])
    },
  )
})
