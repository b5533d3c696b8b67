/** `npx tsx benchmarks/refill-or-swap.ts [rows ..]`: what it costs on Postgres to publish a table by difference, anew or by a swap. */
import { performance } from 'node:perf_hooks'
import { createPostgresAdapter } from '../src/adapters/postgres/adapter.ts'
import { type Adapter, textCell } from '../src/core/adapter.ts'
import type { SwapRequest } from '../src/core/database/publish-requests.ts'
import { startPostgres } from '../tests/support/servers.ts'
import { median } from './measure.ts'

const target = { schema: 'public', identifier: 't' }
const candidate = { schema: 'public', identifier: 't__new' }

interface Way {
  readonly name: string
  readonly request: Pick<SwapRequest, 'key' | 'method'>
  /** One row in so many is another; undefined: none is. */
  readonly changedEvery: number | undefined
}

const ways: readonly Way[] = [
  {
    name: 'difference, 0% changed',
    request: { key: ['id'], method: 'refill' },
    changedEvery: undefined,
  },
  { name: 'difference, 1% changed', request: { key: ['id'], method: 'refill' }, changedEvery: 100 },
  { name: 'difference, 100% changed', request: { key: ['id'], method: 'refill' }, changedEvery: 1 },
  { name: 'delete and insert', request: { method: 'refill' }, changedEvery: undefined },
  { name: 'swap', request: { method: 'rename' }, changedEvery: undefined },
]

interface Figures {
  readonly elapsedMs: number
  readonly walBytes: number
  /** Of the table with its indexes, after by before. */
  readonly growth: number
  readonly longestReadMs: number
}

const select = (rows: number, changedEvery: number | undefined) => `select
  i::bigint as id,
  ${changedEvery === undefined ? 'i' : `case when i % ${changedEvery} = 0 then -i else i end`} as n,
  (i * 1.01)::numeric(12, 2) as amount,
  'customer number ' || i as name,
  timestamptz '2026-01-01 00:00:00+00' + i * interval '1 second' as placed_at
from generate_series(1, ${rows}) as i`

async function prepare(adapter: Adapter, rows: number, isHung: boolean): Promise<void> {
  const statements = [
    'drop table if exists t cascade',
    adapter.dialect.createTableAs(target, select(rows, undefined)),
    ...(isHung
      ? [
          'alter table t add primary key (id)',
          'create index t_placed_at on t (placed_at)',
          'create view v as select id, amount from t',
        ]
      : []),
    'vacuum analyze t',
    'checkpoint',
  ]
  await adapter.session({}, async (session) => {
    for (const statement of statements) await session.execute(statement)
  })
}

async function figure(adapter: Adapter, rows: number, way: Way): Promise<Figures> {
  const one = async (sql: string) =>
    await adapter.session({}, async (session) => textCell((await session.query(sql))[0] ?? {}, 'a'))
  const size = async () => Number(await one(`select pg_total_relation_size('t')::text as a`))
  const sizeBefore = await size()
  const started = { elapsedMs: 0, lsn: '' }
  const reading = { isOn: true, longestMs: 0 }
  const reader = async (): Promise<void> => {
    while (reading.isOn) {
      const begun = performance.now()
      await one('select n::text as a from t limit 1')
      reading.longestMs = Math.max(reading.longestMs, performance.now() - begun)
    }
  }
  let readers: Promise<void> = Promise.resolve()
  await adapter.transaction({}, async (session) => {
    await session.execute(adapter.dialect.createTableAs(candidate, select(rows, way.changedEvery)))
    started.lsn = await one('select pg_current_wal_insert_lsn()::text as a')
    readers = reader()
    started.elapsedMs = performance.now()
    await session.swapTable({ candidate, target, rebuiltLater: new Set(), ...way.request })
  })
  const elapsedMs = performance.now() - started.elapsedMs
  reading.isOn = false
  await readers
  const wal = await one(
    `select (pg_current_wal_insert_lsn() - '${started.lsn}'::pg_lsn)::text as a`,
  )
  return {
    elapsedMs,
    walBytes: Number(wal),
    growth: (await size()) / sizeBefore,
    longestReadMs: reading.longestMs,
  }
}

async function measureWay(
  adapter: Adapter,
  rows: number,
  isHung: boolean,
  way: Way,
): Promise<string> {
  const found: Figures[] = []
  const runs = rows > 1_000_000 ? 1 : 3
  for (let run = 0; run < runs; run += 1) {
    await prepare(adapter, rows, isHung)
    found.push(await figure(adapter, rows, way))
  }
  const of = (pick: (figures: Figures) => number) => median(found.map(pick))
  const cells = [
    rows.toLocaleString('en'),
    isHung ? 'primary key, index, view' : 'nothing',
    way.name,
    `${of(({ elapsedMs }) => elapsedMs / 1000).toFixed(3)} s`,
    `${of(({ walBytes }) => walBytes / 1e6).toFixed(1)} MB`,
    `x ${of(({ growth }) => growth).toFixed(2)}`,
    `${Math.round(Math.max(...found.map(({ longestReadMs }) => longestReadMs)))} ms`,
  ]
  return `| ${cells.join(' | ')} |`
}

const server = await startPostgres([
  'max_connections=50',
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
])
const adapter = createPostgresAdapter({
  type: 'postgres',
  name: 'bench',
  schema: 'public',
  threads: 4,
  timezone: 'UTC',
  isAtomic: false,
  leaseTimeoutMs: 60_000,
  ...server.facts,
  database: 'postgres',
  connectTimeoutMs: 10_000,
  swapTimeoutMs: 60_000,
})
try {
  const asked = process.argv.slice(2).map(Number)
  process.stdout.write(
    '| rows | hangs on it | how | time | WAL | table | longest read |\n|---|---|---|---|---|---|---|\n',
  )
  for (const rows of asked.length === 0 ? [1_000, 100_000, 5_000_000] : asked) {
    for (const isHung of [false, true]) {
      for (const way of ways) {
        process.stdout.write(`${await measureWay(adapter, rows, isHung, way)}\n`)
      }
    }
  }
} finally {
  await adapter.close()
  await server.stop()
}
