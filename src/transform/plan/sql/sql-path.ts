/** Where the SQL of a node lies below `target/compiled` and `target/run`. */
import type { Node } from '../../../core/node.ts'
import { unitTestName } from '../../../core/node/unit-test.ts'

/** As in dbt: a batch lies in a folder named after its model's file; else a folder a package, then as its file; what is written in YAML lies in a folder named after its file. */
export function sqlPath(node: Node, batch?: string): string {
  const path = `${node.packageName}/${pathInPackage(node)}`
  if (batch === undefined) return path
  const folder = path.slice(0, -'.sql'.length)
  return `${folder}/${folder.slice(folder.lastIndexOf('/') + 1)}_${batch}.sql`
}

function pathInPackage(node: Node): string {
  const isInYaml = 'code' in node && !['file', 'typescript'].includes(node.code.kind)
  const path = node.path.replace(/^(?:\.\.\/)+/, '')
  if (node.resourceType === 'unit_test') {
    return `${path}/${unitTestName(node).replace('::', '.')}.sql`
  }
  if (isInYaml) return `${path}/${node.name}.sql`
  return path.endsWith('.sql') ? path : `${path}.sql`
}
