/** What a node is called on the screen, and what kind of thing it is. */
import type { Node, UniqueId } from '../../core/node.ts'
import { relationKey } from '../../core/relation.ts'
import { unitTestName } from '../../core/node/unit-test.ts'
import { never } from '../../core/never.ts'

/** `silver.impressions` for what a run makes in the database, the name in the project for the rest. */
export function nameOf(node: Node): string {
  if (node.resourceType === 'source') return `${node.sourceName}.${node.name}`
  if (node.resourceType === 'unit_test') return unitTestName(node)
  return relationOf(node) ?? node.name
}

/** undefined for what is no table or view. */
export function relationOf(node: Node): string | undefined {
  switch (node.resourceType) {
    case 'model':
      return node.materialization.name === 'ephemeral' ? undefined : relationKey(node.relation)
    case 'seed':
    case 'snapshot':
    case 'source':
      return relationKey(node.relation)
    case 'test':
    case 'unit_test':
    case 'analysis':
    case 'exposure':
      return undefined
    default:
      return never(node)
  }
}

/** `table`, `view`, `incremental`, `seed`, `test`, ... */
export function kindOf(node: Node): string {
  if (node.resourceType === 'unit_test') return 'unit test'
  return node.resourceType === 'model' ? node.materialization.name : node.resourceType
}

/**
 * For a node that no event has shown: `model.shop.stg_events` is `stg_events`; the hash of a test is left out, a unit
 * test is `model::test`.
 */
export function nameOfId(uniqueId: UniqueId): string {
  const [kind, , ...rest] = uniqueId.split('.')
  if (kind === 'unit_test') return `${rest[0] ?? ''}::${rest.slice(1).join('.')}`
  const name = rest.join('.')
  return kind === 'test' ? name.replace(/\.[0-9a-f]{10}$/, '') : name
}
