/** What a transaction on DuckDB knows of its relations without asking again is what it would be told. */
import { DuckDBConnection } from '@duckdb/node-api'
import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { Session } from '../../src/core/adapter.ts'
import { isWanted } from '../support/servers.ts'
import { run } from './contract/publishing.ts'
import { duckdbAdapters } from './duckdb-target.ts'

const names = ['a', 'b', 'A_new', 'v'] as const
const name = fc.constantFrom(...names)
const rows = fc.integer({ min: 0, max: 3 })
const quoted = (identifier: string) => `"main"."${identifier}"`

/** Statements as assay writes them, and as hooks of people do. */
const statement = fc.oneof(
  fc
    .tuple(name, rows)
    .map(
      ([to, n]) => `create table ${quoted(to)} as\nselect range as k, 'x' as t from range(${n})`,
    ),
  fc
    .tuple(name, rows)
    .map(
      ([to, n]) => `create or replace table ${to} as select range as k, 1.5 as d from range(${n})`,
    ),
  fc
    .tuple(name, name)
    .map(([to, from]) => `insert into ${quoted(to)} ("k")\nselect "k" from ${quoted(from)}`),
  fc
    .tuple(name, rows)
    .map(([to, n]) => `insert into ${to.toUpperCase()} (k) select range from range(${n})`),
  fc
    .tuple(name, rows)
    .map(
      ([from, n]) =>
        `delete from ${quoted(from)}\nwhere ("k") in (select range from range(${n}) union all select 0)`,
    ),
  fc
    .tuple(name, name)
    .map(
      ([from, by]) => `delete from ${quoted(from)} using ${quoted(by)} as other where other.k = 0`,
    ),
  name.map((of) => `update ${quoted(of)} set k = k + 1 where k < 2`),
  fc
    .tuple(name, name)
    .map(
      ([into, from]) =>
        `merge into ${quoted(into)} as target using (select distinct k from ${quoted(from)}) as batch on target.k = batch.k when matched then delete when not matched then insert (k) values (batch.k)`,
    ),
  name.map((of) => `truncate ${quoted(of)}`),
  fc.tuple(name, name).map(([from, to]) => `alter table ${quoted(from)} rename to "${to}"`),
  name.map((of) => `alter table ${quoted(of)} add column c${'x'.repeat(3)} integer`),
  name.map((of) => `drop table if exists ${quoted(of)}`),
  name.map((of) => `drop view if exists ${of}`),
  fc
    .tuple(name, name)
    .map(([of, from]) => `create or replace view ${quoted(of)} as select * from ${quoted(from)}`),
  fc.tuple(name, name).map(([of, from]) => `create view ${of} as from ${from}`),
)
const step = fc.record({ statement, asked: fc.subarray([...names]) })

/** As a session without a memory is told. */
async function truth(session: Session, identifier: string) {
  const [found] = await session.query(
    `select (table_type = 'VIEW') as is_view from information_schema.tables where table_schema = 'main' and lower(table_name) = lower('${identifier}')`,
  )
  if (found === undefined) return undefined
  const columns = await session
    .query(`select name, type as "dataType" from pragma_table_info('${quoted(identifier)}')`)
    .catch(() => [])
  const sum = await session.query(sumOf(identifier)).catch(broken)
  if (found['is_view'] === true) return { kind: 'view', columns, count: undefined, sum }
  const [counted] = await session.query(
    `select cast(count(*) as text) as n from ${quoted(identifier)}`,
  )
  return { kind: 'table', columns, count: counted?.['n'], sum }
}

const sumOf = (identifier: string) => `select cast(sum(k) as text) as n from ${quoted(identifier)}`
const broken = async () => [{ n: 'broken' }]

async function known(session: Session, identifier: string) {
  const relation = { schema: 'main', identifier }
  const sum = await session.queryOnce(relation, sumOf(identifier)).catch(broken)
  const count = await session.identify(relation)
  const state = await session.describe(relation)
  return state === undefined ? undefined : { kind: state.kind, columns: state.columns, count, sum }
}

describe.skipIf(!isWanted('duckdb'))('duckdb', () => {
  const { create } = duckdbAdapters()

  test('whatever statements were sent in between, also those that are refused', async () => {
    let compared = 0
    const adapter = create({})
    await run(adapter, 'create table a as select range as k, 1.5 as d from range(2)')
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
        const undone = adapter.transaction({}, async (session) => {
          for (const { statement: sql, asked } of steps) {
            try {
              await session.execute(sql)
            } catch (error) {
              // Most leave the transaction as it was; one that has ended it leaves nothing to compare.
              if (/aborted/i.test(String(error))) break
            }
            for (const identifier of asked) {
              expect([sql, await known(session, identifier)]).toEqual([
                sql,
                await truth(session, identifier),
              ])
              compared += 1
            }
          }
          throw new Error('undone')
        })
        await expect(undone).rejects.toThrow('undone')
      }),
      { numRuns: 60 },
    )
    expect(compared).toBeGreaterThan(400)
  })

  test('a table that is published is neither counted nor described again', async () => {
    const adapter = create({})
    await run(adapter, 'create table t as select 1 as a')
    const relation = { schema: 'main', identifier: 't' }
    const candidate = { schema: 'main', identifier: 't__new' }
    const { dialect } = adapter
    await adapter.transaction({}, async (session) => {
      await session.execute(dialect.createTableAs(candidate, 'select range as a from range(5)'))
      await session.describe(candidate)
      await session.execute(dialect.drop('table', relation))
      await session.execute(dialect.rename('table', candidate, 't'))
      await session.execute(dialect.deleteWhere(relation, '"a" < 2'))
      const sent = [
        vi.spyOn(DuckDBConnection.prototype, 'run'),
        vi.spyOn(DuckDBConnection.prototype, 'prepare'),
      ]
      try {
        expect(await session.identify(relation)).toBe('3')
        const columns = [{ name: 'a', dataType: 'BIGINT' }]
        expect(await session.describe(relation)).toEqual({ relation, kind: 'table', columns })
        expect(sent.flatMap(({ mock }) => mock.calls)).toEqual([])
        expect(await session.describe(candidate)).toBeUndefined()
        expect(sent.flatMap(({ mock }) => mock.calls)).not.toEqual([])
      } finally {
        for (const spy of sent) spy.mockRestore()
      }
    })
  })
})
