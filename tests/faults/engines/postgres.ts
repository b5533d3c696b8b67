/** Postgres for the harness: a database of its own for each world, on a server that the caller started. */
import { randomUUID } from 'node:crypto'
import { chownSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client, type ClientConfig } from 'pg'
import {
  type Cells,
  type Database,
  type Engine,
  NoSuchRelation,
  type Query,
  type ServerControl,
  toCell,
} from './engine.ts'

export interface ServerFacts {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
}

/** `server` left out: it is not ours to stop. */
export function createPostgresEngine(facts: ServerFacts, server?: ServerControl): Engine {
  const admin = { ...facts, database: 'postgres' }
  const create = async (options: string) => {
    const name = uniqueName()
    await withClient(admin, (query) => query(`create database ${name} ${options}`))
    return databaseOf(facts, name)
  }
  return {
    name: 'postgres',
    createDatabase: () => create(''),
    createDatabaseOn: async (disk) => {
      const tablespace = uniqueName()
      const place = join(disk, tablespace)
      mkdirSync(place)
      // The server must own it.
      await withClient(admin, async (query) => {
        const [[folder] = []] = await query('show data_directory')
        const { uid, gid } = statSync(folder ?? '')
        chownSync(place, uid, gid)
        await query(`create tablespace ${tablespace} location '${place}'`)
      })
      const database = await create(`tablespace ${tablespace}`)
      const drop = async () => {
        await database.drop()
        await withClient(admin, (query) => query(`drop tablespace ${tablespace}`))
      }
      return { ...database, drop }
    },
    ...(server === undefined ? {} : { server }),
  }
}

function uniqueName(): string {
  return `faults_${randomUUID().replaceAll('-', '')}`
}

function databaseOf(facts: ServerFacts, database: string): Database {
  const config = { ...facts, database }
  return {
    env: {
      PGHOST: facts.host,
      PGPORT: String(facts.port),
      PGUSER: facts.user,
      PGPASSWORD: facts.password,
      PGDATABASE: database,
    },
    use: (work) => withClient(config, work),
    settle: () => withClient(config, waitForChildren),
    openReader: async () => {
      const client = await connect(config)
      return { query: queryOf(client), close: () => client.end().catch(() => undefined) }
    },
    drop: async () => {
      await withClient({ ...facts, database: 'postgres' }, (query) =>
        query(`drop database if exists ${database} with (force)`),
      )
    },
  }
}

async function withClient<T>(config: ClientConfig, work: (query: Query) => Promise<T>): Promise<T> {
  const client = await connect(config)
  try {
    return await work(queryOf(client))
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function connect(config: ClientConfig): Promise<Client> {
  const client = new Client({ ...config, application_name: 'harness' })
  client.on('error', () => {})
  await client.connect()
  return client
}

function queryOf(client: Client): Query {
  return async (text) => {
    try {
      const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' })
      return rows.map((row): Cells => row.map(toCell))
    } catch (error) {
      const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : ''
      if (code === '42P01' || code === '3F000') throw new NoSuchRelation({ cause: error })
      throw error
    }
  }
}

const settleMs = 20_000

/** A backend goes on with the statement that its client has sent, and notices later that nobody is there. */
async function waitForChildren(query: Query): Promise<void> {
  const began = performance.now()
  for (;;) {
    const rows = await query(
      "select pid, state, left(query, 100) from pg_stat_activity where datname = current_database() and application_name not in ('harness', '') and backend_type = 'client backend'",
    )
    if (rows.length === 0) return
    if (performance.now() - began > settleMs) {
      throw new Error(`still there after ${settleMs} ms: ${JSON.stringify(rows)}`)
    }
    await delay(5)
  }
}
