/** DuckDB targets and adapters of a test's own; all that are open are closed at the end of a test. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { afterEach, inject } from 'vitest'
import { createDuckdbAdapter, type DuckdbOptions } from '../../src/adapters/duckdb/adapter.ts'
import type { Adapter } from '../../src/core/adapter.ts'
import { type DuckdbTarget, noExtras } from '../../src/core/target.ts'

export interface DuckdbAdapters {
  readonly freshPath: () => string
  readonly create: (target: Partial<DuckdbTarget>, options?: DuckdbOptions) => Adapter
}

/** Call it in a `describe`. */
export function duckdbAdapters(): DuckdbAdapters {
  const open: Adapter[] = []
  afterEach(async () => {
    await Promise.all(open.splice(0).map((adapter) => adapter.close()))
  })
  return {
    freshPath: () => join(inject('workFolder'), `own-${randomUUID()}.duckdb`),
    create(target, options) {
      const adapter = createDuckdbAdapter(
        {
          type: 'duckdb',
          extras: noExtras,
          name: 'test',
          schema: 'main',
          threads: 2,
          timezone: 'UTC',
          isAtomic: false,
          leaseTimeoutMs: 60_000,
          path: ':memory:',
          ...target,
        },
        options,
      )
      open.push(adapter)
      return adapter
    },
  }
}
