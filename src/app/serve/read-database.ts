/** The project's database for those who only read it: each request sees one state, whatever is built meanwhile. */
import type { Adapter, Session } from '../../core/adapter.ts'
import { ConnectionError } from '../../core/database/database-errors.ts'
import type { Relation } from '../../core/relation.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import type { ReadDatabase, SnapshotQuery } from '../../serve/context.ts'
import { ProblemError } from '../../serve/problem.ts'

export function readDatabase(adapter: Adapter, manifest: Manifest): ReadDatabase {
  const relations = relationsByName(manifest)
  const snapshot: ReadDatabase['snapshot'] = async (work, { signal } = {}) => {
    try {
      return await adapter.readOnly(signal === undefined ? {} : { signal }, (session) =>
        work(asking(session)),
      )
    } catch (error) {
      throw refusal(adapter, error)
    }
  }
  return {
    dialect: adapter.dialect,
    snapshot,
    query: (sql, { parameters, ...options } = {}) =>
      snapshot((query) => query(sql, parameters), options),
    find: (name) => relations.get(name),
  }
}

function asking(session: Session): SnapshotQuery {
  return (sql, parameters) => session.queryTable(sql, parameters)
}

/** Models, seeds and snapshots by name, sources as `source.table`. */
function relationsByName({ nodes }: Manifest): ReadonlyMap<string, Relation> {
  const relations = new Map<string, Relation>()
  for (const node of nodes.values()) {
    if (!('relation' in node)) continue
    const isSource = node.resourceType === 'source'
    relations.set(isSource ? `${node.sourceName}.${node.name}` : node.name, node.relation)
  }
  return relations
}

/** What is no fault of ours is a problem of its own kind; the database's words stay here. */
function refusal(adapter: Adapter, error: unknown): unknown {
  if (error instanceof ProblemError) return error
  if (error instanceof ConnectionError) {
    return new ProblemError(
      'unavailable',
      'expected the database to answer, found that it does not',
      {
        headers: { 'retry-after': '5' },
      },
    )
  }
  const { missingRelation } = adapter.explainError(error)
  if (missingRelation === undefined) return error
  return new ProblemError('not-found', 'expected it to be built, found that it is not yet')
}
