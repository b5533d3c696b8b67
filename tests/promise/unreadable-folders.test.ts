/** Folders and files that the system does not let us read: said in every run until it does, and the others are loaded. */
import type * as fs from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, test, vi } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, testTargets } from '../support/test-project.ts'

// Whoever runs the tests as root may read everything: the system's answer is given in its place.
const { denied, forbidden } = vi.hoisted(() => {
  const paths = new Set<string>()
  return {
    denied: paths,
    forbidden: (path: unknown, syscall: string) =>
      typeof path === 'string' && paths.has(path.replace(/\/$/, ''))
        ? Object.assign(new Error(`EACCES: permission denied, ${syscall} '${path}'`), {
            code: 'EACCES',
            syscall,
          })
        : undefined,
  }
})

vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof fs>()
  return {
    ...real,
    readdir: new Proxy(real.readdir, {
      apply: (target, self, args: unknown[]) => {
        const error = forbidden(args[0], 'scandir')
        const answer = args.at(-1)
        if (error === undefined) Reflect.apply(target, self, args)
        else if (typeof answer === 'function') answer(error)
      },
    }),
    createReadStream: new Proxy(real.createReadStream, {
      apply: (target, self, args: unknown[]) => {
        const error = forbidden(args[0], 'open')
        if (error === undefined) return Reflect.apply(target, self, args)
        return new Readable({
          read() {
            this.destroy(error)
          },
        })
      },
    }),
  }
})

const project = {
  'assay.yml': `name: shop\ntarget: duckdb\n${testTargets}`,
  'sources.yml': `sources:
  - name: shop
    schema: raw
    loader: files
    load: { settle_seconds: 0, path: "incoming/**/*.jsonl" }
    tables:
      - name: orders
        columns: [{ name: id, data_type: integer }]
`,
}

describe.each(testAdapters())('what may not be read on $name', (adapter) => {
  test('a folder, a file in it, the folder itself', async () => {
    const made = await createTestProject(adapter, { files: project })
    const at = (path: string) => join(made.folder, path)
    await mkdir(at('incoming/locked'), { recursive: true })
    await made.write({
      'incoming/a.jsonl': '{"id": 1}\n',
      'incoming/b.jsonl': '{"id": 2}\n',
      'incoming/locked/c.jsonl': '{"id": 3}\n',
    })
    denied.add(at('incoming/locked')).add(at('incoming/b.jsonl'))
    for (const rows of ['1 row ', '0 rows']) {
      const done = await made.assay('ingest')
      expect(done.exitCode).toBe(1)
      expect(done.stdout).toContain(rows)
      expect(
        done.stderr,
      ).toBe(`error[file-unreadable]: expected incoming/locked to be readable, found that permission is denied (EACCES); nothing of it is loaded
  = hint: give the user that runs assay the right to read it, of a folder to list it too; the next "assay ingest" looks at it again

error[file-unreadable]: expected incoming/b.jsonl to be readable, found that permission is denied (EACCES); nothing of it is loaded
  = hint: give the user that runs assay the right to read it, of a folder to list it too; the next "assay ingest" looks at it again

2 errors
`)
    }
    denied.clear()
    denied.add(at('incoming'))
    const whole = await made.assay('ingest')
    expect(whole.exitCode).toBe(1)
    expect(whole.stderr).toContain(
      'expected incoming to be readable, found that permission is denied (EACCES)',
    )
    denied.clear()
    const after = await made.assay('ingest')
    expect(after.exitCode).toBe(0)
    expect(after.stdout).toContain('2 rows')
  })
})
