/** From a node's config and the target to the name of its relation. */
import type { JsonObject } from '../../core/json.ts'
import type { Relation } from '../../core/relation.ts'
import type { Target } from '../../core/target.ts'

/** The `schema` config as it is, else the target's, with the target's prefix before it. */
export function nodeRelation(
  target: Target,
  config: { readonly schema: string | undefined; readonly alias: string | undefined },
  name: string,
): Relation {
  const schema = config.schema ?? target.schema
  const prefixed = target.prefix === undefined ? schema : `${target.prefix}_${schema}`
  return qualified(target, prefixed, config.alias ?? name)
}

export interface SourceName {
  /** undefined: that of the connection. */
  readonly database: string | undefined
  readonly schema: string
  readonly identifier: string
  /** Which parts are quoted; what is left out is. */
  readonly quoting: JsonObject
}

/** Sources are never prefixed. A part that is not quoted is written as the database folds it. */
export function sourceRelation(target: Target, name: SourceName): Relation {
  const fold = (part: 'database' | 'schema' | 'identifier', text: string): string =>
    name.quoting[part] === false && target.type === 'postgres' ? text.toLowerCase() : text
  const schema = fold('schema', name.schema)
  const identifier = fold('identifier', name.identifier)
  const isOwn = target.type === 'duckdb' && name.database === duckdbCatalog(target.path)
  if (name.database === undefined || isOwn) return qualified(target, schema, identifier)
  return { database: fold('database', name.database), schema, identifier }
}

/**
 * DuckDB reads `a.b` as schema a or as database a: where the file's name is also the schema's, it calls the name
 * ambiguous, so there (and only there) the database is named too.
 */
function qualified(target: Target, schema: string, identifier: string): Relation {
  const database = target.type === 'duckdb' ? duckdbCatalog(target.path) : undefined
  return database === schema ? { database, schema, identifier } : { schema, identifier }
}

/** DuckDB names a database after its file, up to the first dot of the last part. */
function duckdbCatalog(path: string): string {
  if (path === ':memory:') return 'memory'
  const file = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
  return file.split('.')[0] ?? file
}
