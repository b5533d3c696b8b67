/** A database of its own for `verify`: in memory on DuckDB, a new one on the same server on Postgres; gone afterwards. */
import { randomBytes } from 'node:crypto'
import { type Adapter, type Session, textCell } from '../../core/adapter.ts'
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { DuckdbTarget, PostgresTarget, Target } from '../../core/target.ts'
import { migrateLedger } from '../../ledger/schema/migrate-ledger.ts'
import { ledgerSchema } from '../../ledger/schema/migrations.ts'
import { createAdapter } from '../open-adapter.ts'

export interface Sandbox {
  /** Connections in this time zone to an empty database whose ledger is current; always the same adapter for a zone. */
  adapterIn(timezone: string): Promise<Adapter>
  /** What older runs that were killed had left, and is gone now. */
  readonly removed: readonly string[]
  /** Nothing of it is left. Never throws. */
  close(): Promise<void>
}

export interface SandboxRequest {
  readonly target: Target
  /** An empty database to use instead of a new one (Postgres). */
  readonly database: string | undefined
  readonly now: () => Date
}

export async function openSandbox(request: SandboxRequest): Promise<Result<Sandbox>> {
  const { target, database } = request
  switch (target.type) {
    case 'duckdb':
      return database === undefined ? success(openInMemory(target)) : failure([wrongFlag(database)])
    case 'postgres':
      return database === undefined
        ? await openNewDatabase(request, target)
        : await openGivenDatabase({ ...target, database })
  }
}

/** One thread: sums of floats come out in one order. */
const oneThread = { threads: 1, isAtomic: false } as const

function openInMemory(target: DuckdbTarget): Sandbox {
  const adapters = new Adapters(async (timezone) => {
    const adapter = await createAdapter({ ...target, ...oneThread, path: ':memory:', timezone })
    await adapter.session({}, (session) => session.execute('set threads = 1'))
    return adapter
  })
  return { adapterIn: adapters.in, removed: [], close: adapters.close }
}

function wrongFlag(database: string): Diagnostic {
  return errorDiagnostic({
    code: 'sandbox-unavailable',
    message: `expected --sandbox only with a Postgres target, found "${database}" with DuckDB`,
    hint: 'leave it out: on DuckDB the sandbox lies in memory',
  })
}

const prefix = 'assay_verify_'
/** A run makes its database and connects to it in less. */
const bornMs = 60_000
/** The server waits five seconds in each for those that it ends; vacuum of its own may be slow on a busy machine. */
const dropTries = 6

async function openNewDatabase(
  { now }: SandboxRequest,
  target: PostgresTarget,
): Promise<Result<Sandbox>> {
  // The timeout of the target is meant for models: to copy and drop a database takes what it takes.
  const from = await createAdapter({ ...target, statementTimeoutMs: 0 })
  const { dialect } = from
  const database = `${prefix}${now().getTime().toString(36)}_${randomBytes(4).toString('hex')}`
  let removed: readonly string[] = []
  try {
    removed = await dropLeftovers(from, now().getTime())
    await from.session({}, (session) =>
      session.execute(`create database ${dialect.quote(database)}`),
    )
  } catch (error) {
    await from.close()
    return failure([cannotCreate(target, from.explainError(error).message)])
  }
  const adapters = new Adapters(async (timezone) => {
    const adapter = await createAdapter({ ...target, ...oneThread, database, timezone })
    for (const name of await extensionsOf(from)) await makeExtension(adapter, name)
    return adapter
  })
  const close = async () => {
    await adapters.close()
    for (let left = dropTries; left > 0; left -= 1) if (await dropDatabase(from, database)) break
    await from.close()
  }
  return success({ adapterIn: adapters.in, removed, close })
}

async function extensionsOf(from: Adapter): Promise<readonly string[]> {
  const sql = `select extname from pg_extension where extname <> 'plpgsql' order by extname`
  const rows = await from.session({}, (session) => session.query(sql))
  return rows.map((row) => textCell(row, 'extname'))
}

/** One that this user may not make is missed by the model that needs it, and said there. */
async function makeExtension(adapter: Adapter, name: string): Promise<void> {
  const sql = `create extension if not exists ${adapter.dialect.quote(name)}`
  await adapter.session({}, (session) => session.execute(sql)).catch(() => undefined)
}

function cannotCreate(target: PostgresTarget, message: string): Diagnostic {
  return errorDiagnostic({
    code: 'sandbox-unavailable',
    message: `expected to make a database for the sandbox on ${target.host}:${target.port}, found: ${message}`,
    hint: `grant it (alter role "${target.user}" createdb), or name an empty database with --sandbox`,
  })
}

