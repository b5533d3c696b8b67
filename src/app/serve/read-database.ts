/** The project's database for those who only read it: each request sees one state, whatever is built meanwhile. */
import type { Adapter, Session } from '../../core/adapter.ts'
import type { Relation } from '../../core/relation.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import type { ReadDatabase, SnapshotQuery } from '../../serve/context.ts'

export function readDatabase(adapter: Adapter, manifest: Manifest): ReadDatabase {
  const relations = relationsByName(manifest)
  const snapshot: ReadDatabase['snapshot'] = (work, { signal } = {}) =>
    adapter.readOnly(signal === undefined ? {} : { signal }, (session) => work(asking(session)))
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
