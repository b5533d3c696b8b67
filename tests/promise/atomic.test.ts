/** `--atomic`: the whole selection in one transaction, so readers see all of it or nothing, whatever fails. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { rowsOf } from './rows.ts'

const rowsEach = 200
const relations = ['first', 'between', 'second', 'merged', 'last'] as const

const files = {
  'assay.yml': `name: atomic\ntarget: duckdb\n${testTargets}vars: { version: 1 }\n`,
  'seeds/digits.csv': `n\n${Array.from({ length: 10 }, (_, n) => n).join('\n')}\n`,
  'models/first.sql': `{{config materialized="table"}}
select row_number() over (order by a.n, b.n, c.n) as id, {{var "version"}} as version
from {{ref "digits"}} as a cross join {{ref "digits"}} as b
cross join (select n from {{ref "digits"}} where n < 2) as c`,
  'models/between.sql': 'select id, version from {{ref "first"}}',
  'models/inlined.sql':
    '{{config materialized="ephemeral"}}select id, version from {{ref "between"}}',
  'models/second.sql': '{{config materialized="table"}}select id, version from {{ref "inlined"}}',
  'models/merged.sql':
    '{{config materialized="incremental" unique_key="id"}}select id, version from {{ref "second"}}',
  'models/last.sql': 'select id, version, {{var "version"}} as own from {{ref "merged"}}',
  'models/schema.yml': `models:\n${relations.map((name) => `  - { name: ${name}, columns: [{ name: id, data_tests: [unique, not_null] }] }\n`).join('')}`,
  'tests/never_two_versions.sql':
    'select a.id from {{ref "first"}} as a inner join {{ref "last"}} as b on b.id = a.id where a.version <> b.version',
}

async function versions(project: TestProject) {
  const parts = relations.map(
    (name) =>
      `select '${name}' as name, count(*) as n, min(version) as low, max(version) as high from {{ref "${name}"}}`,
  )
  const rows = await rowsOf(project, `${parts.join('\nunion all\n')}\norder by name`)
  return rows.map(({ name, n, low, high }) =>
    [name, n, low, high].map((value) => JSON.stringify(value)).join(' '),
  )
}

/** In seconds: of the run, and of its nodes added up. */
async function times(project: TestProject) {
  const text = await readFile(join(project.folder, 'target', 'run_results.json'), 'utf8')
  const results: RunResultsTimes = JSON.parse(text)
  const nodes = results.results.filter(({ unique_id: id }) => /^(?:model|seed)\./.test(id))
  expect(nodes.length).toBeGreaterThan(4)
  const ofNodes = nodes.reduce((sum, node) => sum + node.execution_time, 0)
  return { elapsed: results.elapsed_time, ofNodes }
}

interface RunResultsTimes {
  readonly elapsed_time: number
  readonly results: readonly { readonly unique_id: string; readonly execution_time: number }[]
}

const at = (version: number) =>
  relations.toSorted().map((name) => [JSON.stringify(name), rowsEach, version, version].join(' '))

describe.each(testAdapters())('--atomic on $name', (adapter) => {
  test('publishes everything, or nothing when something fails', async () => {
    const project = await createTestProject(adapter, { files })
    const built = await project.assay('build', '--atomic')
    expect(built.exitCode, built.stdout + built.stderr).toBe(0)
    expect(await versions(project)).toEqual(at(1))
    const again = await project.assay('build', '--atomic', '--vars', '{version: 2}')
    expect(again.exitCode, again.stdout + again.stderr).toBe(0)
    expect(await versions(project)).toEqual(at(2))
    // One works at a time; what waits to be published is not said to have taken so long.
    const { elapsed, ofNodes } = await times(project)
    expect(ofNodes).toBeLessThanOrEqual(elapsed)
    await project.write({
      'tests/no_third.sql': 'select id from {{ref "merged"}} where version = 3',
    })
    const failed = await project.assay('build', '--atomic', '--vars', '{version: 3}')
    expect(failed.exitCode).toBe(1)
    expect(failed.stdout).toContain('no_third')
    expect(await versions(project)).toEqual(at(2))
    // A statement that fails, after others have passed.
    await project.write({
      'tests/no_third.sql': undefined,
      'models/last.sql': 'select id, version, nothing_of_that_name from {{ref "merged"}}',
    })
    const broken = await project.assay('run', '--atomic', '--vars', '{version: 4}')
    expect(broken.exitCode).toBe(1)
    await project.write({ 'models/last.sql': files['models/last.sql'] })
    expect(await versions(project)).toEqual(at(2))
    const left = await rowsOf(
      project,
      `select count(*) as n from information_schema.tables where table_name like '%assay\\_new%' escape '\\'`,
    )
    expect(Number(left[0]?.['n'])).toBe(0)
  })

  test('a view that is not selected but stands between two tables does not show the old rows', async () => {
    const project = await createTestProject(adapter, { files })
    expect((await project.assay('build')).exitCode).toBe(0)
    const some = ['--select', 'first', 'second', 'merged', '--vars', '{version: 2}']
    const built = await project.assay('run', '--atomic', ...some)
    expect(built.exitCode, built.stdout + built.stderr).toBe(0)
    expect(await versions(project)).toEqual(at(2))
  })

  test('is a setting of the target too, and the ledger has one row a relation', async () => {
    const project = await createTestProject(adapter, {
      files: {
        ...files,
        'assay.yml': files['assay.yml']
          .replaceAll('threads: 2', 'threads: 2, atomic: true')
          .replace('\n    threads: 2, atomic: true', '\n    threads: 2\n    atomic: true'),
      },
    })
    const built = await project.assay('build')
    expect(built.exitCode, built.stdout + built.stderr).toBe(0)
    const published = await rowsOf(
      project,
      `select identifier, status, cast(version as integer) as version from _assay.node_runs order by identifier`,
    )
    expect(published).toEqual(
      ['between', 'digits', 'first', 'last', 'merged', 'second'].map((identifier) => ({
        identifier,
        status: 'success',
        version: 1,
      })),
    )
  })
})

const postgres = testAdapters().filter(({ name }) => name === 'postgres')

describe.each(postgres)('during --atomic builds on $name', (adapter) => {
  test('a reader of several tables in one snapshot sees one version of all', async () => {
    const project = await createTestProject(adapter, { files })
    expect((await project.assay('build')).exitCode).toBe(0)
    const { target } = project
    if (target.type !== 'postgres') throw new Error('only for Postgres')
    const { host, port, user, password, database } = target
    const client = new Client({ host, port, user, password, database })
    await client.connect()
    const seen = new Set<string>()
    const over = new AbortController()
    const reading = (async () => {
      while (!over.signal.aborted) {
        const parts = relations.map(
          (name) =>
            `select min(version) as v from ${name} union all select max(version) from ${name}`,
        )
        const { rows } = await client.query<{ seen: string }>(
          `select string_agg(distinct v::text, ',') as seen from (${parts.join(' union all ')}) as all_versions`,
        )
        seen.add(rows[0]?.seen ?? 'nothing')
      }
    })()
    for (const version of [2, 3, 4, 5]) {
      const built = await project.assay('build', '--atomic', '--vars', `{version: ${version}}`)
      expect(built.exitCode, built.stdout + built.stderr).toBe(0)
    }
    over.abort()
    await reading
    await client.end()
    expect([...seen].filter((versions) => versions.includes(','))).toEqual([])
    expect(seen.has('5') || seen.has('4')).toBe(true)
  })
})
