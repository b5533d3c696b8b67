/** `watch`: a saved file is built within two seconds, a broken one is shown and the watch goes on. */
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { spawnAssay } from '../support/spawn-assay.ts'
import { createTestProject, testTargets } from '../support/test-project.ts'
import { until } from '../support/until.ts'
import { rowsOf } from './rows.ts'

describe.each(testAdapters())('watch on $name', (adapter) => {
  test('builds what a saved file touches, shows what is broken, goes on', async () => {
    const project = await createTestProject(adapter, {
      files: {
        'assay.yml': `name: watched\ntarget: duckdb\n${testTargets}`,
        'models/a.sql': '{{config materialized="table"}}select 1 as id',
        'models/b.sql': '{{config materialized="table"}}select id + 1 as id from {{ref "a"}}',
        'models/z.sql': 'select 1 as unrelated',
      },
    })
    const { folder: cwd, env } = project
    const began = performance.now()
    const watch = spawnAssay(['watch'], { cwd, env })
    const said = (wanted: RegExp, from: number) =>
      until(`${wanted} to be said`, () => {
        const text = watch.output().slice(from)
        return wanted.test(text) && text
      })
    // Saved while the first build is at work: handled after it.
    await watch.waitFor('build on')
    const firstMs = performance.now() - began
    await project.write({ 'models/early.sql': 'select 1 as early' })
    await said(/models\/early\.sql changed[^]*done in .*\n/, 0)
    const tookMs: number[] = []
    /** What is said from now on until all of `wanted` was said. */
    const save = async (text: string, wanted: RegExp) => {
      const from = watch.output().length
      const saved = performance.now()
      await project.write({ 'models/a.sql': text })
      const found = await said(wanted, from)
      tookMs.push(performance.now() - saved)
      return found
    }
    const both = /models\/a\.sql changed[^]*ok .*\ba\b[^]*ok .*\bb\b[^]*done in .*\n/
    const edited = await save('{{config materialized="table"}}select 5 as id', both)
    expect(edited).not.toMatch(/ok .*\bz\b/)
    await save(
      'select * from {{ref "nothing"}}',
      /error\[unresolved-ref\]: expected the name of a model, seed or snapshot, found "nothing"[^]*1 error\n/,
    )
    const failing = await save(
      'select no_such_column',
      /error\[database-error\][^]*skipped .*\bb\b[^]*done in .*\n/,
    )
    await project.write({ 'watch.log': 'what is no part of the project', 'notes/x.txt': 'x' })
    await delay(300)
    expect(watch.output().endsWith(failing)).toBe(true)
    await save('{{config materialized="table"}}select 7 as id', both)
    // Or, where everything takes long, in less than the command takes to begin.
    expect(Math.min(...tookMs)).toBeLessThan(Math.max(2000, firstMs))
    watch.child.kill('SIGINT')
    expect((await watch.ended).code).toBe(130)
    expect(await rowsOf(project, 'select * from {{ref "b"}}')).toEqual([{ id: 8 }])
  })

  test('a model in TypeScript, what it imports and a macro in TypeScript are built when they are saved', async () => {
    const macro = (by: number) =>
      `import { defineMacro, sql } from 'assay'\nexport const more = defineMacro({ args: { n: 'number' } }, (_, { n }) => sql\`\${n + ${by}}\`)\n`
    const project = await createTestProject(adapter, {
      files: {
        'assay.yml': `name: watched\ntarget: duckdb\n${testTargets}`,
        'models/given.sql': '{{config materialized="table"}}select 1 as id',
        'models/_shift.ts': 'export const shift = 10\n',
        'models/rows.ts': `import { defineModel } from 'assay'
import { shift } from './_shift'
export default defineModel({ columns: { id: 'bigint' } }, async function* (context) {
  for await (const { id } of context.ref<{ id: number }>('given')) yield { id: id + shift }
})
`,
        'models/below.sql': 'select id from {{ref "rows"}}',
        'macros/more.ts': macro(1),
        'models/uses.sql': 'select {{more 1}} as n',
      },
    })
    const { folder: cwd, env } = project
    const watch = spawnAssay(['watch'], { cwd, env })
    await watch.waitFor('watching')
    /** What is said from now on until all of `wanted` was said, and the build has ended. */
    const save = async (path: string, text: string, wanted: RegExp) => {
      const from = watch.output().length
      await project.write({ [path]: text })
      return await until(`${path} to be built`, () => {
        const [said] = /^[^]*done in .*\n/.exec(watch.output().slice(from)) ?? []
        return said !== undefined && said.includes(`${path} changed`) && wanted.test(said) && said
      })
    }
    const helped = await save(
      'models/_shift.ts',
      'export const shift = 20\n',
      /ok .*\brows\b[^]*ok .*\bbelow\b/,
    )
    expect(helped).not.toMatch(/ok .*\bgiven\b/)
    const model = `import { defineModel } from 'assay'
export default defineModel({ columns: { id: 'bigint' } }, async function* (context) {
  for await (const { id } of context.ref<{ id: number }>('given')) yield { id: id + 30 }
})
`
    await save('models/rows.ts', model, /ok .*\brows\b/)
    const used = await save('macros/more.ts', macro(5), /ok .*\buses\b/)
    expect(used).not.toMatch(/ok .*\brows\b/)
    watch.child.kill('SIGINT')
    expect((await watch.ended).code).toBe(130)
    const both = 'select id, n from {{ref "below"}} cross join {{ref "uses"}}'
    expect(await rowsOf(project, both)).toEqual([{ id: 31, n: 6 }])
  })
})
