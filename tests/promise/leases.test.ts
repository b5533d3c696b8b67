/** One writer for each table: a second run fails naming the first, or waits; a dead holder frees it, a suspended one is fenced off. */
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { spawnAssay } from '../support/spawn-assay.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'

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

/** Until the run has its lease and is in the middle of the slow model. */
async function begin(project: TestProject, ...more: readonly string[]) {
  const run = spawnAssay(['run', '--select', 'slow', ...more], {
    cwd: project.folder,
    env: project.env,
  })
  for (let look = 0; look < 200; look += 1) {
    const sql = 'select count(*) as n from _assay.heartbeats'
    const { stdout } = await project.assay('show', '--inline', sql, '--output', 'csv')
    if (stdout.trim().endsWith('1')) break
    await delay(50)
  }
  await delay(300)
  return run
}

describe.each(shared)('a lease on $name', (adapter) => {
  test('makes a second run fail with nothing begun, and names the holder', async () => {
    const project = await createTestProject(adapter, { files: files(3) })
    expect((await project.assay('run')).exitCode).toBe(0)
    const first = await begin(project)
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
    expect((await first.ended).code).toBe(0)
    expect(await countSlow(project)).toBe(2)
  })

  test('is waited for with --wait', async () => {
    const project = await createTestProject(adapter, { files: files(1) })
    expect((await project.assay('run')).exitCode).toBe(0)
    const first = await begin(project)
    const second = await project.assay('run', '--select', 'slow', '--wait')
    expect(second.stdout).toContain('waiting for "assay run" (process')
    expect(second.exitCode, second.stderr).toBe(0)
    expect((await first.ended).code).toBe(0)
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
    const project = await createTestProject(adapter, { files: files(2) })
    expect((await project.assay('run')).exitCode).toBe(0)
    const first = await begin(project)
    first.child.kill('SIGKILL')
    await first.ended
    await delay(200)
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
    const project = await createTestProject(adapter, { files: files(4, '1s') })
    expect((await project.assay('run')).exitCode).toBe(0)
    const first = await begin(project)
    first.child.kill('SIGSTOP')
    await delay(1500)
    const second = await project.assay('run', '--select', 'slow')
    expect(second.exitCode, second.stderr).toBe(0)
    expect(await countSlow(project)).toBe(2)
    first.child.kill('SIGCONT')
    const { code, stdout } = await first.ended
    expect(code, stdout).toBe(1)
    expect(stdout).toContain('error[lease-lost]: expected to hold the lease on "public.slow"')
    expect(await countSlow(project)).toBe(2)
    const third = await project.assay('run', '--select', 'slow')
    expect(third.exitCode, third.stderr).toBe(0)
    expect(await countSlow(project)).toBe(3)
  })
})
