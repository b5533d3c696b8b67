/** The first file of the compiled program tells one program from another: what is kept of files is kept for that program. */
import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { repository } from './spawn-assay.ts'

test('files are named after what they hold, and lead to all others', () => {
  const files = new Set([join(repository, 'dist', 'cli', 'main.js')])
  const unnamed: string[] = []
  for (const file of files) {
    const text = readFileSync(file, 'utf8')
    for (const [, path = ''] of text.matchAll(/(?:\bfrom |\bimport ?\(?)"(\.[^"]+\.js)"/g)) {
      const imported = join(dirname(file), path)
      files.add(imported)
      const [, name] = /-(\w{8})\.js$/.exec(path) ?? []
      const held = hash('sha256', readFileSync(imported, 'utf8')).slice(0, 8)
      // The bundler's own names are in capitals.
      if (name !== held && !/^[0-9A-Z]{8}$/.test(name ?? '')) unnamed.push(path)
    }
  }
  expect(unnamed).toEqual([])
  expect(files.size).toBeGreaterThan(20)
})
