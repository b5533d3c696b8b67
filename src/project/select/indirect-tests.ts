/** Adds to a selection the tests that come along with its nodes (dbt's indirect selection). */
import type { IndirectSelection } from '../../core/settings/indirect-selection.ts'
import type { UniqueId } from '../../core/node.ts'
import { isTest } from '../../core/node/is-test.ts'
import type { Graph } from '../graph/graph.ts'
import type { Manifest } from '../parse/manifest.ts'

/** Tests wait in `held` for other parts of the selection to bring the nodes that they look at, too. */
export interface Selected {
  readonly ids: ReadonlySet<UniqueId>
  readonly held: ReadonlySet<UniqueId>
}

interface Project {
  readonly graph: Graph
  readonly manifest: Manifest
}

/** What was named, with the tests that come along. */
export function withTests(
  ids: ReadonlySet<UniqueId>,
  mode: IndirectSelection,
  project: Project,
): Selected {
  if (mode === 'empty') return { ids, held: new Set() }
  const tests = [...ids].flatMap((id) => project.graph.children(id)).filter(isTestIn(project))
  if (mode === 'eager') return { ids: new Set([...ids, ...tests]), held: new Set() }
  return withHeld({ ids, held: new Set(tests) }, mode, project)
}

/** The tests among those held whose nodes have come together. */
export function withHeld(
  { ids, held }: Selected,
  mode: IndirectSelection,
  project: Project,
): Selected {
  if (held.size === 0 || mode === 'eager' || mode === 'empty') return { ids, held }
  const { graph, manifest } = project
  const seen = new Set(ids)
  if (mode === 'buildable') {
    for (const id of ids) for (const ancestor of graph.ancestors(id)) seen.add(ancestor)
  }
  const complete = [...held].filter((id) =>
    manifest.nodes.get(id)?.dependsOn.every((parent) => seen.has(parent)),
  )
  return {
    ids: new Set([...ids, ...complete]),
    held: new Set([...held].filter((id) => !complete.includes(id))),
  }
}

/** A unit test depends on the model alone, whatever it is given. */
function isTestIn({ manifest }: Project): (id: UniqueId) => boolean {
  return (id) => isTest(manifest.nodes.get(id))
}
