/** Files that a killed process leaves while a model in TypeScript reads several tables: the next run removes them, and only them. */
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProgram, type Program } from '../faults/program.ts'
import { describeDuckdb } from '../support/adapters.ts'
import { createTestProject } from '../support/test-project.ts'
import { until } from '../support/until.ts'

let program: Program
beforeAll(() => {
  program = createProgram()
})
afterAll(() => program.remove())

const project = {
  'assay.yml': `name: shop
target: duckdb
targets:
  duckdb: { type: duckdb, path: target/test.duckdb, threads: 1 }
  second: { type: duckdb, path: target/second.duckdb, threads: 1 }
`,
  'models/numbers.sql': '{{config materialized="table"}}\nselect 1 as id\n',
  // The second table is read from a file while the first one is open.
  'models/pairs.ts': `import { defineModel } from 'assay'
export default defineModel({ columns: { id: 'bigint' } }, async function* (context) {
  for await (const _ of context.ref('numbers')) {
    for await (const row of context.ref('numbers')) {
      yield { id: Number(row.id) }
      if (process.env.WAITS === 'yes') await new Promise((resolve) => setTimeout(resolve, 60_000))
    }
  }
})
`,
}

// Postgres reads by cursors and needs none.
describeDuckdb('spools on $name', (adapter) => {
  test('spools of a process that is alive stay, those of one that was killed go', async () => {
    const made = await createTestProject(adapter, { files: project })
    const spools = join(made.folder, 'target', 'spool')
    const namesOf = async () => await readdir(spools).catch(() => [])
    const running = program.start(['build'], {
      cwd: made.folder,
      env: { ...made.env, WAITS: 'yes' },
    })
    const name = await until('a spool', async () => (await namesOf())[0])
    const other = ['build', '--select', 'numbers', '--target', 'second']
    expect((await made.assay(...other)).exitCode).toBe(0)
    expect(await namesOf()).toEqual([name])
    running.child.kill('SIGKILL')
    await running.ended
    // Of another machine: nobody knows, until it is a day old.
    const foreign = ['elsewhere-1-00000000', 'elsewhere-2-00000000'] as const
    for (const each of foreign) await mkdir(join(spools, each))
    await writeFile(join(spools, 'elsewhere-2-00000000', 'rows.parquet'), '')
    const longAgo = new Date(Date.now() - 25 * 3_600_000)
    await utimes(join(spools, 'elsewhere-2-00000000'), longAgo, longAgo)
    expect((await made.assay(...other)).exitCode).toBe(0)
    expect(await namesOf()).toEqual([foreign[0]])
    const whole = await made.assay('build')
    expect(whole.exitCode, whole.stdout + whole.stderr).toBe(0)
    expect(await namesOf()).toEqual([foreign[0]])
  })
})
