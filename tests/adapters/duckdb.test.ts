/** What only DuckDB has: one file, one instance in a process, one process at a time. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { afterEach, describe, expect, inject, test } from 'vitest'
import { createDuckdbAdapter } from '../../src/adapters/duckdb/adapter.ts'
import { LockedError } from '../../src/adapters/duckdb/opening/open-errors.ts'
import type { Adapter } from '../../src/core/adapter.ts'
import { ConnectionError } from '../../src/core/database/database-errors.ts'
import { type DuckdbTarget, noExtras } from '../../src/core/target.ts'
import { isWanted } from '../support/servers.ts'
import { read, run } from './contract/publishing.ts'

/** A program that opens a DuckDB file, says so, and holds it until its input ends. */
const holderText = `
import duckdb from ${JSON.stringify(createRequire(import.meta.url).resolve('@duckdb/node-api'))}
try {
  const instance = await duckdb.DuckDBInstance.create(process.argv[2])
  process.stdout.write('open')
  process.stdin.on('end', () => { instance.closeSync(); process.exit(0) }).resume()
} catch (error) {
  process.stdout.write(error.message)
}`
let count = 0

function shorten(command: string): string {
  return command.length > 120 ? `${command.slice(0, 120)}...` : command
}

describe.skipIf(!isWanted('duckdb'))('duckdb', () => {
  const open: Adapter[] = []
  const children: ChildProcess[] = []
  const freshPath = () => join(inject('workFolder'), `own-${process.pid}-${(count += 1)}.duckdb`)
  const create = (path: string, changes: Partial<DuckdbTarget> = {}) => {
    const adapter = createDuckdbAdapter({
      type: 'duckdb',
      extras: noExtras,
      name: 'test',
      schema: 'main',
      threads: 2,
      timezone: 'UTC',
      isAtomic: false,
      leaseTimeoutMs: 60_000,
      path,
      ...changes,
    })
    open.push(adapter)
    return adapter
  }
  /** Another process that tries to open the file; gives what it says. */
  const holdElsewhere = async (path: string) => {
    const holder = join(inject('workFolder'), 'hold.mjs')
    await writeFile(holder, holderText)
    const child = spawn(process.execPath, [holder, path], { stdio: ['pipe', 'pipe', 'inherit'] })
    children.push(child)
    const ended = once(child, 'exit').then(() => ['it ended'])
    const [said] = await Promise.race([once(child.stdout, 'data'), ended])
    return { child, said: String(said).trim() }
  }
  afterEach(async () => {
    await Promise.all(open.splice(0).map((adapter) => adapter.close()))
    for (const child of children.splice(0)) child.kill()
  })
  const refusal = async (path: string) =>
    await create(path)
      .connect()
      .catch((reason: unknown) => reason)

  test('two adapters on one file share the instance, however it is named', async () => {
    const path = freshPath()
    const link = `${path}-link`
    const first = create(path)
    await run(first, 'create table t as select 1 as a')
    await symlink(path, link)
    const second = create(link)
    const third = create(join(inject('workFolder'), '.', relative(inject('workFolder'), path)))
    await run(second, 'insert into t values (2)')
    await first.close()
    await run(third, 'insert into t values (3)')
    expect(await read(second, 'select a from t order by a')).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }])
    await second.close()
    await third.close()
    const again = create(path)
    expect(await read(again, 'select count(*) as n from t')).toEqual([{ n: 3 }])
  })

  test('databases in memory are apart', async () => {
    const [first, second] = [create(':memory:'), create(':memory:')]
    await run(first, 'create table t as select 1 as a')
    expect((await second.readState(['main'])).relations.size).toBe(0)
  })

  test('a closed adapter lets go of the file, and may be opened again', async () => {
    const path = freshPath()
    const adapter = create(path)
    await run(adapter, 'create table t as select 1 as a')
    await adapter.close()
    const { child, said } = await holdElsewhere(path)
    expect(said).toBe('open')
    child.stdin?.end()
    await once(child, 'exit')
    expect(await read(adapter, 'select a from t')).toEqual([{ a: 1 }])
  })

  test('while it is open another process is refused, also after the file was only looked at', async () => {
    const path = freshPath()
    const adapter = create(path)
    await run(adapter, 'create table t as select 1 as a', 'checkpoint')
    await create(path).connect()
    const { said } = await holdElsewhere(path)
    expect(said).toMatch(/Could not set lock/)
  })

  test('a file that another process holds is answered with its id and command', async () => {
    const path = freshPath()
    const { child, said } = await holdElsewhere(path)
    expect(said).toBe('open')
    const command = [process.execPath, join(inject('workFolder'), 'hold.mjs'), path]
    expect(await refusal(path)).toEqual(
      new LockedError(
        `process ${child.pid} (${shorten(command.join(' '))})`,
        `could not open "${path}": process ${child.pid} (${shorten(command.join(' '))}) has it open, and DuckDB lets one process at a time`,
        `wait for it to end, or stop it: kill ${child.pid}`,
      ),
    )
    child.stdin?.end()
    await once(child, 'exit')
    expect(await refusal(path)).toBe(undefined)
  })

  test('a file that is no database is never touched', async () => {
    const notDatabase = (path: string) =>
      new ConnectionError(
        'not-a-database',
        `expected a DuckDB file, found something else: "${path}"`,
        'give `path:` the name of a DuckDB file, or of one that does not exist yet',
      )
    for (const content of ['', 'a', 'id,name\n1,x\n'.repeat(1000)]) {
      const path = `${freshPath()}.csv`
      await writeFile(path, content)
      expect(await refusal(path)).toEqual(notDatabase(path))
    }
  })

  test('a folder, and a folder that cannot be made, are named', async () => {
    const folder = freshPath()
    await mkdir(folder)
    expect(await refusal(folder)).toEqual(
      new ConnectionError(
        'connection-failed',
        `expected a DuckDB file, found a folder: "${folder}"`,
        'name a file in it, e.g. assay.duckdb',
      ),
    )
    await writeFile(join(folder, 'file'), '')
    const below = join(folder, 'file', 'x.duckdb')
    expect(await refusal(below)).toEqual(
      new ConnectionError(
        'connection-failed',
        `could not open "${below}": a part of the path is a file, not a folder`,
        'check that the folder exists and that you may write to it',
      ),
    )
    expect(await refusal('/proc/nope/x.duckdb')).toMatchObject({ code: 'connection-failed' })
  })

  test('missing folders are made', async () => {
    const path = join(freshPath(), 'a', 'b', 'x.duckdb')
    expect(await refusal(path)).toBe(undefined)
  })

  test('every connection has the settings of the target', async () => {
    const adapter = create(freshPath(), {
      timezone: 'Europe/Vienna',
      memoryLimit: '512MB',
      tempDirectory: '/tmp/assay-spill',
    })
    const settings = `select
  current_setting('TimeZone') as zone,
  current_setting('asof_loop_join_threshold') as asof,
  current_setting('nested_loop_join_threshold') as nested,
  current_setting('merge_join_threshold') as merging,
  current_setting('memory_limit') as memory,
  current_setting('temp_directory') as temp`
    const all = await Promise.all(
      [1, 2, 3].map(() =>
        adapter.transaction({}, async (session) => {
          await new Promise((resolve) => setTimeout(resolve, 50))
          return await session.query(settings)
        }),
      ),
    )
    const expected = {
      zone: 'Europe/Vienna',
      asof: 0,
      nested: 0,
      merging: 0,
      memory: '488.2 MiB',
      temp: '/tmp/assay-spill',
    }
    expect(all).toEqual([[expected], [expected], [expected]])
  })

  test('an unknown time zone is a fault of the connection', async () => {
    const adapter = create(freshPath(), { timezone: 'Mars/Olympus' })
    const error = await adapter.connect().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ConnectionError)
    expect(error).toMatchObject({
      message: expect.stringMatching(/unknown TimeZone 'Mars\/Olympus'$/),
    })
  })

  test('a conflict of two writers may be tried again', async () => {
    const adapter = create(freshPath())
    await run(adapter, 'create table t as select 1 as a')
    const error = await adapter
      .transaction({}, async (first) => {
        await first.execute('update t set a = 2')
        await adapter.transaction({}, (second) => second.execute('update t set a = 3'))
      })
      .catch((reason: unknown) => reason)
    expect(adapter.explainError(error)).toEqual({ message: 'conflict on update', retryable: true })
    const creating = await adapter
      .transaction({}, async (first) => {
        await first.execute('create table c as select 2 as a')
        await adapter.transaction({}, (second) => second.execute('create table c as select 3 as a'))
      })
      .catch((reason: unknown) => reason)
    expect(adapter.explainError(creating)).toMatchObject({ retryable: true })
  })

  test('a checkpoint that readers prevent is no failure of the writer', async () => {
    const adapter = create(freshPath())
    await run(
      adapter,
      'create table t as select range as a from range(10000)',
      "set checkpoint_threshold = '1kb'",
    )
    await adapter.readOnly({}, async (reader) => {
      await reader.query('select count(*) from t')
      for (let n = 0; n < 5; n += 1) {
        await adapter.transaction({}, (session) =>
          session.execute('insert into t select * from range(10000)'),
        )
      }
    })
    expect(await read(adapter, 'select count(*) as n from t')).toEqual([{ n: 60_000 }])
  })

  test('a key under a unique index is deleted and inserted again in one transaction, also by a file just opened', async () => {
    const path = freshPath()
    const first = create(path)
    await run(first, 'create schema "Shop"')
    await run(
      first,
      'create table "Shop"."T" (id integer, day integer, twice integer as (day * 2))',
    )
    await run(first, 'insert into "Shop"."T" values (1, 1), (2, 2)')
    await run(first, 'create unique index by_id on "Shop"."T" (id)')
    await first.close()
    for (const [deletion, insertion] of [
      ['delete from "Shop"."T" where day = 2', 'insert into "Shop"."T" values (2, 2)'],
      ['-- a hook\nDELETE FROM shop.t WHERE id = 2', 'insert into shop.t values (2, 2)'],
      ['truncate table "Shop"."T"', 'insert into "Shop"."T" values (1, 1), (2, 2)'],
      [
        'merge into "Shop"."T" as t using (select 2 as id) as b on t.id = b.id when matched then delete',
        'insert into "Shop"."T" values (2, 2)',
      ],
    ] as const) {
      const again = create(path)
      await again.transaction({}, async (session) => {
        await session.execute(deletion)
        await session.execute(insertion)
      })
      expect(await read(again, 'select id, day from "Shop"."T" order by id')).toEqual([
        { id: 1, day: 1 },
        { id: 2, day: 2 },
      ])
      await again.close()
    }
  })

  test('a view whose table is gone is still described as a view', async () => {
    const adapter = create(freshPath())
    await run(adapter, 'create table t as select 1 as rowid', 'create view v as select * from t')
    const describe = (identifier: string) =>
      adapter.session({}, (session) => session.describe({ schema: 'main', identifier }))
    expect(await describe('v')).toMatchObject({ kind: 'view', columns: [{ name: 'rowid' }] })
    expect(await describe('t')).toMatchObject({ kind: 'table', columns: [{ name: 'rowid' }] })
    await run(adapter, 'drop table t')
    expect(await describe('v')).toMatchObject({ kind: 'view', columns: [] })
  })
})
