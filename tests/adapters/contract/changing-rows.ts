/** Contract: rows of a table are merged, replaced by groups, and its columns changed. */
import { describe, expect, test } from 'vitest'
import type { Subject } from '../contract.ts'
import { read, run } from './publishing.ts'
import { freshSchema } from './sessions.ts'

export function changingRowsContract(get: () => Subject): void {
  describe('changing rows', () => {
    const into = { schema: 'dml', identifier: 't' }
    const batch = { schema: 'dml', identifier: 'batch' }
    const start = async () => {
      const { adapter } = get()
      await freshSchema(adapter, 'dml')
      await run(
        adapter,
        'drop table if exists dml.t',
        'drop table if exists dml.batch',
        "create table dml.t as select 1 as k, 'a' as g, 10 as v union all select 2, 'a', 20 union all select 3, 'b', 30",
        "create table dml.batch as select 2 as k, 'a' as g, 21 as v union all select 4, 'c', 40",
      )
      return adapter
    }
    const all = 'select k, v from dml.t order by k'

    test('merge updates what matches and inserts the rest', async () => {
      const adapter = await start()
      const merge = adapter.dialect.merge({
        into,
        batch,
        key: ['k'],
        predicates: [],
        insertColumns: ['k', 'g', 'v'],
        updateColumns: ['v'],
      })
      await adapter.transaction({}, async (session) => {
        expect((await session.execute(merge)).rowsAffected).toBe(2)
      })
      const rows = [
        [1, 10],
        [2, 21],
        [3, 30],
        [4, 40],
      ].map(([k, v]) => ({ k, v }))
      expect(await read(adapter, all)).toEqual(rows)
    })

    test('merge without columns to update only inserts', async () => {
      const adapter = await start()
      const merge = adapter.dialect.merge({
        into,
        batch,
        key: ['k', 'g'],
        predicates: [],
        insertColumns: ['k', 'g', 'v'],
        updateColumns: [],
      })
      await run(adapter, merge)
      const rows = [
        [1, 10],
        [2, 20],
        [3, 30],
        [4, 40],
      ].map(([k, v]) => ({ k, v }))
      expect(await read(adapter, all)).toEqual(rows)
    })

    test('delete and insert replaces the groups of the batch', async () => {
      const adapter = await start()
      await adapter.transaction({}, async (session) => {
        const condition = `g in (select g from ${adapter.dialect.relation(batch)})`
        await session.execute(adapter.dialect.deleteWhere(into, condition))
        await session.execute(adapter.dialect.insertSelect(into, ['k', 'g', 'v'], batch))
      })
      const rows = [
        [2, 21],
        [3, 30],
        [4, 40],
      ].map(([k, v]) => ({ k, v }))
      expect(await read(adapter, all)).toEqual(rows)
    })

    test('columns are added, retyped and dropped', async () => {
      const adapter = await start()
      const { dialect } = adapter
      await run(
        adapter,
        dialect.addColumn(into, { name: 'n', dataType: 'integer' }),
        dialect.alterColumnType(into, { name: 'v', dataType: 'decimal(10,1)' }),
        dialect.dropColumn(into, 'g'),
      )
      expect(await read(adapter, 'select * from dml.t where k = 1')).toEqual([
        { k: 1, v: '10.0', n: null },
      ])
    })

    test('columns of an indexed table change; its indexes stay, but for one on a column that is gone', async () => {
      const adapter = await start()
      const { dialect } = adapter
      await run(adapter, 'create unique index t_k on dml.t (k)', 'create index t_g on dml.t (g, k)')
      await adapter.transaction({}, async (session) => {
        await session.alterTable({
          relation: into,
          statements: [dialect.addColumn(into, { name: 'n', dataType: 'integer' })],
          reshaped: { ...into, identifier: 't_reshaped' },
          select: 'select k, g, v, cast(null as integer) as n from dml.t',
          rebuiltLater: new Set(),
        })
        await session.execute('insert into dml.t (k, n) values (6, 6)')
      })
      await adapter.transaction({}, async (session) => {
        await session.alterTable({
          relation: into,
          statements: [
            dialect.alterColumnType(into, { name: 'v', dataType: 'decimal(10,1)' }),
            dialect.dropColumn(into, 'g'),
            dialect.dropColumn(into, 'n'),
          ],
          reshaped: { ...into, identifier: 't_reshaped' },
          select: 'select k, cast(v as decimal(10,1)) as v from dml.t',
          rebuiltLater: new Set(),
        })
        await session.execute('insert into dml.t (k, v) values (7, 7)')
      })
      await expect(run(adapter, 'insert into dml.t (k, v) values (7, 8)')).rejects.toThrow(/t_k|7/)
      expect(await read(adapter, 'select * from dml.t where k = 7')).toEqual([{ k: 7, v: '7.0' }])
    })
  })
}
