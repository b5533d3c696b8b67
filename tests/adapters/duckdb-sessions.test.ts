/** Sessions of DuckDB: rows read as they are needed, comments kept at a swap, what shows a holder, waiting for the file. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { type Adapter, type Session, textCell } from '../../src/core/adapter.ts'
import { isWanted } from '../support/servers.ts'
import { until } from '../support/until.ts'
import { publish, read, run } from './contract/publishing.ts'
import { duckdbAdapters } from './duckdb-target.ts'

/** Values whose text DuckDB casts back to the same value, whatever it is put into. */
const values = [
  '0.1::double',
  '-0.0::double',
  "'nan'::double",
  "'-inf'::double",
  '5e-324::double',
  '123456789.12345678::double',
  '0.1::float',
  "timestamp '2020-01-01 00:00:00.123456'",
  "timestamp_ns '2020-01-01 00:00:00.123456789'",
  "timestamp_s '2020-01-01 00:00:01'",
  "timestamptz '2020-10-25 00:30:00.5+00'",
  "timestamptz '2020-10-25 01:30:00+00'",
  "timestamptz '1850-01-01 00:00:00+00'",
  "timestamptz '0044-03-15 (BC) 00:00:00.123+00'",
  "'-infinity'::timestamptz",
  "timestamp '0044-01-01 (BC) 00:00:00'",
  "'infinity'::date",
  "time '23:59:59.999999'",
  "'12:00:00+05:30'::timetz",
  '12345678901234567890123456.789::decimal(38,3)',
  '340282366920938463463374607431768211455::uhugeint',
  "'\\xAA\\x00bc\\x5C\\x27'::blob",
  "'101'::bit",
  "interval '1 year 2 months -3 days 04:05:06.789'",
  "''",
  "'NULL'",
  "chr(0) || chr(10) || 'x'",
  "['a,b', '', 'NULL', null, 'q\"x', 'it''s', '[x]', ' lead', '\\', '{', chr(10)]",
  "{'a': 1, 'b c': 'x, y', 'n': null::integer}",
  "map{'x=y': '1,2', '': ''}",
  "['\\xAA\\x2C'::blob]",
  '[1, 2]::integer[2]',
  "['b, c'::enum('a', 'b, c')]",
  '[[], [1]]::integer[][]',
]

const holderText = `
import duckdb from ${JSON.stringify(createRequire(import.meta.url).resolve('@duckdb/node-api'))}
const instance = await duckdb.DuckDBInstance.create(process.argv[2])
process.stdout.write('open')
process.stdin.on('end', () => { instance.closeSync(); process.exit(0) }).resume()`

