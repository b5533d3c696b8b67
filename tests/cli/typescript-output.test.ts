/** What TypeScript of a project prints by itself is never among the output of a command. */
import { expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, testTargets } from '../support/test-project.ts'
import { spawnAssay } from './spawn-assay.ts'

const files = {
  'macros/loud.ts': `import { defineMacro, sql } from 'assay'
import own from 'node:console'
console.log('as it is read')
export const loud = defineMacro({ args: {} }, () => {
  console.log('by the macro')
  console.table([{ a: 1 }])
  own.info('by its own console')
  process.stdout.write('straight to the stream\\n')
  return sql\`1\`
})
`,
  'models/asked.sql': 'select {{loud}} as amount',
  'models/rows.ts': `import { defineModel } from 'assay'
export default defineModel({ columns: { id: 'bigint' } }, async function* () {
  console.log('by the model')
  process.stdout.write('{"type": "no event of ours"}\\n')
  yield { id: 1 }
})
`,
}

test.each(testAdapters())('on $name', async (adapter) => {
  const { folder: cwd, env } = await createTestProject(adapter, {
    files: { 'assay.yml': `name: shop\ntarget: ${adapter.name}\n${testTargets}`, ...files },
  })
  const macro = ['as it is read', 'by the macro', 'by its own console', 'straight to the stream']
  for (const command of ['compile', 'show']) {
    const asked = await spawnAssay([command, '--select', 'asked', '--output', 'json'], { cwd, env })
    expect(asked.exitCode, asked.stderr).toBe(0)
    expect(Object.keys(JSON.parse(asked.stdout))).not.toEqual([])
    for (const text of macro) expect(asked.stderr).toContain(`${text}\n`)
  }
  const built = await spawnAssay(['build', '--log-format', 'json'], { cwd, env })
  expect(built.exitCode, built.stderr).toBe(0)
  const types = built.stdout
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line).type)
  expect(types).toContain('run-finished')
  expect(types).not.toContain('no event of ours')
  expect(built.stderr).toContain('by the model\n')
  const text = await spawnAssay(['build'], { cwd, env })
  expect(text.stdout).not.toContain('by the ')
})
