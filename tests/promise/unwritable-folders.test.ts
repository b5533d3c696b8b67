/** Folders that the system does not let us write: `init` and `clean` say which and why, and are no bug of ours. */
import type * as fs from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, testTargets } from '../support/test-project.ts'

// Whoever runs the tests as root may write everything: the system's answer is given in its place.
const { denied } = vi.hoisted(() => ({ denied: new Set<string>() }))

vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof fs>()
  const guarded = <F extends (...args: never[]) => unknown>(work: F, syscall: string): F =>
    new Proxy(work, {
      apply: (target, self, args: unknown[]) => {
        const [path] = args
        if (typeof path === 'string' && denied.has(path)) {
          const message = `EACCES: permission denied, ${syscall} '${path}'`
          throw Object.assign(new Error(message), { code: 'EACCES', path, syscall })
        }
        return Reflect.apply(target, self, args)
      },
    })
  return {
    ...real,
    mkdirSync: guarded(real.mkdirSync, 'mkdir'),
    rmSync: guarded(real.rmSync, 'unlink'),
  }
})

test.each(testAdapters())(
  'init and clean where nothing may be written, on $name',
  async (adapter) => {
    const files = {
      'assay.yml': `name: shop\ntarget: duckdb\n${testTargets}`,
      'models/a.sql': 'select 1 as id',
    }
    const project = await createTestProject(adapter, { files })
    expect((await project.assay('parse')).exitCode).toBe(0)
    denied.add(join(project.folder, 'target', 'manifest.json'))
    expect(await project.assay('clean')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `error[unwritable-file]: expected to remove "target/manifest.json", found permission denied
  = hint: remove it as the user who owns it; what was removed before it is gone

1 error
`,
    })
    denied.add(join(project.folder, 'mine'))
    expect(await project.assay('init', 'mine')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `error[unwritable-file]: expected to write "mine", found permission denied
  = hint: name a folder that you may write to: assay init ~/my_project

1 error
`,
    })
    // A file where a folder should be is the system's answer, too.
    expect(await project.assay('init', 'assay.yml/mine')).toMatchObject({ exitCode: 2 })
  },
)
