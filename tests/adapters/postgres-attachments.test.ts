/** Swapping on Postgres: indexes, constraints, triggers and all else that hangs on the table is kept, or refused. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPostgresAdapter } from '../../src/adapters/postgres/adapter.ts'
import type { Adapter } from '../../src/core/adapter.ts'
import { DependentError } from '../../src/core/database/database-errors.ts'
import { postgresMajor, testAdapters } from '../support/adapters.ts'
import { Waits } from '../support/waits.ts'
import { names, noneLater, publish, read, run } from './contract/publishing.ts'
import { freshSchema } from './contract/sessions.ts'

const testAdapter = testAdapters().find((each) => each.name === 'postgres')
const longName = `${'é'.repeat(30)}abc`

/** All that hangs on `<schema>.t`, by name. */
const factsOf = (schema: string) => `select
  (select array_agg(pg_get_indexdef(i.indexrelid) || i.indisreplident || i.indisclustered order by i.indexrelid::regclass::text)
   from pg_index as i where i.indrelid = c.oid) as indexes,
  (select array_agg(k.conname || ' ' || pg_get_constraintdef(k.oid) order by k.conname)
   from pg_constraint as k where k.conrelid = c.oid) as constraints,
  (select array_agg(pg_get_triggerdef(t.oid) || t.tgenabled::text order by t.tgname)
   from pg_trigger as t where t.tgrelid = c.oid and not t.tgisinternal) as triggers,
  (select array_agg(pg_get_statisticsobjdef(s.oid) || coalesce(s.stxstattarget, -1) order by s.stxname)
   from pg_statistic_ext as s where s.stxrelid = c.oid) as statistics,
  (select array_agg(p.pubname || ' ' || coalesce(p.rowfilter, '') || p.attnames::text order by p.pubname)
   from pg_publication_tables as p where p.schemaname = '${schema}' and p.tablename = 't') as publications,
  (select array_agg(a.attname || ' ' || coalesce(pg_get_expr(d.adbin, c.oid), '') || coalesce(a.attstattarget, -1)
     || coalesce(a.attoptions::text, '') || a.attnotnull order by a.attname)
   from pg_attribute as a left join pg_attrdef as d on d.adrelid = c.oid and d.adnum = a.attnum
   where a.attrelid = c.oid and a.attnum > 0) as columns,
  c.reloptions::text as options,
  (select s.reloptions::text from pg_class as s where s.oid = c.reltoastrelid) as toast,
  c.relreplident::text as identity,
  pg_get_serial_sequence('${schema}.t', 'id') as sequence
from pg_class as c where c.oid = '${schema}.t'::regclass`

