/** A database that does nothing but what a script says: for failures and times that a real one cannot give. */
import { setTimeout as delay } from 'node:timers/promises'
import { duckdbDialect } from '../../../../src/adapters/duckdb/dialect.ts'
import type { Adapter, Row, Session } from '../../../../src/core/adapter.ts'
import type { DatabaseFault } from '../../../../src/core/database/database-errors.ts'

/** What happens when a model is built or a test is run: `attempt` counts from 1. */
export type Script = Readonly<Record<string, (attempt: number, signal: AbortSignal) => unknown>>

/** Another try may pass. */
export class Conflict extends Error {}

export interface FakeAdapter extends Adapter {
  /** `a begins`, `a commits`, `a rolls back`, `t runs`, `ledger`, `drop detached`. */
  readonly log: readonly string[]
  /** Most transactions open at once. */
  mostAtOnce(): number
}

/** Takes a while, and stops when it is told to. */
export function takes(milliseconds: number) {
  return (_: number, signal: AbortSignal) => delay(milliseconds, undefined, { signal })
}

export function fails(message: string) {
  return () => {
    throw new Error(message)
  }
}

export function createFakeAdapter(script: Script): FakeAdapter {
  const log: string[] = []
  const attempts = new Map<string, number>()
  let open = 0
  let most = 0
  const play = async (name: string, signal: AbortSignal): Promise<void> => {
    const attempt = (attempts.get(name) ?? 0) + 1
    attempts.set(name, attempt)
    signal.throwIfAborted()
    await script[name]?.(attempt, signal)
  }
  const sessionWith = (signal: AbortSignal, built: string[]): Session => ({
    openReader: () => Promise.reject(new Error('nothing is read here')),
    async execute(sql) {
      const name = /"(\w+)__assay_new" as\n/.exec(sql)?.[1]
      if (name !== undefined) {
        built.push(name)
        log.push(`${name} begins`)
        await play(name, signal)
      }
      return { rowsAffected: 1 }
    },
    async query(sql): Promise<readonly Row[]> {
      const test = /'(\w+)' as test_name/.exec(sql)?.[1]
      if (test === undefined) return [{ fencing_token: '1' }]
      log.push(`${test} runs`)
      await play(test, signal)
      const isBad = script[test] === badRows
      return [{ failures: isBad ? 2 : 0, should_warn: isBad, should_error: isBad }]
    },
    queryOnce: async () => [],
    queryTable: async () => ({ columns: [], rows: [] }),
    setComment: () => {},
    belongings: async () => undefined,
    publishFile: async () => [],
    ensureIndexes: async () => [],
    managedIndexes: async () => [],
    freshenStatistics: async () => undefined,
    readsDetached: async () => false,
    ask: async () => ({ columns: [], rows: [] }),
    appendText: async () => 0,
    describe: async () => undefined,
    identify: async () => '1',
    async *readText() {},
    async *readTable() {},
    writeParquet: async () => 0,
    lockForSwap: async () => undefined,
    swapTable: async () => [],
    alterTable: async () => [],
    replaceView: async () => [],
  })
  const never = new AbortController().signal
  return {
    log,
    mostAtOnce: () => most,
    dialect: duckdbDialect,
    maxConnections: 99,
    isExclusive: true,
    isAlone: () => true,
    sessionName: 'fake',
    showAlive: async () => ({ run: async () => undefined, release: async () => undefined }),
    isAlive: async () => true,
    endHolder: async () => undefined,
    connect: async () => undefined,
    close: async () => undefined,
    readMissingRights: () => Promise.resolve([]),
    readCatalog: async () => [],
    readSchemas: async (schemas) => new Set(schemas),
    readState: async () => ({ schemas: new Set(), relations: new Map() }),
    async transaction({ signal = never }, work) {
      const built: string[] = []
      open += 1
      most = Math.max(most, open)
      try {
        const value = await work(sessionWith(signal, built))
        log.push(built.length === 0 ? 'ledger' : `${built.join()} commits`)
        return value
      } catch (error) {
        if (built.length > 0) log.push(`${built.join()} rolls back`)
        throw error
      } finally {
        open -= 1
      }
    },
    session: ({ signal = never }, work) => work(sessionWith(signal, [])),
    readOnly: ({ signal = never }, work) => work(sessionWith(signal, [])),
    async dropDetached() {
      log.push('drop detached')
      await script['drop detached']?.(1, never)
    },
    explainError: (error): DatabaseFault => ({
      message: error instanceof Error ? error.message : String(error),
      retryable: error instanceof Conflict,
    }),
  }
}

/** A test that finds two rows. */
export const badRows = (): undefined => undefined
