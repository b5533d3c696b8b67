/** Makes the schemas that are missing, also while another run makes the same ones. */
import type { Adapter } from '../adapter.ts'

/**
 * Before the first node, since two transactions that make one schema conflict. So may two runs (Postgres looks for the
 * schema before it makes it): then the other one has made it.
 */
export async function makeSchemas(adapter: Adapter, missing: readonly string[]): Promise<void> {
  for (const schema of missing) {
    try {
      await adapter.session({}, (session) => session.execute(adapter.dialect.createSchema(schema)))
    } catch (error) {
      const present = await adapter.readSchemas([schema])
      if (!present.has(schema)) throw error
    }
  }
}
