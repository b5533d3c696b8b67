/** The name of a table or view in a database. */
export interface Relation {
  /** Left out: the database of the connection. */
  readonly database?: string
  readonly schema: string
  readonly identifier: string
}
/** One text for one relation, for maps and the ledger: `schema.identifier`, with `database.` before it if it has one. */
export declare function relationKey(relation: Relation): string
/** What the database calls a column and its type, in the database's own spelling of the type. */
export interface Column {
  readonly name: string
  readonly dataType: string
}
