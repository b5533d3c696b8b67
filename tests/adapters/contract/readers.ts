/** Contract: rows are read while rows are written, all of them, as the transaction sees them. */
import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import type { Session } from '../../../src/core/adapter.ts'
import type { Reader } from '../../../src/core/database/reader.ts'
import type { Relation } from '../../../src/core/relation.ts'
import type { Subject } from '../contract.ts'

const count = 100_000

export function readerContract(subject: () => Subject): void {
  describe('reading while writing', () => {
    const folderOf = () => join(inject('workFolder'), `spool-${randomUUID()}`)
    const filled = async (): Promise<{ readonly from: Relation; readonly into: Relation }> => {
      const schema = `readers_${randomUUID().slice(0, 8)}`
      const { adapter } = subject()
      const from = { schema, identifier: 'numbers' }
      await adapter.session({}, async (session) => {
        await session.execute(adapter.dialect.createSchema(schema))
        const numbers = `select i from generate_series(1, ${count}) as g (i)`
        await session.execute(adapter.dialect.createTableAs(from, numbers))
      })
      return { from, into: { schema, identifier: 'copied' } }
    }
    const name = (relation: Relation) => subject().adapter.dialect.relation(relation)
    const copy = async (
      session: Session,
      reader: Reader,
      { from, into }: { readonly from: Relation; readonly into: Relation },
    ) => {
      await session.execute(`create table ${name(into)} (i bigint)`)
      const rows = cellsOf(reader, `select i from ${name(from)}`)
      return await session.appendText(into, [{ name: 'i', dataType: 'bigint' }], rows)
    }

    test('apart, a table is read whole while it is written to another', async () => {
      const { adapter } = subject()
      const tables = await filled()
      const done = await adapter.transaction({ readsApart: true }, async (session) => {
        const reader = await session.openReader({ folder: folderOf() })
        const copied = await copy(session, reader, tables)
        const counted = await reader.count(name(tables.from))
        await reader.close()
        const [sum] = await session.query(
          `select cast(sum(i) as text) as s from ${name(tables.into)}`,
        )
        return { isApart: reader.isApart, copied, counted, sum }
      })
      const sum = { s: String((count * (count + 1)) / 2) }
      expect(done).toEqual({ isApart: true, copied: count, counted: count, sum })
    })

    test('apart, what others commit meanwhile is not seen, by whichever reading', async () => {
      const { adapter } = subject()
      const { from } = await filled()
      const seen = await adapter.transaction(
        { readsApart: true, inputs: [from] },
        async (session) => {
          const reader = await session.openReader({ folder: folderOf() })
          await adapter.session({}, (other) =>
            other.execute(`insert into ${name(from)} values (-1)`),
          )
          const sql = `select i from ${name(from)}`
          // The second is read while the first is open.
          const first = reader.read(sql)
          await first.next()
          const second = await counted(reader, sql)
          const counts = [second, await reader.count(name(from)), (await session.query(sql)).length]
          await first.return()
          await reader.close()
          return counts
        },
      )
      expect(seen).toEqual([count, count, count])
    })

    test.each([
      ['apart', true],
      ['in the session itself', false],
    ])('%s, readings stand in each other, and may be left', async (_, readsApart) => {
      const { adapter } = subject()
      const { from } = await filled()
      const folder = folderOf()
      const pairs: string[] = []
      await adapter.transaction({ readsApart }, async (session) => {
        const reader = await session.openReader({ folder })
        for await (const outer of reader.read(`select i from ${name(from)} order by i limit 3`)) {
          for (const [a] of outer.rows) {
            for await (const inner of reader.read(`select i from ${name(from)} order by i`)) {
              pairs.push(JSON.stringify([a, inner.rows[0]?.[0]]))
              break
            }
          }
        }
        // A left one takes nothing from those after it, nor from the session.
        const all = `select i from ${name(from)}`
        for await (const _ of reader.read(all)) break
        for await (const _ of session.readText(all)) break
        pairs.push(String(await counted(reader, all)), String((await session.query(all)).length))
        await reader.close()
      })
      expect(pairs).toEqual(['[1,1]', '[2,1]', '[3,1]', String(count), String(count)])
      expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([])
    })

    test('in the session itself, what it has not committed is seen', async () => {
      const { adapter } = subject()
      const { from } = await filled()
      const seen = await adapter.transaction({}, async (session) => {
        await session.execute(`insert into ${name(from)} values (-1)`)
        const reader = await session.openReader({ folder: folderOf() })
        const found = await counted(reader, `select i from ${name(from)}`)
        await reader.close()
        return { isApart: reader.isApart, found }
      })
      expect(seen).toEqual({ isApart: false, found: count + 1 })
    })

    test('as many at once as there are builders, and more', async () => {
      const { adapter, target } = subject()
      const { from } = await filled()
      const readers = Array.from({ length: target.threads + 3 }, () =>
        adapter.transaction({ readsApart: true }, async (session) => {
          const reader = await session.openReader({ folder: folderOf() })
          const found = await counted(reader, `select i from ${name(from)}`)
          await reader.close()
          return found
        }),
      )
      expect(new Set(await Promise.all(readers))).toEqual(new Set([count]))
    })

    test('a fault is said, and the transaction goes on', async () => {
      const { adapter } = subject()
      const { from } = await filled()
      const done = await adapter.transaction({ readsApart: true }, async (session) => {
        const reader = await session.openReader({ folder: folderOf() })
        const fault = await counted(reader, `select nothing from ${name(from)}`).catch(
          (error: unknown) => adapter.explainError(error).message,
        )
        await reader.close()
        const [row] = await session.query('select 1 as one')
        return { fault: String(fault).includes('nothing'), row }
      })
      expect(done).toEqual({ fault: true, row: { one: 1 } })
    })
  })
}

async function* cellsOf(reader: Reader, sql: string): AsyncGenerator<readonly string[]> {
  for await (const { rows } of reader.read(sql)) {
    for (const row of rows) yield row.map((cell) => JSON.stringify(cell))
  }
}

async function counted(reader: Reader, sql: string): Promise<number> {
  let rows = 0
  for await (const page of reader.read(sql)) rows += page.rows.length
  return rows
}
