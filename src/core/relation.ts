/** The name of a table or view in a database. */
export interface Relation {
  /** Left out: the database of the connection. */
  readonly database?: string
  readonly schema: string
  readonly identifier: string
}

/** One text for one relation, for maps and the ledger: `schema.identifier`, with `database.` before it if it has one. */
export function relationKey(relation: Relation): string {
  const parts = [relation.schema, relation.identifier]
  return (relation.database === undefined ? parts : [relation.database, ...parts]).join('.')
}

/** What the database calls a column and its type, in the database's own spelling of the type. */
export interface Column {
  readonly name: string
  readonly dataType: string
}

export const quarantineSuffix = '__quarantine'

/** Where rows at fault of a relation are set aside. */
export function quarantineOf(relation: Relation): Relation {
  return { ...relation, identifier: `${relation.identifier}${quarantineSuffix}` }
}
