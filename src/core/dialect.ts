/** How one database writes SQL. Pure: text in, text out, and flags for what the database can do. */
import type { ListText } from './list-text.ts'
import type { Column, Relation } from './relation.ts'
import type { Index } from './node/storage.ts'
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

export interface Commented {
  readonly relation: Relation
  /** undefined: the relation itself. */
  readonly column: string | undefined
}

export interface MergeRequest {
  readonly into: Relation
  readonly batch: Relation
  readonly key: readonly string[]
  /** More that rows which match must meet; they name the two sides as dbt does: `destination` and `origin`. */
  readonly predicates: readonly string[]
  readonly insertColumns: readonly string[]
  /** None: rows that match stay as they are. */
  readonly updateColumns: readonly string[]
}

export interface TableOptions {
  readonly isUnlogged: boolean
}

export interface RefreshOptions {
  /** Readers go on meanwhile; it takes a unique index. */
  readonly isConcurrent: boolean
}

/** What conditions of a user call the table that is written and the batch that is written to it. */
export const destination = 'DBT_INTERNAL_DEST'
export const origin = 'DBT_INTERNAL_SOURCE'

export interface Dialect {
  readonly name: AdapterName
  /** In bytes; a longer name is refused, never cut. undefined: no limit. */
  readonly maxIdentifierBytes: number | undefined
  /** False where a view keeps reading the old table after a swap until it is made again (Postgres). */
  readonly supportsViewsBoundByName: boolean
  /** True where `"Id"` and `"id"` are two columns. */
  readonly hasCaseSensitiveNames: boolean
  quote(identifier: string): string
  /** A text as a quoted literal. */
  literal(text: string): string
  /** Quoted, with schema, and database if the relation names one. */
  relation(relation: Relation): string
  seedType(type: SeedType): string
  /** What `numeric` without digits holds, as a type. */
  readonly plainNumeric: string
  /** The text of a list, as it is cast to an array. */
  readonly listText: ListText
  /** The type that a text column must grow to so that it holds all that another holds; undefined: it does, or is no text. */
  widerText(held: string, needed: string): string | undefined
  /** A type name that other databases have, as this one says it; any other as it is. */
  typeAlias(type: string): string
  /** False where a constraint gets a name that nobody can choose. */
  readonly hasNamedConstraints: boolean
  /** False where a table that a foreign key points to could never be replaced: then none is made. */
  readonly hasForeignKeys: boolean
  /** False where there is nobody to grant anything to. */
  readonly hasRoles: boolean
  /** False where rows that go to a Parquet file must be given to another database first. */
  readonly writesParquet: boolean
  createSchema(schema: string): string
  createTableAs(relation: Relation, select: string, options?: TableOptions): string
  createTable(relation: Relation, columns: readonly Column[], options?: TableOptions): string
  createMaterializedView(relation: Relation, select: string): string
  refreshMaterializedView(relation: Relation, options: RefreshOptions): string
  createView(relation: Relation, select: string): string
  createOrReplaceView(relation: Relation, select: string): string
  createIndex(relation: Relation, index: Index): string
  /** In the schema of its table. */
  dropIndex(schema: string, name: string): string
  drop(kind: RelationKind, relation: Relation): string
  rename(kind: RelationKind, relation: Relation, identifier: string): string
  addColumn(relation: Relation, column: Column): string
  dropColumn(relation: Relation, column: string): string
  alterColumnType(relation: Relation, column: Column): string
  addConstraint(relation: Relation, name: string, definition: string): string
  renameConstraint(relation: Relation, from: string, to: string): string
  /** `column` undefined: on the relation itself; `text` null: takes the comment away. */
  commentOn(kind: RelationKind, on: Commented, text: string | null): string
  insertSelect(into: Relation, columns: readonly string[], from: Relation): string
  deleteWhere(from: Relation, condition: string): string
  merge(request: MergeRequest): string
}

/** What a dialect adds to the statements that DuckDB and Postgres write alike. */
export type DialectFacts = Pick<
  Dialect,
  | 'name'
  | 'maxIdentifierBytes'
  | 'supportsViewsBoundByName'
  | 'hasCaseSensitiveNames'
  | 'seedType'
  | 'plainNumeric'
  | 'listText'
  | 'widerText'
  | 'typeAlias'
  | 'hasNamedConstraints'
  | 'hasForeignKeys'
  | 'hasRoles'
  | 'writesParquet'
>

/** The statements as the SQL standard, DuckDB and Postgres agree on them. */
export function standardDialect(facts: DialectFacts): Dialect {
  return {
    ...facts,
    quote,
    literal,
    relation: relationName,
    createSchema: (schema) => `create schema if not exists ${quote(schema)}`,
    createTableAs: (relation, select, options) =>
      `create ${tableWord(options)} ${relationName(relation)} as\n${select}`,
    createTable: (relation, columns, options) =>
      `create ${tableWord(options)} ${relationName(relation)} (\n  ${columns.map(columnDefinition).join(',\n  ')}\n)`,
    createMaterializedView: (relation, select) =>
      `create materialized view ${relationName(relation)} as\n${select}`,
    refreshMaterializedView: (relation, { isConcurrent }) =>
      `refresh materialized view ${isConcurrent ? 'concurrently ' : ''}${relationName(relation)}`,
    createIndex,
    dropIndex: (schema, name) => `drop index ${quote(schema)}.${quote(name)}`,
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
    addConstraint: (relation, name, definition) =>
      `alter table ${relationName(relation)} add constraint ${quote(name)} ${definition}`,
    renameConstraint: (relation, from, to) =>
      `alter table ${relationName(relation)} rename constraint ${quote(from)} to ${quote(to)}`,
    commentOn: (kind, { relation, column }, text) => {
      const name = relationName(relation)
      const place = column === undefined ? `${kind} ${name}` : `column ${name}.${quote(column)}`
      return `comment on ${place} is ${text === null ? 'null' : literal(text)}`
    },
    insertSelect,
    deleteWhere: (from, condition) => `delete from ${relationName(from)}\nwhere ${condition}`,
    merge,
  }
}

function tableWord(options: TableOptions | undefined): string {
  return options?.isUnlogged === true ? 'unlogged table' : 'table'
}

function createIndex(relation: Relation, { name, terms, isUnique, type }: Index): string {
  const using = type === undefined ? '' : `using ${type} `
  return `create ${isUnique ? 'unique ' : ''}index ${quote(name)} on ${relationName(relation)} ${using}(${terms.join(', ')})`
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

function merge(request: MergeRequest): string {
  const { into, batch, key, predicates, insertColumns, updateColumns } = request
  const [target, from] = predicates.length > 0 ? [destination, origin] : ['target', 'batch']
  const column = (alias: string) => (name: string) => `${alias}.${quote(name)}`
  const matches = key.map((name) => `${target}.${quote(name)} = ${from}.${quote(name)}`)
  const updates = updateColumns.map((name) => `${quote(name)} = ${from}.${quote(name)}`)
  const lines = [
    `merge into ${relationName(into)} as ${target}`,
    `using ${relationName(batch)} as ${from}`,
    `on ${[...matches, ...predicates.map((text) => `(${text})`)].join(' and ')}`,
    ...(updates.length === 0 ? [] : [`when matched then update set ${updates.join(', ')}`]),
    `when not matched then insert (${insertColumns.map(quote).join(', ')})`,
    `values (${insertColumns.map(column(from)).join(', ')})`,
  ]
  return lines.join('\n')
}