async function hold(path: string): Promise<ChildProcess> {
  const program = join(inject('workFolder'), 'hold-for-a-while.mjs')
  await writeFile(program, holderText)
  const child = spawn(process.execPath, [program, path], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return child
}

describe.skipIf(!isWanted('duckdb'))('duckdb', () => {
  const { create, freshPath } = duckdbAdapters()

  describe('types of columns', () => {
    test.each(values)('%s has the type that the database names', async (value) => {
      const adapter = create({})
      await run(adapter, `create table t as select ${value} as a, 1 as "b c"`)
      const rows = await read(adapter, "select name, type from pragma_table_info('t')")
      const state = await adapter.session({}, (session) =>
        session.describe({ schema: 'main', identifier: 't' }),
      )
      expect(state?.columns.map(({ name, dataType }) => ({ name, type: dataType }))).toEqual(rows)
    })

    test('a type with a name, a nested one, and a column called rowid', async () => {
      const adapter = create({})
      await run(
        adapter,
        "create type mood as enum ('fine', 'so-so')",
        `create table t (a json, b struct("x y" json, z decimal(5, 2))[], c mood, d union(n integer, s varchar),
  e varchar collate nocase, f bignum, g integer[3])`,
        'create table named (rowid integer)',
        'create view on_named as from named',
      )
      for (const identifier of ['t', 'named', 'on_named']) {
        const rows = await read(
          adapter,
          `select name, type from pragma_table_info('${identifier}')`,
        )
        const state = await adapter.session({}, (session) =>
          session.describe({ schema: 'main', identifier }),
        )
        expect(state?.kind).toBe(identifier === 'on_named' ? 'view' : 'table')
        expect(state?.columns.map(({ name, dataType }) => ({ name, type: dataType }))).toEqual(rows)
      }
    })
  })

  describe('rows as text', () => {
    const gather = async (adapter: Adapter, sql: string) =>
      await adapter.session({}, async (session) => {
        const rows: (readonly (string | null)[])[] = []
        for await (const row of session.readText(sql)) rows.push(row)
        return rows
      })

    test.each(values)('%s comes back the same', async (value) => {
      const adapter = create({ timezone: 'Europe/Vienna' })
      await run(adapter, `create table t as select ${value} as a`)
      const [type = {}] = await read(adapter, 'select typeof(a) as name from t')
      const column = { name: 'a', dataType: textCell(type, 'name') }
      await run(adapter, 'create table back as from t limit 0')
      const rows = await gather(adapter, 'from t')
      await adapter.session({}, (session) =>
        session.appendText({ schema: 'main', identifier: 'back' }, [column], each(rows)),
      )
      expect(rows.length).toBe(1)
      const same = `select t.a is not distinct from back.a as same, cast(t.a as text) = cast(back.a as text) as alike from t, back`
      expect(await read(adapter, same)).toEqual([{ same: true, alike: true }])
    })

    test('columns of one name are two, and every column may be null', async () => {
      const adapter = create({})
      const sql = 'select 1 as a, null as a, 3 as A union all select null, 2, null order by all'
      expect(await gather(adapter, sql)).toEqual([
        ['1', null, '3'],
        [null, '2', null],
      ])
    })

    test('rows that are left do not keep the file open', async () => {
      const path = freshPath()
      const adapter = create({ path })
      for (const name of ['readText', 'readTable'] as const) {
        await adapter.session({}, async (session) => {
          for await (const _ of session[name]('select range as a from range(1000000)')) break
        })
      }
      await adapter.transaction({ readsApart: true }, async (session) => {
        const reader = await session.openReader({ folder: `${path}-spool` })
        const left = [reader.read('from range(1000000)'), reader.read('from range(100000)')]
        for (const each of left) await each.next()
        await reader.close()
      })
      await adapter.close()
      // Another process gets it at once, whatever JavaScript has not collected yet.
      const holder = await hold(path)
      holder.stdin?.end()
      const [code] = await once(holder, 'exit')
      expect(code).toBe(0)
    })

    test('a million rows arrive, and are not held in memory', async () => {
      const adapter = create({})
      const sql = `select range as a, repeat(md5(range::text), 4) as b from range(1000000)`
      let count = 0
      let sum = 0
      let most = 0
      const before = process.memoryUsage().rss
      await adapter.session({}, async (session) => {
        for await (const [a] of session.readText(sql)) {
          count += 1
          sum += Number(a)
          if (count % 10_000 === 0) most = Math.max(most, process.memoryUsage().rss - before)
        }
      })
      expect({ count, sum }).toEqual({ count: 1_000_000, sum: 499_999_500_000 })
      // The rows themselves are 140 MB, as JavaScript strings twice that.
      expect(most).toBeLessThan(120_000_000)
    })

    test('a statement waits until the rows are read, instead of ending them', async () => {
      const adapter = create({})
      const order: string[] = []
      const counted = await adapter.session({}, async (session) => {
        let count = 0
        let other: Promise<unknown> | undefined
        for await (const _ of session.readText('from range(100000)')) {
          count += 1
          other ??= session.query('select 1').then(() => order.push('statement'))
        }
        order.push('rows')
        await other
        return count
      })
      expect(counted).toBe(100_000)
      expect(order).toEqual(['rows', 'statement'])
    })

    test('rows are not appended through the session they are read from', async () => {
      const adapter = create({})
      await run(adapter, 'create table t (a bigint)')
      const t = { schema: 'main', identifier: 't' }
      const columns = [{ name: 'a', dataType: 'bigint' }]
      const appending = adapter.transaction({}, (session) =>
        session.appendText(t, columns, session.readText('from range(100000)')),
      )
      await expect(appending).rejects.toThrow(
        'expected rows of another session, found an open result of this one',
      )
      const copied = await adapter.session({}, (from) =>
        adapter.transaction({}, (to) =>
          to.appendText(t, columns, from.readText('from range(100000)')),
        ),
      )
      expect(copied).toBe(100_000)
      expect(await read(adapter, 'select count(*) as n from t')).toEqual([{ n: 100_000 }])
    })

    test.each(['session', 'transaction', 'readOnly'] as const)(
      'left unread they hold up nobody once the %s has ended',
      async (kind) => {
        const adapter = create({ threads: 1 })
        const work = async (session: Session) => {
          const rows = session.readText('from range(100000)')[Symbol.asyncIterator]()
          return [await rows.next(), rows] as const
        }
        const [first, rows] =
          kind === 'session'
            ? await adapter.session({}, work)
            : kind === 'transaction'
              ? await adapter.transaction({}, work)
              : await adapter.readOnly({}, work)
        expect(first).toEqual({ done: false, value: ['0'] })
        const rest = (async () => {
          for (;;) if ((await rows.next()).done === true) return
        })()
        await expect(rest).rejects.toThrow('the session ended before all rows were read')
        expect(await read(adapter, 'select 1 as a')).toEqual([{ a: 1 }])
      },
    )

    test('an abort ends them', async () => {
      const adapter = create({})
      const stop = new AbortController()
      const reading = adapter.session({ signal: stop.signal }, async (session) => {
        for await (const [a] of session.readText('from range(1000000000)')) {
          if (a === '5000') stop.abort()
        }
      })
      await expect(reading).rejects.toThrow(/abort/i)
      expect(await read(adapter, 'select 1 as a')).toEqual([{ a: 1 }])
    })
  })

  describe('comments', () => {
    const comments = (adapter: Adapter) =>
      read(
        adapter,
        `select table_name as name, null as col, comment from duckdb_tables() where comment is not null
union all select view_name, null, comment from duckdb_views() where comment is not null
union all select table_name, column_name, comment from duckdb_columns() where comment is not null
order by all`,
      )

    test('of tables, views and columns stay at a swap, without those of columns that go', async () => {
      const adapter = create({ path: freshPath() })
      const relation = (identifier: string) => ({ schema: 'main', identifier })
      await publish(adapter, relation('t'), { select: 'select 1 as a, 2 as b, 3 as "c d"' })
      await publish(adapter, relation('plain'), { select: 'select 1 as a' })
      await run(
        adapter,
        'create view v as select 1 as a, 2 as b',
        `comment on table t is 'it''s t'`,
        `comment on column t.b is 'gone soon'`,
        `comment on column t."c d" is 'of c'`,
        `comment on view v is 'of v'`,
        `comment on column v.a is 'of v.a'`,
      )
      const statements = await publish(adapter, relation('t'), {
        select: 'select 1 as "c d", 2 as a',
      })
      expect(statements.slice(2)).toEqual([
        `comment on table "main"."t" is 'it''s t'`,
        `comment on column "main"."t"."c d" is 'of c'`,
      ])
      await adapter.transaction({}, (session) =>
        session.replaceView(relation('v'), 'select 3 as a, 4 as b'),
      )
      expect(await publish(adapter, relation('plain'), { select: 'select 2 as a' })).toHaveLength(2)
      const kept = [
        { name: 't', col: 'c d', comment: 'of c' },
        { name: 't', col: null, comment: "it's t" },
        { name: 'v', col: 'a', comment: 'of v.a' },
        { name: 'v', col: null, comment: 'of v' },
      ]
      expect(await comments(adapter)).toEqual(kept)
      await publish(adapter, relation('v'), { select: 'select 5 as a' })
      expect(await comments(adapter)).toEqual(kept)
      expect(await adapter.session({}, (session) => session.describe(relation('v')))).toMatchObject(
        { kind: 'table' },
      )
    })

    test('made after the first swap, in a transaction that others swapped beside, stay too', async () => {
      const adapter = create({ path: freshPath() })
      const relation = (identifier: string) => ({ schema: 'main', identifier })
      const select = 'select 1 as a'
      for (const name of ['t', 'u']) await publish(adapter, relation(name), { select })
      await adapter.transaction({}, async (session) => {
        await session.execute("comment on table t is 'new'")
        await publish(adapter, relation('u'), { select })
      })
      await publish(adapter, relation('t'), { select })
      const kept = [{ name: 't', col: null, comment: 'new' }]
      expect(await comments(adapter)).toEqual(kept)
      const undone = adapter.transaction({}, async (session) => {
        await session.execute("comment on table t is 'undone'")
        await session.execute('select * from nowhere')
      })
      await expect(undone).rejects.toThrow(/nowhere/)
      await publish(adapter, relation('t'), { select })
      expect(await comments(adapter)).toEqual(kept)
    })
  })

  test('a holder is this process, whichever adapter shows it', async () => {
    const path = freshPath()
    const [first, second] = [create({ path }), create({ path })]
    await run(first, 'create table beats (n integer)')
    expect(second.sessionName).toBe(first.sessionName)
    const shown = await first.showAlive('r1')
    const ask = (sessionName: string) =>
      second.transaction({}, (session) => second.isAlive(session, { runId: 'r1', sessionName }))
    expect([await ask(first.sessionName), await ask('another')]).toEqual([true, false])
    await shown.run('insert into beats values ($1)', [1])
    await shown.release()
    await shown.run('insert into beats values ($1)', [2])
    expect(await read(second, 'select n from beats')).toEqual([{ n: 1 }])
  })

  describe('waiting for the file', () => {
    test('ends when the holder does, and says once who it is', async () => {
      const path = freshPath()
      const child = await hold(path)
      const said: string[] = []
      const wait = {
        signal: new AbortController().signal,
        onWaiting: (holder: string) => said.push(holder),
      }
      const adapter = create({ path }, { wait })
      const connecting = adapter.connect()
      await until('the holder to be named', () => said.length > 0)
      expect(said).toEqual([expect.stringMatching(`^process ${child.pid} \\(`)])
      child.stdin?.end()
      await connecting
      expect(await read(adapter, 'select 1 as a')).toEqual([{ a: 1 }])
      expect(said.length).toBe(1)
    })

    test('ends when it is aborted, and waits for nothing else', async () => {
      const path = freshPath()
      const child = await hold(path)
      const stop = new AbortController()
      const wait = { signal: stop.signal, onWaiting: () => stop.abort() }
      await expect(create({ path }, { wait }).connect()).rejects.toMatchObject({
        name: 'AbortError',
      })
      const notes = `${path}.txt`
      await writeFile(notes, 'no database')
      const patient = { signal: new AbortController().signal, onWaiting: () => {} }
      await expect(create({ path: notes }, { wait: patient }).connect()).rejects.toMatchObject({
        code: 'not-a-database',
      })
      child.kill()
    })
  })
})

async function* each<T>(rows: readonly T[]): AsyncGenerator<T> {
  yield* rows
}
