/** Models whose rows with a reason are dead letters, and what their rows are made of: through views to tables and sources. */
import {
  type DeadLetterRule,
  type ModelNode,
  type Node,
  passesThrough,
  type UniqueId,
} from '../../../core/node.ts'
import { isLoaded } from '../../../load/table/is-loaded.ts'
import type { LoadedSource } from '../../../load/table/load-table-types.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'

export type RefusingModel = ModelNode & { readonly deadLetters: DeadLetterRule }

export function isRefusing(node: Node | undefined): node is RefusingModel {
  return node?.resourceType === 'model' && node.deadLetters !== undefined
}

/** Those that hold other rows when one of these is published: themselves, or views on it. */
export function refusingModels(
  manifest: Manifest,
  published: ReadonlySet<UniqueId>,
): readonly RefusingModel[] {
  return [...manifest.nodes.values()].filter(isRefusing).filter((model) => {
    const { views, tables } = madeOf(manifest, model)
    return [...views, ...tables].some(({ uniqueId }) => published.has(uniqueId))
  })
}

type Stored = Extract<Node, { readonly relation: unknown }>

export interface MadeOf {
  /** The model itself, if it is one, and those between it and the tables. */
  readonly views: readonly ModelNode[]
  /** Whose rows it shows: the model itself, if it is one. */
  readonly tables: readonly Stored[]
}

export function madeOf(manifest: Manifest, model: Node): MadeOf {
  const views = new Map<UniqueId, ModelNode>()
  const tables = new Map<UniqueId, Stored>()
  const climb = (node: Node): void => {
    if (!('relation' in node) || views.has(node.uniqueId)) return
    if (node.resourceType !== 'model' || !passesThrough(node)) {
      tables.set(node.uniqueId, node)
      return
    }
    views.set(node.uniqueId, node)
    for (const id of node.dependsOn) {
      const parent = manifest.nodes.get(id)
      if (parent !== undefined) climb(parent)
    }
  }
  climb(model)
  return { views: [...views.values()], tables: [...tables.values()] }
}

/** The source tables that assay fills and the model's rows come from, however far up. */
export function loadedAbove(manifest: Manifest, model: Node): readonly LoadedSource[] {
  const seen = new Set<UniqueId>()
  const found: LoadedSource[] = []
  const climb = (node: Node): void => {
    if (seen.has(node.uniqueId)) return
    seen.add(node.uniqueId)
    if (isLoaded(node)) found.push(node)
    for (const id of node.dependsOn) {
      const parent = manifest.nodes.get(id)
      if (parent !== undefined) climb(parent)
    }
  }
  climb(model)
  return found
}
