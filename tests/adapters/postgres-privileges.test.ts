/** The least a role needs to build on Postgres, and what is said when a piece of it is missing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPostgresAdapter } from '../../src/adapters/postgres/adapter.ts'
import type { Adapter } from '../../src/core/adapter.ts'
import { DependentError } from '../../src/core/database/database-errors.ts'
import type { PostgresTarget } from '../../src/core/target.ts'
import { testAdapters } from '../support/adapters.ts'
import { copyFlagship } from '../support/copy-flagship.ts'
import { type Ran, runAssay } from '../support/run-assay.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { publish, read, run } from './contract/publishing.ts'

const testAdapter = testAdapters().find((each) => each.name === 'postgres')

/** All of it: as docs/operations.md lists it. */
const grants = (schemas: readonly string[]) => [
  ...schemas.map((schema) => `create schema ${schema} authorization builder`),
  'grant usage on schema erp to builder',
  'grant select on erp.orders to builder',
]

describe.skipIf(testAdapter === undefined)('least privileges on postgres', () => {
  let admin: Adapter
  let project: TestProject
  let target: PostgresTarget

  beforeAll(async () => {
    if (testAdapter === undefined) throw new Error('there is no Postgres target')
    project = await createTestProject(testAdapter, {})
    if (project.target.type !== 'postgres') throw new Error('there is no Postgres target')
    target = project.target
    admin = createPostgresAdapter(target)
    await run(
      admin,
      `do $$ begin create role builder login password 'secret'; exception when duplicate_object or unique_violation then null; end $$`,
      `do $$ begin create role stranger; exception when duplicate_object or unique_violation then null; end $$`,
      `revoke temporary, create on database ${target.database} from public`,
      'revoke all on schema public from public',
      'create schema erp',
      'create table erp.orders as select 1 as id, 9.5 as amount',
      ...grants(['raw', 'staging', 'silver', 'gold', '_assay']),
    )
  })
  afterAll(() => admin.close())

  const asBuilder = (): Adapter =>
    createPostgresAdapter({ ...target, user: 'builder', password: 'secret' })
  const assay = (folder: string, ...argv: readonly string[]): Promise<Ran> =>
    runAssay([...argv, '--target', 'postgres'], {
      cwd: folder,
      env: { ...project.env, PGUSER: 'builder', PGPASSWORD: 'secret' },
    })

  test('its schemas, `_assay`, and select on the sources are enough for the flagship, twice', async () => {
    await copyFlagship(project.folder)
    for (const turn of ['first', 'second']) {
      const { exitCode, stdout, stderr } = await assay(
        project.folder,
        'build',
        '--quiet',
        '--exclude',
        'test_type:unit',
      )
      expect([turn, exitCode, stdout, stderr]).toEqual([turn, 0, '', ''])
    }
    expect(
      await read(
        admin,
        `select distinct pg_get_userbyid(c.relowner)::text as owner
from pg_class as c where c.relnamespace::regnamespace::text in ('raw', 'staging', 'silver', 'gold', '_assay')`,
      ),
    ).toEqual([{ owner: 'builder' }])
  })

  describe('what is missing is said', () => {
    const build = async (files: Readonly<Record<string, string>>): Promise<readonly unknown[]> => {
      if (testAdapter === undefined) throw new Error('there is no Postgres target')
      const small = await createTestProject(testAdapter, {
        files: { 'assay.yml': `name: small\ntarget: postgres\n${testTargets}`, ...files },
      })
      const { exitCode, stdout, stderr } = await assay(small.folder, 'build')
      const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim())
      return [exitCode, ...lines.filter((line) => /error\[|hint/.test(line))]
    }
    test('by debug before anything is built, with the statements that grant it', async () => {
      if (testAdapter === undefined) throw new Error('there is no Postgres target')
      await run(
        admin,
        'create schema "Shut"',
        'create schema looked_at',
        'grant usage on schema looked_at to builder',
      )
      const small = await createTestProject(testAdapter, {
        files: {
          'assay.yml': `name: small\ntarget: postgres\n${testTargets}`,
          'models/a.sql': "{{config schema='not_there'}}select 1 as id",
          'models/b.sql': "{{config schema='Shut'}}select 1 as id",
          'models/c.sql': "{{config schema='looked_at'}}select 1 as id",
          'models/d.sql': "{{config schema='gold'}}select 1 as id",
        },
      })
      const debugged = async () => {
        const { exitCode, stdout } = await assay(small.folder, 'debug')
        const lines = stdout.split('\n')
        const at = lines.findIndex((line) => line.includes('  rights  '))
        return [
          exitCode,
          ...lines.slice(at, at + 2).map((line) => line.trim().replaceAll(/ +/g, ' ')),
        ]
      }
      const name = `"${target.database}"`
      expect(await debugged()).toEqual([
        1,
        'fail rights expected all that a build needs, found no right to make the schema "not_there", to use the schema "Shut", to create tables in the schema "looked_at"',
        `= hint: grant create on database ${name} to "builder"; grant usage, create on schema "Shut" to "builder"; grant usage, create on schema "looked_at" to "builder"`,
      ])
      const [, , hint = ''] = await debugged()
      await run(admin, ...String(hint).replace('= hint: ', '').split('; '))
      expect((await debugged()).slice(0, 2)).toEqual([
        0,
        'ok rights not_there, Shut, looked_at, gold and _assay can be made or written to',
      ])
      expect((await assay(small.folder, 'build', '--quiet')).exitCode).toBe(0)
      await run(admin, `revoke create on database ${name} from builder`)
    })

    const source = 'sources:\n  - name: erp\n    tables: [{ name: secrets }]\n'

    test('no right to read a source', async () => {
      await run(admin, 'create table erp.secrets as select 1 as id')
      const files = {
        'models/sources.yml': source,
        'models/m.sql': "{{config schema='silver'}}select * from {{source 'erp' 'secrets'}}",
      }
      expect(await build(files)).toEqual([
        1,
        'error[database-error]: permission denied for table secrets',
        '= hint: grant the right to the user of the target, or to its role',
      ])
    })

    test('a schema that is not there and that it may not make', async () => {
      const files = { 'models/m.sql': "{{config schema='elsewhere'}}select 1 as id" }
      expect(await build(files)).toEqual([
        2,
        `error[database-error]: permission denied for database ${target.database}`,
        '= hint: a build makes its schemas and "_assay": grant create on the database to the user, or make them and grant create on them',
      ])
    })
  })

  test('a table of someone else is named, and stays', async () => {
    await run(
      admin,
      'create table gold.theirs as select 1 as a',
      'alter table gold.theirs owner to stranger',
    )
    const builder = asBuilder()
    const relation = { schema: 'gold', identifier: 'theirs' }
    const failing = publish(builder, relation, { select: 'select 2 as a' })
    const error = await failing.catch((reason: unknown) => reason)
    expect(builder.explainError(error)).toMatchObject({
      message: 'permission denied for table theirs',
      sqlState: '42501',
    })
    expect(await read(admin, 'select a from gold.theirs')).toEqual([{ a: 1 }])
    await builder.close()
  })

  test('rows may be put into a table of someone else who granted it', async () => {
    await run(
      admin,
      'create table gold.lent as select 1 as a',
      'alter table gold.lent owner to stranger',
      'grant select, insert, update, delete on gold.lent to builder',
    )
    const builder = asBuilder()
    await publish(builder, { schema: 'gold', identifier: 'lent' }, { select: 'select 2 as a' })
    expect(await read(admin, 'select a from gold.lent')).toEqual([{ a: 2 }])
    await builder.close()
  })

  test('policies that bind the one who builds are a reason for a refusal, never for fewer rows', async () => {
    const builder = asBuilder()
    await run(
      builder,
      'create table gold.bound as select generate_series(1, 3) as a',
      'create policy p on gold.bound using (a > 1)',
      'alter table gold.bound enable row level security',
    )
    const relation = { schema: 'gold', identifier: 'bound' }
    const select = 'select 7 as a'
    await publish(builder, relation, { select })
    expect(await read(admin, 'select a from gold.bound')).toEqual([{ a: 7 }])
    await run(builder, 'alter table gold.bound force row level security')
    const error = await publish(builder, relation, { select: 'select 8 as a' }).catch(
      (reason: unknown) => reason,
    )
    expect(error).toEqual(
      new DependentError(
        '"gold.bound" has row security policies, and a new table would be open without them',
        'put the policies on a view above it, or drop them',
      ),
    )
    expect(await read(admin, 'select a from gold.bound')).toEqual([{ a: 7 }])
    await builder.close()
  })

  test('a view of someone else on a table that is swapped is named, and both stay', async () => {
    const builder = asBuilder()
    await run(
      builder,
      'create table gold.seen as select 1 as a',
      'grant select on gold.seen to stranger',
    )
    await run(
      admin,
      'grant create, usage on schema gold to stranger',
      'create view gold.their_view as select a from gold.seen',
      'alter view gold.their_view owner to stranger',
    )
    const relation = { schema: 'gold', identifier: 'seen' }
    await publish(builder, relation, { select: 'select 2 as a' })
    expect(await read(admin, 'select a from gold.their_view')).toEqual([{ a: 2 }])
    const failing = publish(builder, relation, { select: 'select 3 as a', method: 'rename' })
    const error = await failing.catch((reason: unknown) => reason)
    expect(error).toEqual(
      new DependentError(
        'view "gold.their_view" cannot follow the new "gold.seen": must be owner of view their_view',
        'select "their_view" too if the project makes it, or change it first',
      ),
    )
    expect(await read(admin, 'select a from gold.their_view')).toEqual([{ a: 2 }])
    await builder.close()
  })
})
