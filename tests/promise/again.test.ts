/** The promise of a second build: nothing changes and nothing is doubled, one after the other or both at once. */
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { spawnAssay } from '../support/spawn-assay.ts'
import { createTestProject, testTargets } from '../support/test-project.ts'
import { execute, rowsOf } from './rows.ts'

const files = {
  'assay.yml': `name: again\ntarget: duckdb\n${testTargets}`,
  'seeds/events.csv': `id,kind\n${Array.from({ length: 200 }, (_, n) => `${n},${n % 3 === 0 ? 'a' : ''}`).join('\n')}\n`,
  'models/t.sql': '{{config materialized="table"}}select id, kind from {{ref "events"}}',
  'models/v.sql': 'select kind, count(*) as n from {{ref "t"}} group by kind',
  'models/merged.sql':
    '{{config materialized="incremental" unique_key="id"}}select id, kind from {{ref "t"}}',
  'models/replaced.sql':
    '{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="kind"}}select id, kind from {{ref "t"}} where kind is not null',
  'models/appended.sql': `{{config materialized="incremental"}}
select id, kind from {{ref "t"}}
{{#if (is_incremental)}}where id > (select max(id) from {{this}}){{/if}}`,
  'models/schema.yml':
    'models: [{ name: t, columns: [{ name: id, data_tests: [unique, not_null] }] }]\n',
}
const relations = ['events', 't', 'v', 'merged', 'replaced', 'appended'] as const

describe.each(testAdapters())('on $name', (adapter) => {
  test('a build twice gives the same rows and relations', async () => {
    const project = await createTestProject(adapter, { files })
    const look = async () => {
      const rows: [string, unknown][] = []
      for (const name of relations) {
        const sql = `select *, count(*) as copies from {{ref "${name}"}} group by all order by all`
        const standard = sql.replaceAll('group by all order by all', 'group by 1, 2 order by 1, 2')
        rows.push([name, await rowsOf(project, standard)])
      }
      const known = await rowsOf(
        project,
        "select table_schema, table_name, table_type from information_schema.tables where table_schema in ('main', 'public', '_assay') order by 1, 2",
      )
      return { rows, known }
    }
    expect((await project.assay('build')).exitCode).toBe(0)
    const first = await look()
    expect((await project.assay('build')).exitCode).toBe(0)
    expect(await look()).toEqual(first)
    expect(
      await rowsOf(
        project,
        `select unique_id, count(*) as n, count(distinct relation_key) as relations, count(distinct status) as statuses
from _assay.node_runs group by unique_id order by unique_id`,
      ),
    ).toEqual(
      [
        'model.again.appended',
        'model.again.merged',
        'model.again.replaced',
        'model.again.t',
        'model.again.v',
        'seed.again.events',
      ].map((unique_id) => ({ unique_id, n: 2, relations: 1, statuses: 1 })),
    )
    // A view and what is added to keep their epoch; what is made anew begins one.
    expect(
      await rowsOf(
        project,
        `select unique_id, count(distinct epoch) as epochs from _assay.node_runs group by unique_id order by unique_id`,
      ),
    ).toEqual([
      { unique_id: 'model.again.appended', epochs: 1 },
      { unique_id: 'model.again.merged', epochs: 1 },
      { unique_id: 'model.again.replaced', epochs: 1 },
      { unique_id: 'model.again.t', epochs: 2 },
      { unique_id: 'model.again.v', epochs: 1 },
      { unique_id: 'seed.again.events', epochs: 2 },
    ])
  })

  test('a column goes away below a view that is made again later in the same run', async () => {
    const project = await createTestProject(adapter, {
      files: {
        'assay.yml': files['assay.yml'],
        'models/t.sql': '{{config materialized="table"}}select 1 as id, 2 as gone',
        'models/v.sql': 'select id, gone from {{ref "t"}}',
        'models/w.sql': 'select id + 1 as id from {{ref "v"}}',
      },
    })
    expect((await project.assay('build')).exitCode).toBe(0)
    await project.write({
      'models/t.sql': '{{config materialized="table"}}select 10 as id',
      'models/v.sql': 'select id from {{ref "t"}}',
    })
    const built = await project.assay('build')
    expect(built.exitCode, built.stdout).toBe(0)
    expect(await rowsOf(project, 'select * from {{ref "v"}}')).toEqual([{ id: 10 }])
    expect(await rowsOf(project, 'select * from {{ref "w"}}')).toEqual([{ id: 11 }])
    expect(
      await rowsOf(
        project,
        "select table_name from information_schema.tables where table_schema in ('main', 'public') order by 1",
      ),
    ).toEqual([{ table_name: 't' }, { table_name: 'v' }, { table_name: 'w' }])
  })
})

const postgres = testAdapters().filter(({ name }) => name === 'postgres')

describe.each(postgres)('two builds at once with --wait on $name', (adapter) => {
  test('of one batch: a merge and an append of new rows never double it, a bare append is two batches', async () => {
    const pause = 'cross join (select pg_sleep(0.3)) as pause'
    const project = await createTestProject(adapter, {
      files: {
        'assay.yml': `${files['assay.yml']}vars: { most: 10 }\n`,
        'models/merged.sql': `{{config materialized="incremental" unique_key="id"}}
select id from generate_series(1, {{var "most"}}) as ids (id) ${pause}`,
        'models/appended.sql': `{{config materialized="incremental"}}
select id from generate_series(1, {{var "most"}}) as ids (id) ${pause}
{{#if (is_incremental)}}where id > (select max(id) from {{this}}){{/if}}`,
        'models/batches.sql': `{{config materialized="incremental" incremental_strategy="append"}}
select id from generate_series(1, 10) as ids (id) ${pause}`,
      },
    })
    expect((await project.assay('run')).exitCode).toBe(0)
    const vars = ['--vars', '{most: 20}']
    const both = [1, 2].map(() =>
      spawnAssay(['run', '--wait', ...vars], { cwd: project.folder, env: project.env }),
    )
    for (const { ended } of both) {
      const { code, stdout, stderr } = await ended
      expect(code, stdout + stderr).toBe(0)
    }
    const counts = (name: string) =>
      execute(
        project,
        `select count(*)::int as n, count(distinct id)::int as ids from public.${name}`,
      )
    expect(await counts('merged')).toEqual([{ n: 20, ids: 20 }])
    expect(await counts('appended')).toEqual([{ n: 20, ids: 20 }])
    expect(await counts('batches')).toEqual([{ n: 30, ids: 10 }])
  })

  test('for the first time: one makes the tables, the other waits and adds to them', async () => {
    const project = await createTestProject(adapter, { files })
    const both = [1, 2].map(() =>
      spawnAssay(['build', '--wait'], { cwd: project.folder, env: project.env }),
    )
    for (const { ended } of both) {
      const { code, stdout, stderr } = await ended
      expect(code, stdout + stderr).toBe(0)
    }
    for (const name of ['events', 't', 'merged', 'appended']) {
      expect(
        await execute(
          project,
          `select count(*)::int as n, count(distinct id)::int as ids from public.${name}`,
        ),
        name,
      ).toEqual([{ n: 200, ids: 200 }])
    }
  })
})
