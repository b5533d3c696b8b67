/** The promise to readers: whoever queries during a build sees the old rows or the new ones, and hardly waits. */
import { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { Waits } from '../support/waits.ts'
import { execute, rowsOf } from './rows.ts'

const rowsEach = 500
const relations = ['t', 'v', 'merged', 'replaced'] as const

const files = {
  'assay.yml': `name: readers\ntarget: duckdb\n${testTargets}vars: { version: 1, sleep: 0 }\n`,
  'models/t.sql': `{{config materialized="table"}}
select id, {{var "version"}} as version
from generate_series(1, ${rowsEach}) as ids (id)
cross join (select pg_sleep({{var "sleep"}})) as pause`,
  'models/v.sql': 'select id, version, {{var "version"}} as own from {{ref "t"}}',
  'models/merged.sql':
    '{{config materialized="incremental" unique_key="id"}}select id, version from {{ref "t"}}',
  'models/replaced.sql':
    '{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="id"}}select id, version from {{ref "t"}}',
  'models/schema.yml': `models:\n${relations.map((name) => `  - { name: ${name}, columns: [{ name: id, data_tests: [unique, not_null] }] }\n`).join('')}`,
}

interface Seen {
  readonly faults: Set<string>
  readonly waits: Waits
  reads: number
}

/** Reads all relations in turn until it is stopped. */
async function readOn(project: TestProject, signal: AbortSignal): Promise<Seen> {
  const { target } = project
  if (target.type !== 'postgres') throw new Error('only for Postgres')
  const { host, port, user, password, database } = target
  const client = new Client({ host, port, user, password, database })
  await client.connect()
  // As a server has it; the one of these tests looks for deadlocks much sooner.
  await client.query("set deadlock_timeout = '1s'")
  const seen: Seen = { faults: new Set(), waits: new Waits(), reads: 0 }
  const last = new Map<string, number>()
  while (!signal.aborted) {
    for (const relation of relations) {
      const read = async () => {
        const { rows } = await client.query<{ n: number; low: number; high: number }>(
          `select count(*)::int as n, min(version) as low, max(version) as high from ${relation}`,
        )
        const [row] = rows
        if (row?.n !== rowsEach) seen.faults.add(`${relation}: ${row?.n} rows`)
        if (row?.low !== row?.high) seen.faults.add(`${relation}: a mixture`)
        if ((row?.low ?? 0) < (last.get(relation) ?? 0)) seen.faults.add(`${relation}: back again`)
        last.set(relation, row?.low ?? 0)
      }
      try {
        await seen.waits.measure(read, () => client.query('select 1'))
      } catch (error) {
        seen.faults.add(`${relation}: ${error instanceof Error ? error.message : String(error)}`)
      }
      seen.reads += 1
    }
  }
  await client.end()
  return seen
}

const postgres = testAdapters().filter(({ name }) => name === 'postgres')

describe.each(postgres)('during builds on $name', (adapter) => {
  test('readers never see an error, an empty table or a mixture, and hardly wait', async () => {
    const project = await createTestProject(adapter, { files })
    expect((await project.assay('build')).exitCode).toBe(0)
    const stop = new AbortController()
    const readers = [readOn(project, stop.signal), readOn(project, stop.signal)]
    for (let version = 2; version <= 11; version += 1) {
      const sleep = version <= 4 ? 1 : 0
      const built = await project.assay('build', '--vars', `{version: ${version}, sleep: ${sleep}}`)
      expect(built.exitCode, built.stdout + built.stderr).toBe(0)
    }
    stop.abort()
    for (const seen of await Promise.all(readers)) {
      expect([...seen.faults]).toEqual([])
      expect(seen.reads).toBeGreaterThan(100)
      // Less than a build, which takes a second longer than it needs.
      expect(seen.waits.longestMs).toBeLessThan(900)
    }
    expect(await rowsOf(project, 'select distinct version, own from {{ref "v"}}')).toEqual([
      { version: 11, own: 11 },
    ])
  })

  test('a view that the project does not own survives, with its owner, grants and comment', async () => {
    const project = await createTestProject(adapter, { files })
    expect((await project.assay('build')).exitCode).toBe(0)
    const role = `reader_${project.folder.slice(-8)}`.replaceAll('-', '_')
    await execute(
      project,
      `create role ${role}`,
      'create schema reports',
      'create view reports.totals as select version, count(*)::int as n from public.t group by version',
      'create view reports.above as select n + 1 as m from reports.totals',
      `grant select on reports.totals to ${role}`,
      `comment on view reports.totals is 'by hand'`,
      `alter view reports.above owner to ${role}`,
    )
    const facts = `select relname as name, relowner::regrole::text as owner, relacl::text as grants, obj_description(oid) as said
from pg_class where relnamespace = 'reports'::regnamespace order by relname`
    const before = await execute(project, facts)
    for (const version of [2, 3]) {
      const built = await project.assay('build', '--vars', `{version: ${version}}`)
      expect(built.exitCode, built.stdout).toBe(0)
      expect(await execute(project, 'select * from reports.totals')).toEqual([
        { version, n: rowsEach },
      ])
    }
    expect(await execute(project, 'select * from reports.above')).toEqual([{ m: rowsEach + 1 }])
    expect(await execute(project, facts)).toEqual(before)
    await execute(project, 'drop schema reports cascade', `drop role ${role}`)
  })

  test('a view of someone else that reads a column that goes away stops the node, and is named', async () => {
    const project = await createTestProject(adapter, { files })
    expect((await project.assay('build')).exitCode).toBe(0)
    await execute(
      project,
      'create schema reports',
      'create view reports.versions as select version from public.t',
    )
    await project.write({
      'models/t.sql': '{{config materialized="table"}}select 1 as id',
      'models/v.sql': undefined,
      'models/merged.sql': undefined,
      'models/replaced.sql': undefined,
      'models/schema.yml': undefined,
    })
    const built = await project.assay('build')
    expect(built.exitCode).toBe(1)
    expect(built.stdout).toMatch(/error\[dependent-object\]: .*reports\.versions/)
    expect(await execute(project, 'select count(*)::int as n from reports.versions')).toEqual([
      { n: rowsEach },
    ])
  })
})