describe.skipIf(testAdapter === undefined)('what hangs on a table on postgres', () => {
  let adapter: Adapter

  beforeAll(async () => {
    const made = await testAdapter?.createTarget()
    if (made?.type !== 'postgres') throw new Error('there is no Postgres target')
    adapter = createPostgresAdapter(made)
  })
  afterAll(() => adapter.close())

  const select = `select 9 as id, 'x'::text as name, 5 as n, int4range(1, 5) as span, 9 as parent`
  const full = async (schema: string) => {
    const relation = { schema: await freshSchema(adapter, schema), identifier: 't' }
    await run(
      adapter,
      `create table ${schema}.other (id integer primary key)`,
      `insert into ${schema}.other values (9)`,
      `create table ${schema}.t (
        id serial, name text default 'it''s', n integer not null, span int4range, parent integer,
        constraint "the key" primary key (id) with (fillfactor = 80),
        constraint t_name_key unique (name) deferrable,
        constraint no_overlap exclude using gist (span with &&),
        constraint positive check (n > 0),
        constraint to_other foreign key (id) references ${schema}.other,
        constraint to_self foreign key (parent) references ${schema}.t (id)
      ) with (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_enabled = false)`,
      `create unique index ${longName} on ${schema}.t (n desc, lower(name)) include (id) where n > 1`,
      `create unique index ident on ${schema}.t (n)`,
      `alter table ${schema}.t replica identity using index ident`,
      `alter table ${schema}.t cluster on ident`,
      `alter table ${schema}.t alter n set statistics 50, alter n set (n_distinct = 5)`,
      `create function ${schema}.f() returns trigger language plpgsql as $$ begin return new; end $$`,
      `create trigger trg before update of n on ${schema}.t for each row when (new.n > 3) execute function ${schema}.f()`,
      `create trigger quiet after insert on ${schema}.t for each statement execute function ${schema}.f()`,
      `alter table ${schema}.t disable trigger quiet`,
      `create statistics ${schema}.st (ndistinct) on n, lower(name) from ${schema}.t`,
      `alter statistics ${schema}.st set statistics 7`,
      `create publication ${schema}_pub for table ${schema}.t (id, n) where (n > 0)`,
    )
    return relation
  }

  test('all of it is kept, under its names', async () => {
    const relation = await full('kept')
    const [before] = await read(adapter, factsOf('kept'))
    expect(before).toMatchObject({ identity: 'i', sequence: 'kept.t_id_seq' })
    expect(Object.values(before ?? {})).not.toContain(null)
    const statements = await publish(adapter, relation, { select, method: 'rename' })
    expect(await read(adapter, factsOf('kept'))).toEqual([before])
    const lock = statements.findIndex((sql) => sql.startsWith('lock table'))
    const lastBuild = statements.findLastIndex((sql) => /^create (?:unique )?index| add /.test(sql))
    expect(lastBuild).toBeLessThan(lock)
    await publish(adapter, relation, { select, method: 'rename' })
    expect(await read(adapter, factsOf('kept'))).toEqual([before])
  })

  test('also while the old table stays for a view that comes later', async () => {
    const relation = await full('later')
    const [before] = await read(adapter, factsOf('later'))
    await run(
      adapter,
      'alter table later.t add column gone integer',
      'create materialized view later.v as select gone from later.t',
    )
    await publish(adapter, relation, { select, rebuiltLater: new Set(['later.v']) })
    expect(await read(adapter, factsOf('later'))).toEqual([before])
    expect((await names(adapter, 'later')).length).toBe(4)
    await run(adapter, 'drop materialized view later.v')
    await adapter.dropDetached(['later'])
    expect(await names(adapter, 'later')).toEqual(['table other', 'table t'])
  })

  test('from a candidate in another schema', async () => {
    const relation = await full('across2')
    const candidate = { schema: await freshSchema(adapter, 'beside2'), identifier: 'c' }
    const [before] = await read(adapter, factsOf('across2'))
    await adapter.transaction({}, async (session) => {
      await session.execute(adapter.dialect.createTableAs(candidate, select))
      await session.swapTable({ candidate, target: relation, rebuiltLater: noneLater })
    })
    expect(await read(adapter, factsOf('across2'))).toEqual([before])
  })

  test('under names that need quotes, also of a partitioned table', async () => {
    const relation = { schema: await freshSchema(adapter, `It's "odd"`), identifier: 'T"$& é' }
    const name = adapter.dialect.relation(relation)
    const odd = adapter.dialect.quote(relation.schema)
    const newSelect = 'select 1 as "A b", 2 as c'
    await run(
      adapter,
      `create table ${name} ("A b" serial, c integer) partition by range (c)`,
      `create index "I""$& x" on ${name} ("A b")`,
      `create statistics ${odd}."S ""s" on "A b", c from ${name}`,
      `create function ${odd}."F f"() returns trigger language plpgsql as $$ begin return new; end $$`,
      `create trigger "T t" before insert on ${name} for each row execute function ${odd}."F f"()`,
    )
    await publish(adapter, relation, { select: newSelect })
    await publish(adapter, relation, { select: newSelect })
    const found = `select i.indexrelid::regclass::text as index, t.tgname::text as trigger, s.stxname::text as statistics
from pg_index as i
join pg_trigger as t on t.tgrelid = i.indrelid
join pg_statistic_ext as s on s.stxrelid = i.indrelid
where i.indrelid = '${name.replaceAll("'", "''")}'::regclass`
    expect(await read(adapter, found)).toEqual([
      { index: `${odd}."I""$& x"`, trigger: 'T t', statistics: 'S "s' },
    ])
  })

  test.each([
    [
      'create index t_b on hung.t (b)',
      'select 1 as a',
      'index "t_b" on "b" of "hung.t" needs column "b", which goes away',
      'drop the index, or keep the column in the model',
    ],
    [
      'alter table hung.t alter b set default 3',
      'select 1 as a',
      'default "b" of "hung.t" needs column "b", which goes away',
      'drop the default, or keep the column in the model',
    ],
    [
      'alter table hung.t add constraint k unique (a)',
      'select 1 as a, 2 as b from generate_series(1, 2)',
      'unique constraint "k" on "a" of "hung.t" does not hold for the new rows: Key (a)=(1) is duplicated',
      'drop the unique constraint, or change the model',
    ],
    [
      'alter table hung.t add constraint few check (b < 5)',
      'select 1 as a, 9 as b',
      'check constraint "few" on "b" of "hung.t" does not hold for the new rows: check constraint "few" of relation "t" is violated by some row',
      'drop the check constraint, or change the model',
    ],
    [
      'alter table hung.t alter a set not null',
      'select null::integer as a, 9 as b',
      'not-null constraint "t_a_not_null" on "a" of "hung.t" does not hold for the new rows: column "a" of relation "t" contains null values',
      'drop the not-null constraint, or change the model',
    ],
    [
      'alter table hung.t add constraint pk primary key (b)',
      'select 1 as a',
      'primary key "pk" on "b" of "hung.t" needs column "b", which goes away',
      'drop the primary key, or keep the column in the model',
    ],
    [
      'alter table hung.t add constraint no_twice exclude (a with =)',
      'select 1 as a, 2 as b from generate_series(1, 2)',
      'exclusion constraint "no_twice" on "a" of "hung.t" does not hold for the new rows: Key (a)=(1) conflicts with key (a)=(1)',
      'drop the exclusion constraint, or change the model',
    ],
    [
      'alter table hung.t alter a set not null, alter a add generated by default as identity',
      'select 1 as a, 2 as b',
      'identity column "a" of "hung.t" cannot be made again on a new table',
      'make it a plain column, or fill it in the model',
    ],
    [
      'create index plus on hung.t ((a + 1))',
      'select now() as a, 9 as b',
      'index "plus" on "a" of "hung.t" cannot be made on the new table: operator does not exist: timestamp with time zone + integer',
      'drop the index, or change the model',
    ],
    [
      'alter table hung.t add g integer generated always as (a + 1) stored',
      'select 1 as a, 9 as b, 2 as g',
      'generated column "g" of "hung.t" cannot be made again on a new table',
      'make it a plain column, or fill it in the model',
    ],
  ])('%s: what cannot be made again is named', async (hang, newSelect, message, hint) => {
    const relation = { schema: await freshSchema(adapter, 'hung'), identifier: 't' }
    await run(adapter, 'drop table if exists hung.t', 'create table hung.t (a integer, b integer)')
    await run(adapter, hang)
    const failing = publish(adapter, relation, { select: newSelect })
    const error = await failing.catch((reason: unknown) => reason)
    // Up to 17 such a constraint has no name: that of the column stands for it.
    const said =
      (await postgresMajor(adapter)) < 18
        ? message.replace('"t_a_not_null" on "a"', '"a"')
        : message
    expect(error).toEqual(new DependentError(said, hint))
    expect(error).toMatchObject({ hint })
    expect(await names(adapter, 'hung')).toEqual(['table t'])
  })

  test('readers do not wait while an index is built', async () => {
    const relation = { schema: await freshSchema(adapter, 'slow'), identifier: 't' }
    await run(
      adapter,
      'create table slow.t as select 1 as a',
      `create function slow.f(integer) returns integer immutable language plpgsql as $$ begin perform pg_sleep(0.3); return $1; end $$`,
      'create index by_f on slow.t (slow.f(a))',
    )
    const state = { waits: new Waits(), isSwapped: false }
    const started = performance.now()
    const swap = publish(adapter, relation, {
      select: 'select generate_series(1, 4) as a',
      method: 'rename',
    })
    const done = swap.finally(() => {
      state.isSwapped = true
    })
    while (!state.isSwapped) {
      await state.waits.measure(
        () => read(adapter, 'select count(*) from slow.t'),
        () => read(adapter, 'select 1'),
      )
    }
    await done
    expect(performance.now() - started).toBeGreaterThan(1200)
    expect(state.waits.longestMs).toBeLessThan(600)
  })

  test('a view that groups by the primary key follows', async () => {
    const relation = { schema: await freshSchema(adapter, 'grouped'), identifier: 't' }
    await run(
      adapter,
      'create table grouped.t (id integer primary key, name text)',
      'create view grouped.v as select id, name, count(*) as n from grouped.t group by id',
    )
    await publish(adapter, relation, {
      select: `select 1 as id, 'x'::text as name`,
      method: 'rename',
    })
    expect(await read(adapter, 'select * from grouped.v')).toEqual([{ id: 1, name: 'x', n: 1 }])
  })

  test('an index made while the new rows are made is a reason to try again', async () => {
    const target = { schema: await freshSchema(adapter, 'meanwhile'), identifier: 't' }
    const candidate = { schema: 'meanwhile', identifier: 'c' }
    await publish(adapter, target, { select: 'select 1 as a' })
    const failing = adapter.transaction({}, async (session) => {
      await session.execute(adapter.dialect.createTableAs(candidate, 'select 2 as a'))
      await run(adapter, 'create index late on meanwhile.t (a)')
      await session.swapTable({ candidate, target, rebuiltLater: noneLater, method: 'rename' })
    })
    const error = await failing.catch((reason: unknown) => reason)
    expect(adapter.explainError(error)).toEqual({
      message: '"meanwhile.t" got an index while its new rows were made',
      hint: 'run it again',
      retryable: true,
    })
    expect(
      await read(adapter, `select count(*)::integer as n from pg_indexes where indexname = 'late'`),
    ).toEqual([{ n: 1 }])
  })
})

