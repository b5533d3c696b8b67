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
  /** A text as a quoted literal. */
  literal(text: string): string
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
  deleteWhere(from: Relation, condition: string): string
  merge(request: MergeRequest): string
}

/** What a dialect adds to the statements that DuckDB and Postgres write alike. */
export type DialectFacts = Pick<
  Dialect,
  'name' | 'maxIdentifierBytes' | 'supportsViewsBoundByName' | 'seedType'
>

/** The statements as the SQL standard, DuckDB and Postgres agree on them. */
export function standardDialect(facts: DialectFacts): Dialect {
  return {
    ...facts,
    quote,
    literal,
    relation: relationName,
    createSchema: (schema) => `create schema if not exists ${quote(schema)}`,
    createTableAs: (relation, select) => `create table ${relationName(relation)} as\n${select}`,
    createTable: (relation, columns) =>
      `create table ${relationName(relation)} (\n  ${columns.map(columnDefinition).join(',\n  ')}\n)`,
    createView: (relation, select) => `create view ${relationName(relation)} as\n${select}`,
    createOrReplaceView: (relation, select) =>
      `create or replace view ${relationName(relation)} as\n${select}`,
    drop: (kind, relation) => `drop ${kind} if exists ${relationName(relation)}`,
    rename: (kind, relation, identifier) =>
      `alter ${kind} ${relationName(relation)} rename to ${quote(identifier)}`,
    addColumn: (relation, column) =>
      `alter table ${relationName(relation)} add column ${columnDefinition(column)}`,
    dropColumn: (relation, column) =>
      `alter table ${relationName(relation)} drop column ${quote(column)}`,
    alterColumnType,
    insertSelect,
    deleteWhere: (from, condition) => `delete from ${relationName(from)}\nwhere ${condition}`,
    merge,
  }
}

function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function relationName(relation: Relation): string {
  const parts = [relation.schema, relation.identifier]
  const qualified = relation.database === undefined ? parts : [relation.database, ...parts]
  return qualified.map(quote).join('.')
}

function columnDefinition(column: Column): string {
  return `${quote(column.name)} ${column.dataType}`
}

function alterColumnType(relation: Relation, column: Column): string {
  const name = quote(column.name)
  return `alter table ${relationName(relation)} alter column ${name} type ${column.dataType} using cast(${name} as ${column.dataType})`
}

function insertSelect(into: Relation, columns: readonly string[], from: Relation): string {
  const list = columns.map(quote).join(', ')
  return `insert into ${relationName(into)} (${list})\nselect ${list}\nfrom ${relationName(from)}`
}

function merge({ into, batch, key, insertColumns, updateColumns }: MergeRequest): string {
  const column = (alias: string) => (name: string) => `${alias}.${quote(name)}`
  const matches = key.map((name) => `target.${quote(name)} = batch.${quote(name)}`)
  const updates = updateColumns.map((name) => `${quote(name)} = batch.${quote(name)}`)
  const lines = [
    `merge into ${relationName(into)} as target`,
    `using ${relationName(batch)} as batch`,
    `on ${matches.join(' and ')}`,
    ...(updates.length === 0 ? [] : [`when matched then update set ${updates.join(', ')}`]),
    `when not matched then insert (${insertColumns.map(quote).join(', ')})`,
    `values (${insertColumns.map(column('batch')).join(', ')})`,
  ]
  return lines.join('\n')
}
