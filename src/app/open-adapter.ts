/** A target to an open database; a driver is loaded only when a target names it. */
import type { Adapter } from '../core/adapter.ts'
import { CommitUnknownError, ConnectionError } from '../core/database/database-errors.ts'
import { errorDiagnostic } from '../core/diagnostic.ts'
import { failure, type Result, success } from '../core/result.ts'
import type { Target } from '../core/target.ts'
import { LedgerVersionError } from '../ledger/schema/migrate-ledger.ts'
import type { Surroundings } from './surroundings.ts'
import { LeaseHeldError } from './run/leases/lease-relations.ts'

/** How long to wait for another process that has the database for itself. */
export interface OpenPatience {
  /** Until this aborts. */
  readonly signal: AbortSignal
  readonly onWaiting: (holder: string) => void
}

/** Says who is waited for. */
export function tellingPatience({
  signal,
  emit,
}: Pick<Surroundings, 'signal' | 'emit'>): OpenPatience {
  return {
    signal,
    onWaiting: (holder) => {
      const message = `waiting for ${holder}, which has the file open`
      emit({ type: 'log', message, node: undefined })
    },
  }
}

export async function createAdapter(target: Target, wait?: OpenPatience): Promise<Adapter> {
  switch (target.type) {
    case 'duckdb': {
      const { createDuckdbAdapter } = await import('../adapters/duckdb/adapter.ts')
      return createDuckdbAdapter(target, wait === undefined ? {} : { wait })
    }
    case 'postgres': {
      const { createPostgresAdapter } = await import('../adapters/postgres/adapter.ts')
      return createPostgresAdapter(target)
    }
  }
}

/** Connects, works, closes. No connection, or a ledger of a newer version: a diagnostic, nothing begun. */
export async function withAdapter<T>(
  target: Target,
  work: (adapter: Adapter) => Promise<T>,
  wait?: OpenPatience,
): Promise<Result<T>> {
  const adapter = await createAdapter(target, wait)
  try {
    await adapter.connect()
    return success(await work(adapter))
  } catch (error) {
    if (error instanceof ConnectionError) {
      return failure([
        errorDiagnostic({ code: error.code, message: error.message, hint: error.hint }),
      ])
    }
    if (error instanceof LedgerVersionError) {
      return failure([
        errorDiagnostic({ code: 'ledger-version', message: error.message, hint: error.hint }),
      ])
    }
    if (error instanceof LeaseHeldError) {
      return failure([
        errorDiagnostic({ code: 'lease-held', message: error.message, hint: error.hint }),
      ])
    }
    // Before the first node: what was taken is given back by who asks next.
    if (error instanceof CommitUnknownError) {
      const { message, hint } = adapter.explainError(error)
      return failure([errorDiagnostic({ code: 'database-error', message, hint })])
    }
    // Before the first node: making the ledger or a schema, say. A node's own errors never come this far.
    if (error instanceof Error && /^(?:Duckdb|Postgres)Error$/.test(error.name)) {
      const { message, hint } = adapter.explainError(error)
      return failure([
        errorDiagnostic({ code: 'database-error', message, hint: hint ?? hintFor(message) }),
      ])
    }
    throw error
  } finally {
    await adapter.close()
  }
}

function hintFor(message: string): string | undefined {
  if (message.endsWith('in a read-only transaction')) {
    return 'it is a replica, or default_transaction_read_only is on: let the target name a database that takes writes'
  }
  return /permission denied for database/.test(message)
    ? 'a build makes its schemas and "_assay": grant create on the database to the user, or make them and grant create on them'
    : undefined
}

/** For people and logs: where the data is, never a secret. */
export function describeDatabase(target: Target, root: string): string {
  switch (target.type) {
    case 'duckdb':
      return `duckdb ${target.path.startsWith(`${root}/`) ? target.path.slice(root.length + 1) : target.path}`
    case 'postgres':
      return `postgres ${target.user}@${target.host}:${target.port}/${target.database}`
  }
}
