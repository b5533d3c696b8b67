/** The copy of a DuckDB database: everything is in it, one state of it, and nothing else is harmed. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, inject, test } from 'vitest'
import type { Adapter } from '../../src/core/adapter.ts'
import { ConnectionError } from '../../src/core/database/database-errors.ts'
import { isWanted } from '../support/servers.ts'
import { read, run } from './contract/publishing.ts'
import { duckdbAdapters } from './duckdb-target.ts'

/** As another program would: the file opened for reading, each query's rows as JSON values. */
async function readCopy(path: string, ...queries: readonly string[]): Promise<unknown[]> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' })
  const connection = await instance.connect()
  try {
    const answers: unknown[] = []
    for (const query of queries) {
      answers.push((await connection.runAndReadAll(query)).getRowObjectsJson())
    }
    return answers
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

async function copy(adapter: Adapter, path: string) {
  return await adapter.copyTo?.(path)
}

async function beside(path: string): Promise<readonly string[]> {
  const names = await readdir(dirname(path))
  return names.filter((name) => name.includes(basename(path))).toSorted()
}

describe.skipIf(!isWanted('duckdb'))('a copy of a duckdb database', () => {
  const { create, freshPath } = duckdbAdapters()
  const copyPath = () => join(`${freshPath()}.d`, 'bi', 'copy.duckdb')

  test('has all that the database has, in a folder that is made, and cannot be written', async () => {
    const adapter = create({ path: freshPath() })
    const path = copyPath()
    await run(
      adapter,
      'create schema "a ""b"',
      "create type mood as enum ('ok', 'sad')",
      'create sequence numbers start 5',
      `create table "a ""b"."T t" (id integer primary key default nextval('numbers'), m mood, n integer unique, g integer generated always as (n + 1), check (n > 0))`,
      `insert into "a ""b"."T t" (m, n) values ('ok', 1), ('sad', 2)`,
      'create index on_n on "a ""b"."T t" (n)',
      'create macro twice(x) as x * 2',
      'create macro up_to(k) as table select range as n from range(k)',
      'create table z as select 1 as a',
      'create view b_view as select a from z',
      'create view a_view as select twice(a) as a from b_view',
      'drop table z',
      'create table z as select 2 as a, 3 as b',
      `comment on table z is 'it''s z'`,
      `comment on column z.a is 'of z'`,
      `comment on view a_view is 'of a view'`,
      'create temp table passing as select 1 as a',
      `attach ':memory:' as elsewhere`,
      'create table elsewhere.other as select 1 as a',
    )
    expect(await copy(adapter, path)).toEqual({ unreadable: [] })
    expect(
      await readCopy(
        path,
        'select * from "a ""b"."T t" order by id',
        'select * from a_view',
        'select * from up_to(2)',
        'select index_name from duckdb_indexes()',
        'select comment from duckdb_tables() where comment is not null',
        'select comment from duckdb_columns() where comment is not null',
        'select comment from duckdb_views() where comment is not null',
        'select last_value as n from duckdb_sequences()',
        'select table_name from duckdb_tables() where not internal order by table_name',
      ),
    ).toEqual([
      [
        { id: 5, m: 'ok', n: 1, g: 2 },
        { id: 6, m: 'sad', n: 2, g: 3 },
      ],
      [{ a: 4 }],
      [{ n: '0' }, { n: '1' }],
      [{ index_name: 'on_n' }],
      [{ comment: "it's z" }],
      [{ comment: 'of z' }],
      [{ comment: 'of a view' }],
      [{ n: '7' }],
      [{ table_name: 'T t' }, { table_name: 'z' }],
    ])
    expect((await stat(path)).mode & 0o777).toBe(0o444)
    expect(await beside(path)).toEqual(['copy.duckdb'])
  })

  test('of tables with foreign keys has their rows, also of one that refers to itself', async () => {
    const adapter = create({ path: freshPath() })
    const path = copyPath()
    await run(
      adapter,
      'create table parents (id integer primary key)',
      'create table children (id integer primary key, parent integer references parents (id))',
      'create table grandchildren (child integer references children (id))',
      'create table own (id integer primary key, boss integer references own (id))',
      'create table sums (a integer, b integer generated always as (a + 1))',
      'create view all_ids as select id from children',
      'insert into parents values (1)',
      'insert into children values (2, 1)',
      'insert into grandchildren values (2)',
      'insert into own values (1, null)',
      'insert into own values (2, 1)',
      'insert into sums (a) values (1)',
    )
    expect(await copy(adapter, path)).toEqual({ unreadable: [] })
    expect(
      await readCopy(
        path,
        'from parents',
        'from all_ids',
        'from grandchildren',
        'from own order by id',
        'from sums',
      ),
    ).toEqual([
      [{ id: 1 }],
      [{ id: 2 }],
      [{ child: 2 }],
      [
        { id: 1, boss: null },
        { id: 2, boss: 1 },
      ],
      [{ a: 1, b: 2 }],
    ])
  })

  test('of a database in memory can be made', async () => {
    const adapter = create({ path: ':memory:' })
    const path = copyPath()
    await run(adapter, 'create table t as select 1 as a')
    await copy(adapter, path)
    expect(await readCopy(path, 'from t')).toEqual([[{ a: 1 }]])
  })

  test('names the views that only work in the database itself', async () => {
    const own = join(dirname(copyPath()), 'live.duckdb')
    const adapter = create({ path: own })
    await run(
      adapter,
      'create table t as select 1 as a',
      'create view by_name as select * from live.main.t',
      'create view quoted as select * from "live"."main"."t"',
      "create view harmless as select 'live.main.t' as a, live.a as b from t as live",
      'create view broken as select * from live.main.t',
      'create table gone as select 1 as a',
      'create or replace view broken as select * from live.main.gone',
      'drop table gone',
    )
    const other = copyPath()
    expect(await copy(adapter, other)).toEqual({ unreadable: ['main.by_name', 'main.quoted'] })
    const same = join(`${freshPath()}.d`, 'live.duckdb')
    expect(await copy(adapter, same)).toEqual({ unreadable: [] })
    expect(await readCopy(same, 'from by_name')).toEqual([[{ a: 1 }]])
  })

  test('is one state of the database while others write, and readers of the old copy keep it', async () => {
    const adapter = create({ path: freshPath() })
    const path = copyPath()
    await run(adapter, 'create table a as select 0 as v', 'create table b as select 0 as v')
    await copy(adapter, path)
    const early = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' })
    const reader = await early.connect()
    const stop = new AbortController()
    const writing = (async () => {
      for (let v = 1; !stop.signal.aborted; v += 1) {
        const rows = `select ${v} as v from range(2000)`
        await adapter.transaction({}, async (session) => {
          await session.execute(`create or replace table a as ${rows}`)
          await session.execute(`create or replace table b as ${rows}`)
          await session.execute(`create table c${v} as select 1 as a`)
        })
      }
    })()
    const seen: unknown[] = []
    const differences = 'select count(*) as n from (select v from a union select v from b)'
    for (let round = 0; round < 15; round += 1) {
      await copy(adapter, path)
      seen.push(...(await readCopy(path, differences)))
    }
    stop.abort()
    await writing
    expect(seen).toEqual(Array.from({ length: 15 }, () => [{ n: '1' }]))
    expect((await reader.runAndReadAll('from a')).getRowObjectsJson()).toEqual([{ v: 0 }])
    reader.closeSync()
    early.closeSync()
    expect(await beside(path)).toEqual(['copy.duckdb'])
  })

  test('cannot be seen in the database while it is made', async () => {
    const adapter = create({ path: freshPath() })
    await run(
      adapter,
      'create table t as select range as a, md5(range::text) as b from range(200000)',
    )
    const ended = new AbortController()
    const copying = copy(adapter, copyPath()).finally(() => ended.abort())
    const counts = new Set<string>()
    let looks = 0
    while (!ended.signal.aborted) {
      const found = await read(
        adapter,
        `select (select count(*) from information_schema.tables) as tables,
  (select count(*) from duckdb_databases() where not internal) as databases`,
      )
      counts.add(JSON.stringify(found))
      looks += 1
    }
    await copying
    expect(looks).toBeGreaterThan(1)
    expect([...counts]).toEqual(['[{"tables":1,"databases":1}]'])
  })

  test('keeps the lock of the database: another process is refused before and after', async () => {
    const own = freshPath()
    const adapter = create({ path: own })
    await run(adapter, 'create table t as select 1 as a', 'checkpoint')
    await copy(adapter, copyPath())
    const program = join(inject('workFolder'), `open-${basename(own)}.mjs`)
    const driver = JSON.stringify(createRequire(import.meta.url).resolve('@duckdb/node-api'))
    await writeFile(
      program,
      `import duckdb from ${driver}
const open = duckdb.DuckDBInstance.create(${JSON.stringify(own)})
console.log(await open.then(() => 'open', (error) => error.message))`,
    )
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [said] = await once(child.stdout, 'data')
    expect(String(said)).toMatch(/Could not set lock/)
  })

  test('that fails leaves the old one and no leftovers; leftovers of a killed run go, others stay', async () => {
    const adapter = create({ path: freshPath() })
    const path = copyPath()
    await run(adapter, 'create table t as select 1 as a')
    await copy(adapter, path)
    const folder = dirname(path)
    const living = `.copy.duckdb.${process.ppid}-0123abcd.copying`
    const dead = `.copy.duckdb.4194399-0123abcd.copying`
    const ours = `.copy.duckdb.${process.pid}-0123abcd.copying`
    const strangers = ['.other.duckdb.4194399-0123abcd.copying', 'copy.duckdb.wal.txt']
    for (const name of [living, dead, `${dead}.wal`, ours, ...strangers]) {
      await writeFile(join(folder, name), '')
    }
    await run(adapter, 'insert into t values (2)')
    await copy(adapter, path)
    expect(await readdir(folder)).toEqual([living, ...strangers, 'copy.duckdb'].toSorted())
    const blocked = join(`${freshPath()}.d`, 'blocked')
    await mkdir(join(blocked, 'copy.duckdb', 'x'), { recursive: true })
    await expect(copy(adapter, join(blocked, 'copy.duckdb'))).rejects.toThrow(
      'a folder of that name',
    )
    expect(await readdir(blocked)).toEqual(['copy.duckdb'])
    expect(await readCopy(path, 'select count(*) as n from t')).toEqual([[{ n: '2' }]])
    expect(await read(adapter, 'select count(*) as n from t')).toEqual([{ n: 2 }])
  })

  test('replaces neither the database nor a file that can be written', async () => {
    const own = freshPath()
    await run(create({ path: own }), 'create table t as select 1 as a')
    const link = `${own}-link`
    await symlink(own, link)
    const notes = `${own}.txt`
    await writeFile(notes, 'by hand')
    const refusal = async (publishCopy: string, path = own) =>
      await create({ path, publishCopy })
        .connect()
        .catch((reason: unknown) => reason)
    const expected = (what: string, found: string) =>
      new ConnectionError(
        'invalid-value',
        `expected "publish_copy" to name ${what}, found ${found}`,
        'name a file that does not exist yet: it is replaced after each commit',
      )
    const database = 'a file beside the database'
    expect(await refusal(own)).toEqual(expected(database, `the database itself: "${own}"`))
    expect(await refusal(link)).toEqual(expected(database, `the database itself: "${link}"`))
    expect(await refusal(`${own}.wal`)).toEqual(
      expected(database, `the database itself: "${own}.wal"`),
    )
    const fresh = freshPath()
    expect(await refusal(fresh, fresh)).toEqual(
      expected(database, `the database itself: "${fresh}"`),
    )
    const folder = dirname(own)
    expect(await refusal(folder)).toEqual(expected('a file', `a folder: "${folder}"`))
    expect(await refusal(join(notes, 'copy.duckdb'))).toEqual(
      expected(
        'a file that can be written',
        `a part of the path is a file, not a folder: "${join(notes, 'copy.duckdb')}"`,
      ),
    )
    expect(await refusal(notes)).toEqual(
      expected('a read-only copy', `a file that can be written: "${notes}"`),
    )
    expect(await readFile(notes, 'utf8')).toBe('by hand')
    await chmod(notes, 0o444)
    expect(await refusal(notes)).toBe(undefined)
  })
})
