/** A target to the dialect of its database alone: no driver, no connection. */
import type { Dialect } from '../core/dialect.ts'
import type { Target } from '../core/target.ts'

/** The dialect alone: no driver, no connection. */
export async function dialectOf(target: Target): Promise<Dialect> {
  switch (target.type) {
    case 'duckdb': {
      const { duckdbDialect } = await import('../adapters/duckdb/dialect.ts')
      return duckdbDialect
    }
    case 'postgres': {
      const { postgresDialect } = await import('../adapters/postgres/dialect.ts')
      return postgresDialect
    }
  }
}
