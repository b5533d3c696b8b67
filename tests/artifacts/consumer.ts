/** Artifacts read as programs do that make assets, checks and events of them: a field that is missing throws. */
import type { Json, JsonObject } from '../../src/core/json.ts'
import { at, listAt, objectAt, textAt } from './json.ts'

interface Asset {
  readonly reads: readonly string[]
  readonly kind: Json
  readonly file: string
  readonly tags: readonly Json[]
  readonly owner: Json
  readonly columns: readonly Json[]
}

/** Models, seeds, snapshots and sources, by database schema and name. */
export function assetsOf(manifest: JsonObject): Readonly<Record<string, Asset>> {
  const nodes = ['nodes', 'sources'].flatMap((section) =>
    Object.values(objectAt(manifest, section)).filter((node) =>
      ['model', 'seed', 'snapshot', 'source'].includes(textAt(node, 'resource_type')),
    ),
  )
  return Object.fromEntries(
    nodes.map((node) => {
      const id = textAt(node, 'unique_id')
      const group = at(node, 'group')
      const asset: Asset = {
        reads: listAt(manifest, 'parent_map', id).map((parent) => keyOf(manifest, textAt(parent))),
        kind: at(node, 'config', 'materialized'),
        file: textAt(node, 'original_file_path'),
        tags: listAt(node, 'tags'),
        owner:
          typeof group === 'string'
            ? at(manifest, 'groups', `group.shop.${group}`, 'owner', 'email')
            : at(node, 'meta', 'owner'),
        columns: Object.values(objectAt(node, 'columns')).map((column) => [
          textAt(column, 'name'),
          at(column, 'data_type'),
        ]),
      }
      return [keyOf(manifest, id), asset]
    }),
  )
}

function nodeOf(manifest: JsonObject, id: string): JsonObject {
  const section = id.startsWith('source.') ? 'sources' : 'nodes'
  return objectAt(manifest, section, id)
}

function keyOf(manifest: JsonObject, id: string): string {
  const node = nodeOf(manifest, id)
  const identifier = id.startsWith('source.') ? textAt(node, 'identifier') : textAt(node, 'alias')
  return `${textAt(node, 'schema')}/${identifier}`
}

/** Tests on the assets that they look at. */
export function checksOf(manifest: JsonObject): readonly string[] {
  return Object.values(objectAt(manifest, 'nodes'))
    .filter((node) => at(node, 'resource_type') === 'test')
    .map((node) => {
      const attached = at(node, 'attached_node')
      const on = attached ?? at(node, 'depends_on', 'nodes', 0)
      const column = at(node, 'test_metadata', 'kwargs', 'column_name')
      const what = at(node, 'test_metadata', 'name') ?? textAt(node, 'name')
      const severity = textAt(node, 'config', 'severity').toLowerCase()
      return `${keyOf(manifest, textAt(on))}: ${textAt(what)} of ${textAt(column ?? 'all')}, ${severity}`
    })
    .sort()
}

/** What was built, from the results. */
export function materializationsOf(manifest: JsonObject, results: JsonObject) {
  return listAt(results, 'results').flatMap((result) => {
    const id = textAt(result, 'unique_id')
    if (!/^(model|seed|snapshot)\./.test(id)) return []
    const [first, last] = [at(result, 'timing', 0), listAt(result, 'timing').at(-1)]
    const [started, completed] = [textAt(first, 'started_at'), textAt(last, 'completed_at')]
    return [
      {
        asset: keyOf(manifest, id),
        status: textAt(result, 'status'),
        rows: at(result, 'adapter_response', 'rows_affected'),
        compiled: at(result, 'compiled_code'),
        isTimed: Date.parse(started) <= Date.parse(completed),
      },
    ]
  })
}
