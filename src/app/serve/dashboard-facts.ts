/** The project to what the dashboard needs to know of it. */
import { join } from 'node:path'
import type { Node } from '../../core/node.ts'
import { isTest } from '../../core/node/is-test.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { packageFolder } from '../../project/read/files/package-folder.ts'
import type { DashboardFacts } from '../../serve/dashboard/dashboard-plugin.ts'

export function dashboardFacts({ project, nodes }: Manifest): DashboardFacts {
  const uniqueIdsOf = (isWanted: (node: Node) => boolean) =>
    [...nodes.values()].filter(isWanted).map(({ uniqueId }) => uniqueId)
  return {
    folder: join(packageFolder, 'dist', 'dashboard'),
    project: project.name,
    target: project.target.name,
    sources: uniqueIdsOf(({ resourceType }) => resourceType === 'source'),
    tests: uniqueIdsOf(isTest),
  }
}
