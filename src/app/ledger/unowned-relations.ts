/** Tables and views that assay made and that no node of the project makes any more: said, never dropped. */
import { type Adapter, type Session, textCell } from '../../core/adapter.ts'
import { stateOf } from '../../core/database/warehouse-state.ts'
import { type Diagnostic, warningDiagnostic } from '../../core/diagnostic.ts'
import { isReferable } from '../../core/node.ts'
import { quarantineOf, type Relation } from '../../core/relation.ts'
import { readOwnedRelations } from '../../ledger/owned-relations.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { quarantineColumns } from '../../transform/plan/materializations/quarantine/split-rows.ts'
import { builtNodes } from './look-at-ledger.ts'

/** Looks only at schemas the project still writes to: another prefix or target has relations of its own. */
export async function findUnowned(
  adapter: Adapter,
  manifest: Manifest,
): Promise<readonly Relation[]> {
  const made = [...manifest.nodes.values()].flatMap((node) =>
    isReferable(node) ? [node.relation] : [],
  )
  const known = new Set([
    ...builtNodes(manifest).map(({ relation }) => nameOf(relation)),
    ...[...manifest.nodes.values()].flatMap((node) =>
      node.resourceType === 'model' && node.quarantine !== undefined
        ? [nameOf(node.quarantine.relation)]
        : [],
    ),
  ])
  const schemas = new Set(made.map((relation) => relation.schema))
  const owned = await adapter.session({}, async (session) => {
    const published = await readOwnedRelations(session, manifest.project.name)
    const relations = published.map(({ relation }) => relation)
    return [...relations, ...(await readQuarantines(session, relations))]
  })
  const lost = owned.filter(
    (relation) => schemas.has(relation.schema) && !known.has(nameOf(relation)),
  )
  if (lost.length === 0) return []
  const state = await adapter.readState([...new Set(lost.map((relation) => relation.schema))])
  return lost.filter((relation) => stateOf(state, relation) !== undefined)
}

/** Beside the relations that were published: a quarantine has no row of its own in the ledger. */
async function readQuarantines(
  session: Session,
  published: readonly Relation[],
): Promise<readonly Relation[]> {
  const rows = await session.query(
    'select table_schema, table_name from information_schema.columns where column_name = $1',
    [quarantineColumns.reasons],
  )
  const found = new Set(
    rows.map((row) => `${textCell(row, 'table_schema')}.${textCell(row, 'table_name')}`),
  )
  return published.map(quarantineOf).filter((relation) => found.has(nameOf(relation)))
}

export function unownedWarnings(relations: readonly Relation[]): readonly Diagnostic[] {
  return relations.map((relation) =>
    warningDiagnostic({
      code: 'unowned-relation',
      message: `expected a model or seed for every relation that assay made, found none for "${nameOf(relation)}"`,
      hint: 'its file was removed, renamed or disabled, or it is ephemeral now: drop the relation when nobody reads it',
    }),
  )
}

function nameOf({ schema, identifier }: Relation): string {
  return `${schema}.${identifier}`
}
