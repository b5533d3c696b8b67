/** Two Manifests and the files saved between them to the nodes that are not what they were. */
import type { UniqueId } from '../core/node.ts'
import type { Manifest } from '../project/parse/manifest.ts'

/** New nodes, nodes whose definition changed, and nodes that use a macro of a changed file. */
export function changedNodes(
  before: Manifest | undefined,
  after: Manifest,
  changedPaths: ReadonlySet<string>,
): ReadonlySet<UniqueId> {
  if (before === undefined || settings(before) !== settings(after))
    return new Set(after.nodes.keys())
  const macros = macrosIn(after, changedPaths)
  const changed = [...after.nodes.values()].filter((node) => {
    const old = before.nodes.get(node.uniqueId)
    if (old === undefined || JSON.stringify(old) !== JSON.stringify(node)) return true
    const isCall = 'code' in node && node.code.kind === 'test-call'
    const used = after.macrosUsed.get(node.uniqueId) ?? []
    return [...used, ...(isCall ? [node.code.testName] : [])].some((name) => macros.has(name))
  })
  return new Set(changed.map((node) => node.uniqueId))
}

/** What every template may read: a change of it may change any of them. */
function settings({ environment, project }: Manifest): string {
  return JSON.stringify([environment.vars, environment.target, project.env])
}

function macrosIn(manifest: Manifest, paths: ReadonlySet<string>): ReadonlySet<string> {
  const { macros, tests } = manifest.environment.library
  const definitions = [...macros.values(), ...tests.values()].flat()
  return new Set(
    definitions.filter(({ span }) => paths.has(span.path)).map((definition) => definition.name),
  )
}