/** Those of runs that were killed: a run that lives has a connection to its own. */
async function dropLeftovers(from: Adapter, now: number): Promise<readonly string[]> {
  const rows = await from.session({}, (session) =>
    session.query(
      `select datname
from pg_database
where datname like $1 and pg_has_role(datdba, 'usage')
and not exists (select 1 from pg_stat_activity where pg_stat_activity.datname = pg_database.datname)
order by datname`,
      [`${prefix.replaceAll('_', '\\_')}%`],
    ),
  )
  const removed: string[] = []
  for (const name of rows.map((row) => textCell(row, 'datname'))) {
    const born = Number.parseInt(name.slice(prefix.length).split('_')[0] ?? '', 36)
    if (now - born > bornMs && (await dropDatabase(from, name))) removed.push(name)
  }
  return removed
}

/** False: someone else has dropped it, or uses it. */
async function dropDatabase(from: Adapter, database: string): Promise<boolean> {
  try {
    await from.session({}, (session) =>
      session.execute(`drop database if exists ${from.dialect.quote(database)} with (force)`),
    )
    return true
  } catch {
    return false
  }
}

/** It must be empty: what is in it would be dropped between two histories. */
async function openGivenDatabase(target: PostgresTarget): Promise<Result<Sandbox>> {
  const adapters = new Adapters((timezone) => createAdapter({ ...target, ...oneThread, timezone }))
  const first = await createAdapter(target)
  try {
    await first.connect()
    const [found] = await first.session({}, foundIn)
    if (found !== undefined) {
      return failure([
        errorDiagnostic({
          code: 'sandbox-unavailable',
          message: `expected an empty database for --sandbox, found "${target.database}" with ${found}`,
          hint: 'name another one, or drop what is in it',
        }),
      ])
    }
  } finally {
    await first.close()
  }
  const close = async () => {
    await adapters.clear()
    await adapters.close()
  }
  return success({ adapterIn: adapters.in, removed: [], close })
}

const madeHere = 'sandbox of assay verify'

/** Tables, views and schemas of others; what a killed run of verify has left does not count. */
async function foundIn(session: Session): Promise<readonly string[]> {
  const rows = await session.query(
    `select concat('schema "', nspname, '"') as found
from pg_namespace
where nspname not like 'pg\\_%' and nspname not in ('information_schema', 'public')
union all
select concat('"', relname, '"')
from pg_class
where relnamespace = to_regnamespace('public') and relkind in ('r', 'v', 'm', 'p', 'f')
order by found`,
  )
  const [mark] = await session.query(
    `select coalesce(obj_description(to_regnamespace('${ledgerSchema}'), 'pg_namespace'), '') as mark`,
  )
  const isOurs = mark !== undefined && textCell(mark, 'mark') === madeHere
  return isOurs ? [] : rows.map((row) => textCell(row, 'found'))
}

/** One adapter for each time zone, opened when it is first asked for. */
class Adapters {
  readonly #create: (timezone: string) => Promise<Adapter>
  readonly #open = new Map<string, Promise<Adapter>>()

  constructor(create: (timezone: string) => Promise<Adapter>) {
    this.#create = create
  }

  readonly in = (timezone: string): Promise<Adapter> => {
    const opening = this.#open.get(timezone) ?? this.#migrated(timezone)
    this.#open.set(timezone, opening)
    return opening
  }

  async #migrated(timezone: string): Promise<Adapter> {
    const adapter = await this.#create(timezone)
    await adapter.connect()
    await migrateLedger(adapter)
    if (adapter.dialect.name === 'postgres') {
      const { dialect } = adapter
      const mark = `comment on schema ${dialect.quote(ledgerSchema)} is ${dialect.literal(madeHere)}`
      await adapter.session({}, (session) => session.execute(mark))
    }
    return adapter
  }

  /** Every schema goes; `public` is left without tables. */
  async clear(): Promise<void> {
    const [opening] = this.#open.values()
    const adapter = await opening?.catch(() => undefined)
    if (adapter === undefined) return
    await adapter.session({}, async (session) => {
      const schemas = await session.query(
        `select nspname from pg_namespace where nspname not like 'pg\\_%' and nspname not in ('information_schema', 'public')`,
      )
      const names = schemas.map((row) => adapter.dialect.quote(textCell(row, 'nspname')))
      const tables = [...(await adapter.readState(['public'])).relations.values()]
      for (const { kind, relation } of tables) {
        await session.execute(`${adapter.dialect.drop(kind, relation)} cascade`)
      }
      for (const name of names) await session.execute(`drop schema ${name} cascade`)
    })
  }

  readonly close = async (): Promise<void> => {
    for (const opening of this.#open.values()) {
      const adapter = await opening.catch(() => undefined)
      await adapter?.close()
    }
    this.#open.clear()
  }
}
