/** Unit tests of an atomic run are looked at together: what each has passed with is asked of the ledger once, and each is judged by itself. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'

const unitTest = (name: string, model: string, input: string, column = 'id') => `
  - name: ${name}
    model: ${model}
    given: [{ input: ref('${input}'), rows: [{ ${column}: 1 }] }]
    expect: { rows: [{ id: 1 }] }`

const files = {
  'assay.yml': `name: together\ntarget: duckdb\n${testTargets}models: { +materialized: table }\n`,
  'seeds/ids.csv': 'id\n1\n2\n',
  'models/a.sql': 'select id from {{ref "ids"}}',
  'models/b.sql': 'select id from {{ref "a"}}',
  'models/c.sql': 'select id from {{ref "b"}}',
  'models/units.yml': `unit_tests:${unitTest('of_a', 'a', 'ids')}${unitTest('of_b', 'b', 'a')}${unitTest('of_c', 'c', 'b')}`,
} as const

/** Of the unit tests, in the order of the run: `no-op` is one that is not asked again. */
async function statuses(project: TestProject): Promise<readonly string[]> {
  const text = await readFile(join(project.folder, 'target', 'run_results.json'), 'utf8')
  const { results }: { results: readonly { unique_id: string; status: string }[] } =
    JSON.parse(text)
  return results.flatMap(({ unique_id, status }) => {
    const name = /::(.+)$/.exec(unique_id)?.[1] ?? unique_id.split('.').at(-1)
    return unique_id.startsWith('unit_test.') ? [`${name} ${status}`] : []
  })
}

describe.each(testAdapters())('unit tests of an atomic run on $name', (adapter) => {
  test('are reused where they passed, each as long as what it tests is as it was', async () => {
    const project = await createTestProject(adapter, { files })
    const build = async () => {
      await project.assay('build', '--changed', '--atomic')
      return await statuses(project)
    }
    expect(await build()).toEqual(['of_a pass', 'of_b pass', 'of_c pass'])
    expect(await build()).toEqual(['of_a no-op', 'of_b no-op', 'of_c no-op'])
    await project.write({ 'models/b.sql': 'select id + 0 as id from {{ref "a"}}' })
    expect(await build()).toEqual(['of_a no-op', 'of_b pass', 'of_c no-op'])
    await project.write({ 'models/a.sql': 'select id, 1 as more from {{ref "ids"}}' })
    expect(await build()).toEqual(['of_a pass', 'of_b no-op', 'of_c no-op'])
    // The table that it reads has another column by now.
    expect(await build()).toEqual(['of_a no-op', 'of_b pass', 'of_c no-op'])
    await project.write({ 'models/a.sql': 'select id + 1 as id from {{ref "ids"}}' })
    expect(await build()).toEqual(['of_a fail', 'of_b no-op', 'of_c no-op'])
  })
})
