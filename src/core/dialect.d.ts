/** How one database writes SQL. Pure: text in, text out, and flags for what the database can do. */
import type { Column, Relation } from './relation.ts'
import type { AdapterName } from './target.ts'
export type RelationKind = 'table' | 'view' | 'materialized view'
/** Types of seed columns, inferred alike for every database (`dbt-behaviour.md` G2). */
export type SeedType =
  | 'integer'
  | 'bigint'
  | 'double'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | 'timestamptz'
  | 'text'
export interface MergeRequest {
  readonly into: Relation
  readonly batch: Relation
  readonly key: readonly string[]
  readonly insertColumns: readonly string[]
  /** None: rows that match stay as they are. */
  readonly updateColumns: readonly string[]
}
export interface Dialect {
  readonly name: AdapterName
  /** In bytes; a longer name is refused, never cut. undefined: no limit. */
  readonly maxIdentifierBytes: number | undefined
  /** False where a view keeps reading the old table after a swap until it is made again (Postgres). */
  readonly supportsViewsBoundByName: boolean
  quote(identifier: string): string
  /** Quoted, with schema, and database if the relation names one. */
  relation(relation: Relation): string
  seedType(type: SeedType): string
  createSchema(schema: string): string
  createTableAs(relation: Relation, select: string): string
  createTable(relation: Relation, columns: readonly Column[]): string
  createView(relation: Relation, select: string): string
  createOrReplaceView(relation: Relation, select: string): string
  drop(kind: RelationKind, relation: Relation): string
  rename(kind: RelationKind, relation: Relation, identifier: string): string
  addColumn(relation: Relation, column: Column): string
  dropColumn(relation: Relation, column: string): string
  alterColumnType(relation: Relation, column: Column): string
  insertSelect(into: Relation, columns: readonly string[], from: Relation): string
  /** Deletes the rows of `from` whose key is in `batch`. */
  deleteMatching(from: Relation, batch: Relation, key: readonly string[]): string
  merge(request: MergeRequest): string
}
/** What a dialect adds to the statements that DuckDB and Postgres write alike. */
export type DialectFacts = Pick<
  Dialect,
  'name' | 'maxIdentifierBytes' | 'supportsViewsBoundByName' | 'seedType'
>
/** The statements as the SQL standard, DuckDB and Postgres agree on them. */
export declare function standardDialect(facts: DialectFacts): Dialect
