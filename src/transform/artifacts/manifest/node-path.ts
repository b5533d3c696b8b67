/** Where dbt's manifest.json says a node lies: below the folder of its kind. */
import type { Node } from '../../../core/node.ts'
import type { Project } from '../../../project/read/project.ts'

export type PathOf = (path: string) => string

/** To the path below `models/` or whatever the folder is called; a path that is in none of them stays. */
export function pathsBelowRoots(project: Project): PathOf {
  const files = [
    project.models,
    project.seeds,
    project.snapshots,
    project.singularTests,
    project.analyses,
  ].flat()
  const roots = new Set(
    files.map(({ path, pathInKind }) => path.slice(0, path.length - pathInKind.length)),
  )
  const longestFirst = [...roots].toSorted((left, right) => right.length - left.length)
  return (path) => path.slice(longestFirst.find((root) => path.startsWith(root))?.length ?? 0)
}

/** A generic test has no file of its own: dbt says where its SQL would lie. */
export function pathOfNode(pathOf: PathOf, node: Node): string {
  const isGeneric = node.resourceType === 'test' && node.variant.kind !== 'singular'
  return isGeneric ? `${node.name}.sql` : pathOf(node.path)
}
