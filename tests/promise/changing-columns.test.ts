/** Columns of an incremental table change on Postgres under the eyes of views that Assay did not make. */
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, testTargets } from '../support/test-project.ts'
import { execute } from './rows.ts'

const config = (onSchemaChange: string) =>
  `{{config materialized="incremental" unique_key="id" on_schema_change="${onSchemaChange}"}}\n`

const postgres = testAdapters().filter(({ name }) => name === 'postgres')

describe.each(postgres)('columns that change on $name', (adapter) => {
  const start = async () => {
    const project = await createTestProject(adapter, {
      files: {
        'assay.yml': `name: shop\ntarget: postgres\n${testTargets}`,
        'models/codes.sql': `${config('ignore')}select 1 as id, cast('abc' as varchar(3)) as code, 10 as amount`,
      },
    })
    const { schema } = project.target
    expect((await project.assay('run')).exitCode).toBe(0)
    await execute(
      project,
      `create view ${schema}.report as select code, id from ${schema}.codes`,
      `grant select on ${schema}.codes to public`,
    )
    const columns = async () =>
      await execute(
        project,
        `select attname::text as name, format_type(atttypid, atttypmod) as type
from pg_attribute where attrelid = '${schema}.codes'::regclass and attnum > 0 and not attisdropped order by attnum`,
      )
    const report = async () =>
      await execute(project, `select id, code from ${schema}.report order by id`)
    const isGranted = async () =>
      await execute(
        project,
        `select exists (select from pg_class, aclexplode(relacl) as item where oid = '${schema}.codes'::regclass and item.grantee = 0) as is_granted`,
      )
    return { project, columns, report, isGranted }
  }

  test('D22: a varchar grows with the batch, whatever on_schema_change says; a view goes on reading', async () => {
    const { project, columns, report, isGranted } = await start()
    await project.write({
      'models/codes.sql': `${config('ignore')}select 11 as amount, cast('abcdef' as varchar(6)) as code, 1 as id`,
    })
    const widened = await project.assay('run')
    expect(widened.exitCode, widened.stdout).toBe(0)
    expect(await columns()).toEqual([
      { name: 'id', type: 'integer' },
      { name: 'code', type: 'character varying(6)' },
      { name: 'amount', type: 'integer' },
    ])
    expect(await report()).toEqual([{ id: 1, code: 'abcdef' }])
    expect(await isGranted()).toEqual([{ is_granted: true }])
    // A narrower batch is no change, an unbounded one is the end of the length.
    await project.write({
      'models/codes.sql': `${config('fail')}select 2 as id, cast('x' as varchar(1)) as code, 12 as amount`,
    })
    expect((await project.assay('run')).exitCode).toBe(0)
    await project.write({
      'models/codes.sql': `${config('append_new_columns')}select 2 as id, 'longer than six' as code, 13 as amount`,
    })
    expect((await project.assay('run')).exitCode).toBe(0)
    expect((await columns())[1]).toEqual({ name: 'code', type: 'text' })
    expect(await report()).toEqual([
      { id: 1, code: 'abcdef' },
      { id: 2, code: 'longer than six' },
    ])
  })

  test('D20: types change under a view; a column that a view reads is not dropped behind its back', async () => {
    const { project, columns, report, isGranted } = await start()
    await project.write({
      'models/codes.sql': `${config('sync_all_columns')}select 2 as id, 'abcd' as code, 2.5 as amount`,
    })
    const synced = await project.assay('run')
    expect(synced.exitCode, synced.stdout).toBe(0)
    expect(await columns()).toEqual([
      { name: 'id', type: 'integer' },
      { name: 'code', type: 'text' },
      { name: 'amount', type: 'numeric' },
    ])
    await project.write({
      'models/codes.sql': `${config('sync_all_columns')}select 2 as id, 2.5 as amount`,
    })
    const refused = await project.assay('run')
    expect(refused.exitCode).toBe(1)
    expect(refused.stdout).toContain(`view "${project.target.schema}.report" reads column "code"`)
    expect(await report()).toEqual([
      { id: 1, code: 'abc' },
      { id: 2, code: 'abcd' },
    ])
    expect(await isGranted()).toEqual([{ is_granted: true }])
  })
})
