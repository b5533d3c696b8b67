/** One writer for each table: a second run fails naming the first, or waits; a dead holder frees it, a suspended one is fenced off. */
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProgram, type Program, type Strike, suspended } from '../faults/program.ts'
import { testAdapters } from '../support/adapters.ts'
import { spawnAssay } from '../support/spawn-assay.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { untilHolderGone } from './rows.ts'

const shared = testAdapters().filter(({ name }) => name === 'postgres')

function files(seconds: number, leaseTimeout = '60s'): Readonly<Record<string, string>> {
  return {
    'assay.yml': `name: leases\n${testTargets.replace('type: postgres', `type: postgres\n    lease_timeout: ${leaseTimeout}`)}`,
    'models/slow.sql': `{{config materialized="incremental" incremental_strategy="append"}}
select 1 as id from (select pg_sleep({{#if (is_incremental)}}${seconds}{{else}}0{{/if}})) as pause`,
    'models/other.sql': '{{config materialized="table"}}\nselect 1 as id',
  }
}

async function countSlow(project: TestProject): Promise<number> {
  const sql = 'select count(*) as n from {{ref "slow"}}'
  const shown = await project.assay('show', '--inline', sql, '--output', 'json')
  const parsed: { readonly show: readonly { readonly n: number }[] } = JSON.parse(shown.stdout)
  return parsed.show[0]?.n ?? -1
}

let program: Program
beforeAll(() => {
  program = createProgram()
})
afterAll(() => program.remove())

/** A run that has its lease and is struck when the slow model is sent. */
function begin({ folder: cwd, env }: TestProject, signal: Strike['signal'] = 'SIGSTOP') {
  const strike = { at: 1, matches: 'pg_sleep', when: 'sent', signal } as const
  return program.start(['run', '--select', 'slow'], { cwd, env, strike })
}

describe.each(shared)('a lease on $name', (adapter) => {
  test('makes a second run fail with nothing begun, and names the holder', async () => {
    const project = await createTestProject(adapter, { files: files(0) })
    expect((await project.assay('run')).exitCode).toBe(0)
    const first = begin(project)
    expect(await suspended(first)).toBe(true)
    const second = await project.assay('run', '--select', 'slow')
    const message = second.stderr
      .replace(/process \d+ on \S+, since [^)]+\)/, 'process P on HOST, since T)')
      .trim()
    expect(message).toMatchInlineSnapshot(`
      "error[lease-held]: expected to write alone, found "assay run" (process P on HOST, since T) writing public.slow
        = hint: wait for it with --wait, or end it; a run that is gone frees its tables by itself

      1 error"
    `)
    expect(second.exitCode).toBe(2)
    expect((await project.assay('run', '--select', 'other')).exitCode).toBe(0)
    first.child.kill('SIGCONT')
    expect((await first.ended).code).toBe(0)
    expect(await countSlow(project)).toBe(2)
  })

  test('is waited for with --wait', async () => {
    const project = await createTestProject(adapter, { files: files(0) })
    const { folder: cwd, env } = project
    expect((await project.assay('run')).exitCode).toBe(0)
    const first = begin(project)
    expect(await suspended(first)).toBe(true)
    const second = spawnAssay(['run', '--select', 'slow', '--wait'], { cwd, env })
    await second.waitFor('waiting for "assay run" (process')
    first.child.kill('SIGCONT')
    expect((await first.ended).code).toBe(0)
    const { code, stderr } = await second.ended
    expect(code, stderr).toBe(0)
    expect(await countSlow(project)).toBe(3)
  })

  test('is given to one of five first runs at a time', async () => {
    const project = await createTestProject(adapter, { files: files(0) })
    const { folder: cwd, env } = project
    const all = Array.from({ length: 5 }, () => spawnAssay(['run', '--wait'], { cwd, env }))
    for (const { ended } of all) {
      const { code, stdout, stderr } = await ended
      expect(code, stdout + stderr).toBe(0)
    }
    expect(await countSlow(project)).toBe(5)
  })

  test('of a killed run is free at once', async () => {
    const project = await createTestProject(adapter, { files: files(1) })
    expect((await project.assay('run')).exitCode).toBe(0)
    expect((await begin(project, 'SIGKILL').ended).signal).toBe('SIGKILL')
    await untilHolderGone(project)
    const second = await project.assay('run', '--select', 'slow')
    expect(second.exitCode, second.stderr).toBe(0)
    expect(await countSlow(project)).toBe(2)
    const left = await project.assay(
      'show',
      '--inline',
      'select count(*) as n from _assay.heartbeats',
      '--output',
      'csv',
    )
    expect(left.stdout).toBe('n\n0\n')
  })

  test('of a run suspended past its timeout is taken over, and the run is fenced off when it wakes', async () => {
    const project = await createTestProject(adapter, { files: files(1, '1s') })
    expect((await project.assay('run')).exitCode).toBe(0)
    const first = begin(project)
    expect(await suspended(first)).toBe(true)
    // Past its timeout: more than that does no harm.
    await delay(1500)
    const second = await project.assay('run', '--select', 'slow')
    expect(second.exitCode, second.stderr).toBe(0)
    expect(await countSlow(project)).toBe(2)
    first.child.kill('SIGCONT')
    const { code, output } = await first.ended
    expect(code, output).toBe(1)
    expect(output).toContain('error[lease-lost]: expected to hold the lease on "public.slow"')
    expect(await countSlow(project)).toBe(2)
    const third = await project.assay('run', '--select', 'slow')
    expect(third.exitCode, third.stderr).toBe(0)
    expect(await countSlow(project)).toBe(3)
  })
})
