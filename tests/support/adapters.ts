/** The databases that suites run on: each gives a fresh database whenever asked. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { Client } from 'pg'
import { describe, inject } from 'vitest'
import type { Adapter } from '../../src/core/adapter.ts'
import {
  type DuckdbTarget,
  type PostgresTarget,
  type Target,
  noExtras,
} from '../../src/core/target.ts'
import { isWanted, type PostgresFacts } from './servers.ts'

export interface TestAdapter {
  readonly name: Target['type']
  /** A database of its own; it is gone after the run. */
  createTarget(): Promise<Target>
}

const duckdbAdapter: TestAdapter = { name: 'duckdb', createTarget: createDuckdbTarget }

/** For what only DuckDB has; skipped where it is not asked for, since a file without any suite is an error. */
export const describeDuckdb = describe.skipIf(!isWanted('duckdb')).each([duckdbAdapter])

/** Those that ADAPTERS asks for and that could start. */
export function testAdapters(): readonly TestAdapter[] {
  const postgres = inject('postgres')
  return [
    ...(isWanted('duckdb') ? [duckdbAdapter] : []),
    ...(postgres === null ? [] : [postgresAdapter(postgres)]),
  ]
}

/** On a server of the test's own, where what a server has can be counted: that of the run has others' databases too. */
export function postgresAdapter(server: PostgresFacts): TestAdapter {
  return { name: 'postgres', createTarget: () => createPostgresTarget(server) }
}

/** The adapter for a target, loaded as the program loads it. */
export async function openAdapter(target: Target): Promise<Adapter> {
  if (target.type === 'duckdb') {
    const { createDuckdbAdapter } = await import('../../src/adapters/duckdb/adapter.ts')
    return createDuckdbAdapter(target)
  }
  const { createPostgresAdapter } = await import('../../src/adapters/postgres/adapter.ts')
  return createPostgresAdapter(target)
}

/** What a server can and says differs. */
export async function postgresMajor(adapter: Adapter): Promise<number> {
  const [row] = await adapter.transaction({}, (session) =>
    session.query(`select current_setting('server_version_num')::int / 10000 as major`),
  )
  return Number(row?.['major'])
}

async function createDuckdbTarget(): Promise<DuckdbTarget> {
  return {
    type: 'duckdb',
    extras: noExtras,
    name: 'test',
    schema: 'main',
    threads: 4,
    timezone: 'UTC',
    isAtomic: false,
    leaseTimeoutMs: 60_000,
    path: join(inject('workFolder'), `${randomUUID()}.duckdb`),
  }
}

async function createPostgresTarget(facts: PostgresFacts): Promise<PostgresTarget> {
  const database = `test_${randomUUID().replaceAll('-', '')}`
  const client = new Client({ ...facts, database: 'postgres' })
  await client.connect()
  try {
    await client.query(`create database ${database}`)
  } finally {
    await client.end()
  }
  return {
    type: 'postgres',
    name: 'test',
    schema: 'public',
    threads: 4,
    timezone: 'UTC',
    isAtomic: false,
    leaseTimeoutMs: 60_000,
    ...facts,
    database,
    connectTimeoutMs: 10_000,
    swapTimeoutMs: 10_000,
  }
}
