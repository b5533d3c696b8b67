/** What the ledger says was published, and what a build left lying about. */
import { NoSuchRelation, type Query } from '../engines/engine.ts'

export interface Ledger {
  /** How often each relation was published, by `schema.name`. */
  readonly publications: ReadonlyMap<string, number>
  /** Anything that should not be there: a publication written twice, a candidate that stayed. */
  readonly faults: readonly string[]
}

export async function readLedger(query: Query): Promise<Ledger> {
  const leftovers = await query(
    `select table_schema, table_name from information_schema.tables
where table_name like '%\\_\\_assay%' escape '\\' and table_schema not like 'pg\\_%' escape '\\'`,
  )
  const faults = leftovers.map(([schema, name]) => `left behind: ${schema}.${name}`)
  try {
    const rows = await query(
      `select schema_name, identifier, count(*)
from _assay.node_runs where status = 'success' group by schema_name, identifier`,
    )
    return {
      publications: new Map(rows.map(([schema, name, n]) => [`${schema}.${name}`, Number(n)])),
      faults,
    }
  } catch (error) {
    if (!(error instanceof NoSuchRelation)) throw error
    return { publications: new Map(), faults }
  }
}
