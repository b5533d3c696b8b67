/** What a database holds: relations with their columns, by schema. */
import type { RelationKind } from '../dialect.ts'
import { type Column, type Relation, relationKey } from '../relation.ts'

/** What the database holds under one name. */
export interface RelationState {
  readonly relation: Relation
  readonly kind: RelationKind
  readonly columns: readonly Column[]
}

/** What the database holds in the schemas asked for, by the `relationKey` of schema and identifier. */
export interface WarehouseState {
  readonly schemas: ReadonlySet<string>
  readonly relations: ReadonlyMap<string, RelationState>
}

/** One line of a catalogue query: a schema, and a column of one of its relations if it has any. */
export interface CatalogEntry {
  readonly schema: string
  readonly relation:
    | undefined
    | {
        readonly identifier: string
        readonly kind: RelationKind
        readonly column: Column | undefined
      }
}

/** Gathers entries that come in the order of columns. */
export function gatherWarehouse(entries: readonly CatalogEntry[]): WarehouseState {
  type Gathered = Omit<RelationState, 'columns'> & { columns: Column[] }
  const gathered = new Map<string, Gathered>()
  for (const { schema, relation: found } of entries) {
    if (found === undefined) continue
    const relation = { schema, identifier: found.identifier }
    const key = relationKey(relation)
    const state: Gathered = gathered.get(key) ?? { relation, kind: found.kind, columns: [] }
    gathered.set(key, state)
    if (found.column !== undefined) state.columns.push(found.column)
  }
  return { schemas: new Set(entries.map((entry) => entry.schema)), relations: gathered }
}

/** What the state says of a relation, whether or not the relation names the database. */
export function stateOf(state: WarehouseState, relation: Relation): RelationState | undefined {
  const { schema, identifier } = relation
  return state.relations.get(relationKey({ schema, identifier }))
}
