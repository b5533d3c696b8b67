/** Brings the ledger of a database to the version this program knows. */
import { type Adapter, type Session, textCell } from '../../core/adapter.ts'
import { ledgerSchema, ledgerVersion, type Migration, migrations } from './migrations.ts'

/** The ledger was written by a newer version of assay. */
export class LedgerVersionError extends Error {
  readonly found: number
  readonly known: number
  readonly hint = 'upgrade assay to the version that wrote it, or use another target'
  constructor(found: number, known: number) {
    super(
      `the ledger in schema "${ledgerSchema}" has version ${found}, this assay knows versions up to ${known}`,
    )
    this.name = 'LedgerVersionError'
    this.found = found
    this.known = known
  }
}

const attempts = 20

/** One query when the ledger is current; throws a `LedgerVersionError` when it is newer. */
export async function migrateLedger(adapter: Adapter): Promise<void> {
  const version = await adapter.session({}, readVersion)
  if (version === ledgerVersion) return
  await adapter.session({}, async (lock) => {
    // Two first runs at once would both make the tables; DuckDB has one process, and its conflict is tried again.
    const isShared = adapter.dialect.name === 'postgres'
    if (isShared)
      await lock.query('select pg_advisory_lock(hashtext($1)) is null as locked', [ledgerSchema])
    try {
      await applyMissing(adapter)
    } finally {
      if (isShared)
        await lock.query('select pg_advisory_unlock(hashtext($1)) as unlocked', [ledgerSchema])
    }
  })
}

/** Tries again when another user of the same DuckDB instance was first. */
async function applyMissing(adapter: Adapter): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await applyOnce(adapter)
    } catch (error) {
      if (attempt === attempts || !adapter.explainError(error).retryable) throw error
    }
  }
}

async function applyOnce(adapter: Adapter): Promise<void> {
  const version = await adapter.session({}, readVersion)
  if (version > ledgerVersion) throw new LedgerVersionError(version, ledgerVersion)
  for (const migration of migrations) {
    if (migration.version > version) await apply(adapter, migration)
  }
}

/** 0: there is no ledger yet. Asking for the table only when it fails keeps a current ledger at one query. */
async function readVersion(session: Session): Promise<number> {
  try {
    return await queryVersion(session)
  } catch {
    const table = await session.describe({ schema: ledgerSchema, identifier: 'migrations' })
    if (table === undefined) return 0
    // Someone made it in between, or the failure had another reason and comes again.
    return await queryVersion(session)
  }
}

async function queryVersion(session: Session): Promise<number> {
  const [row] = await session.query(
    `select cast(coalesce(max(version), 0) as text) as version from ${ledgerSchema}.migrations`,
  )
  return row === undefined ? 0 : Number(textCell(row, 'version'))
}

async function apply(adapter: Adapter, migration: Migration): Promise<void> {
  await adapter.transaction({}, async (session) => {
    if (migration.version === 1) await createFoundation(adapter, session)
    // Asked again in the transaction: another user of the same instance may have been first.
    if ((await queryVersion(session)) >= migration.version) return
    if (adapter.dialect.name === 'duckdb') {
      // A migration of indexes alone changes nothing there: two at once would not meet, and both be recorded.
      const version = `version ${String(migration.version)}`
      await session.execute(`comment on table ${ledgerSchema}.migrations is '${version}'`)
    }
    const indexes = adapter.dialect.name === 'postgres' ? (migration.indexes ?? []) : []
    for (const statement of [...migration.statements, ...indexes]) await session.execute(statement)
    await session.execute(
      `insert into ${ledgerSchema}.migrations (version, applied_at) values ($1, current_timestamp)`,
      [migration.version],
    )
  })
}

async function createFoundation(adapter: Adapter, session: Session): Promise<void> {
  // Postgres asks for the right to make schemas even where there is nothing to make.
  const schemas = await adapter.readSchemas([ledgerSchema])
  if (!schemas.has(ledgerSchema)) await session.execute(adapter.dialect.createSchema(ledgerSchema))
  await session.execute(
    `create table if not exists ${ledgerSchema}.migrations (version integer not null, applied_at timestamptz not null)`,
  )
}
