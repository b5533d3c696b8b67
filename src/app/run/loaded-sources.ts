/** The source tables that assay fills and a plan reads. */
import type { Manifest } from '../../project/parse/manifest.ts'
import { isLoaded } from '../../load/table/is-loaded.ts'
import type { LoadedSource } from '../../load/table/load-table-types.ts'
import type { Plan } from '../../transform/plan/plan.ts'

export function loadedSources(manifest: Manifest, plan: Plan): readonly LoadedSource[] {
  const read = new Set(plan.steps.flatMap(({ node }) => node.dependsOn))
  return [...read].flatMap((id) => {
    const node = manifest.nodes.get(id)
    return isLoaded(node) ? [node] : []
  })
}
