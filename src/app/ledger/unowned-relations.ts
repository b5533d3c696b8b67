/** Tables and views that assay made and that no node of the project makes any more: said, never dropped. */
import { type Adapter, type Session, textCell } from '../../core/adapter.ts'
import { stateOf } from '../../core/database/warehouse-state.ts'
import { type Diagnostic, warningDiagnostic } from '../../core/diagnostic.ts'
import { isReferable } from '../../core/node.ts'
import { quarantineOf, quarantineSuffix, type Relation } from '../../core/relation.ts'
import { readOwnedRelations } from '../../ledger/owned-relations.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { quarantineColumns } from '../../transform/plan/materializations/quarantine/split-rows.ts'
import { builtNodes } from './look-at-ledger.ts'

export interface UnownedRelation {
  readonly relation: Relation
  /** Of a quarantine whose model is still there: the model, which sets nothing aside any more. */
  readonly quarantineOf: Relation | undefined
}

/** Looks only at schemas the project still writes to: another prefix or target has relations of its own. */
export async function findUnowned(
  adapter: Adapter,
  manifest: Manifest,
): Promise<readonly UnownedRelation[]> {
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
    const quarantines = (await readQuarantines(session, relations)).map(
      ({ quarantine, model }) => ({
        relation: quarantine,
        quarantineOf: known.has(nameOf(model)) ? model : undefined,
      }),
    )
    return [...relations.map((relation) => ({ relation, quarantineOf: undefined })), ...quarantines]
  })
  const lost = owned.filter(
    ({ relation }) => schemas.has(relation.schema) && !known.has(nameOf(relation)),
  )
  if (lost.length === 0) return []
  const state = await adapter.readState([...new Set(lost.map(({ relation }) => relation.schema))])
  return lost.filter(({ relation }) => stateOf(state, relation) !== undefined)
}

interface Quarantine {
  readonly quarantine: Relation
  readonly model: Relation
}

/** Beside the relations that were published: a quarantine has no row of its own in the ledger. Most projects have none. */
async function readQuarantines(
  session: Session,
  published: readonly Relation[],
): Promise<readonly Quarantine[]> {
  const possible = published.map((model) => ({ quarantine: quarantineOf(model), model }))
  const amongNames = await readNames(
    session,
    `select table_schema, table_name from information_schema.tables where right(cast(table_name as text), ${quarantineSuffix.length}) = $1`,
    quarantineSuffix,
  )
  const named = possible.filter(({ quarantine }) => amongNames.has(nameOf(quarantine)))
  if (named.length === 0) return []
  const amongColumns = await readNames(
    session,
    'select table_schema, table_name from information_schema.columns where column_name = $1',
    quarantineColumns.reasons,
  )
  return named.filter(({ quarantine }) => amongColumns.has(nameOf(quarantine)))
}

async function readNames(
  session: Session,
  sql: string,
  parameter: string,
): Promise<ReadonlySet<string>> {
  const rows = await session.query(sql, [parameter])
  return new Set(
    rows.map((row) => `${textCell(row, 'table_schema')}.${textCell(row, 'table_name')}`),
  )
}

export function unownedWarnings(unowned: readonly UnownedRelation[]): readonly Diagnostic[] {
  return unowned.map(({ relation, quarantineOf: model }) => {
    if (model !== undefined) {
      return warningDiagnostic({
        code: 'unowned-relation',
        message: `expected a model for the rows set aside in "${nameOf(relation)}", found that "${nameOf(model)}" sets none aside any more`,
        hint: 'its "quarantine" was taken off, and nothing is written there now: drop the table when nobody needs its rows',
      })
    }
    return warningDiagnostic({
      code: 'unowned-relation',
      message: `expected a model or seed for every relation that assay made, found none for "${nameOf(relation)}"`,
      hint: 'its file was removed, renamed or disabled, or it is ephemeral now: drop the relation when nobody reads it',
    })
  })
}

function nameOf({ schema, identifier }: Relation): string {
  return `${schema}.${identifier}`
}