describe.skipIf(testAdapter === undefined)('names that postgres cuts', () => {
  test('are an error of the statement, and its transaction is undone', async () => {
    const made = await testAdapter?.createTarget()
    if (made?.type !== 'postgres') throw new Error('there is no Postgres target')
    const adapter = createPostgresAdapter(made)
    const name = 'n'.repeat(64)
    const sql = `create table cut as select 1 as ${name}`
    const failing = adapter.transaction({}, (session) => session.execute(sql))
    const error = await failing.catch((reason: unknown) => reason)
    expect(adapter.explainError(error)).toEqual({
      message: `expected names of at most 63 bytes, found "${name}"`,
      hint: 'rename the column',
      offset: sql.indexOf(name),
      sqlState: '42622',
      retryable: false,
    })
    expect(await read(adapter, `select to_regclass('cut') as found`)).toEqual([{ found: null }])
    const twice = `select 1 as ${name}a, 2 as ${name}b`
    await expect(
      adapter.transaction({}, (session) => session.execute(`create table cut as ${twice}`)),
    ).rejects.toThrow(`expected names of at most 63 bytes, found "${name}a"`)
    const fine = `select 1 as ${'n'.repeat(63)}`
    expect((await adapter.transaction({}, (session) => session.query(fine))).length).toBe(1)
    await adapter.close()
  })
})
