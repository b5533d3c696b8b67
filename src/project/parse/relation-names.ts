/** From a node's config and the target to the name of its relation. */
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

/** Sources are never prefixed. */
export function sourceRelation(target: Target, schema: string, identifier: string): Relation {
  return qualified(target, schema, identifier)
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
