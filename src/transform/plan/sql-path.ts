/** Where the SQL of a node lies below `target/compiled` and `target/run`. */
import type { Node } from '../../core/node.ts'
import { unitTestName } from '../../core/unit-test.ts'

/** As its file in the project; a generic test or a unit test lies in a folder named after its YAML file. */
export function sqlPath(node: Node): string {
  const isCall = node.resourceType === 'test' && node.variant.kind === 'generic'
  if (node.resourceType === 'unit_test') {
    return `${node.path}/${unitTestName(node).replace('::', '.')}.sql`
  }
  if (isCall) return `${node.path}/${node.name}.sql`
  return node.path.endsWith('.sql') ? node.path : `${node.path}.sql`
}
