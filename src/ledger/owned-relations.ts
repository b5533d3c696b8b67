/** What a project has published by the ledger, whether or not its code still knows it. */
import { type Session, textCell } from '../core/adapter.ts'
import type { Relation } from '../core/relation.ts'

export interface OwnedRelation {
  readonly uniqueId: string
  readonly relation: Relation
}

/** The newest publisher of each relation that a node of the project has published. */
export async function readOwnedRelations(
  session: Session,
  projectName: string,
): Promise<readonly OwnedRelation[]> {
  const rows = await session.query(
    `select distinct on (relation_key) relation_key, unique_id, schema_name, identifier
from _assay.node_runs
where status = 'success' and split_part(unique_id, '.', 2) = $1
order by relation_key, coalesce(node_runs.version, 0) desc`,
    [projectName],
  )
  return rows.map((row) => ({
    uniqueId: textCell(row, 'unique_id'),
    relation: { schema: textCell(row, 'schema_name'), identifier: textCell(row, 'identifier') },
  }))
}
