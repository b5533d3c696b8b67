/** A project as `verify` builds it: no hook runs in the sandbox, since one may reach out of it. */
import { noHooks } from '../../core/node/hook.ts'
import type { Node, UniqueId } from '../../core/node.ts'
import { buildGraph } from '../../project/graph/build-graph.ts'
import { mayChangeRows } from '../../transform/plan/hooks/changes-rows.ts'
import type { LoadedProject } from '../load-project.ts'

export interface WithoutHooks {
  readonly loaded: LoadedProject
  /** What cannot be judged without its hooks, and why. */
  readonly unplayable: ReadonlyMap<UniqueId, string>
}

export function withoutHooks(loaded: LoadedProject): WithoutHooks {
  const { nodes } = loaded.manifest
  if (![...nodes.values()].some(hasSome)) return { loaded, unplayable: new Map() }
  const manifest = {
    ...loaded.manifest,
    nodes: new Map([...nodes].map(([id, node]) => [id, stripped(node)])),
  }
  const graph = buildGraph(manifest)
  const unplayable = [...nodes.values()]
    .filter(changesOwnRows)
    .map((node) => [node.uniqueId, `a hook of "${node.name}" may change its rows`] as const)
  return {
    loaded: { ...loaded, manifest, graph: graph.ok ? graph.value : loaded.graph },
    unplayable: new Map(unplayable),
  }
}

function hasSome(node: Node): boolean {
  return 'hooks' in node && node.hooks !== noHooks
}

function stripped(node: Node): Node {
  if (!('hooks' in node)) return node
  const { hooks } = node
  const dependsOn = node.dependsOn.filter((id) => !hooks.dependsOn.includes(id))
  return { ...node, dependsOn, hooks: noHooks }
}

/** A hook that is a macro's call is not looked into. */
function changesOwnRows(node: Node): boolean {
  if (!('hooks' in node)) return false
  const { pre, post } = node.hooks
  return [...pre, ...post].some(({ text }) =>
    text.split(';').some((sql) => mayChangeRows(sql, (written) => written.includes('this'))),
  )
}
