/** L25: the commands as a function of the package, on each database. */
import { describe, expect, test } from 'vitest'
import { type Event, invoke } from '../../src/index.ts'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, testTargets } from '../support/test-project.ts'

describe.each(testAdapters())('L25: invoke on $name', (adapter) => {
  test('gives results, events and what would have been printed', async () => {
    const project = await createTestProject(adapter, {
      files: {
        'assay.yml': `name: shop\n${testTargets}`,
        'models/a.sql': 'select 1 as one',
        'models/b.sql': 'select nowhere from {{ref "a"}}',
      },
    })
    const { folder: cwd, env } = project
    const events: Event[] = []
    const built = await invoke(['build'], { cwd, env, onEvent: (event) => events.push(event) })
    expect([built.exitCode, built.success]).toEqual([1, false])
    expect(built.results.map(({ uniqueId, status }) => `${status} ${uniqueId}`)).toEqual([
      'success model.shop.a',
      'error model.shop.b',
    ])
    expect(events[0]?.type).toBe('project-read')
    expect(events.at(-1)?.type).toBe('run-finished')
    const listed = await invoke(['ls', '--output', 'name'], { cwd, env })
    expect(listed).toMatchObject({ exitCode: 0, success: true, stdout: 'a\nb\n', stderr: '' })
    await project.write({ 'models/b.sql': 'select * from {{ref "aa"}}' })
    const invalid = await invoke(['build'], { cwd, env })
    expect([invalid.exitCode, invalid.diagnostics.map(({ code }) => code)]).toEqual([
      2,
      ['unresolved-ref'],
    ])
    expect(await invoke(['biuld'], { cwd, env })).toMatchObject({ exitCode: 2, results: [] })
  })

  test('is stopped by a signal', async () => {
    const { folder: cwd, env } = await createTestProject(adapter, {
      files: { 'assay.yml': `name: shop\n${testTargets}`, 'models/a.sql': 'select 1 as one' },
    })
    const stopped = await invoke(['build'], { cwd, env, signal: AbortSignal.abort() })
    expect(stopped).toMatchObject({ exitCode: 130, success: false })
  })
})
