/** Models whose rows nobody makes again and that follow others by cursors: how these lose their rows, so that the cursors hold. */
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import { configSpan } from '../../../core/node/config-places.ts'
import { type ModelNode, type Node, passesThrough, type UniqueId } from '../../../core/node.ts'
import { relationKey } from '../../../core/relation.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'
import { isProtected } from '../../../transform/execute/prepare/refused-rebuilds.ts'
import { passedOnFrom } from '../../../transform/plan/followers.ts'

export interface KeptFollowers {
  /** Their rows are deleted, since being made anew would begin a new epoch. */
  readonly inPlace: ReadonlySet<UniqueId>
  /** All that go on from their cursors. */
  readonly readers: ReadonlySet<ModelNode>
  readonly faults: readonly Diagnostic[]
}

interface Around {
  readonly rebuilds: ReadonlySet<UniqueId>
  /** Of nodes that declare the columns: what a row says of a person stands in it. */
  readonly holding: ReadonlySet<UniqueId>
  /** `relationKey`s of what is there. */
  readonly built: ReadonlySet<string>
}

export function findKeptFollowers(manifest: Manifest, around: Around): KeptFollowers {
  const readers = new Set<ModelNode>()
  for (const node of manifest.nodes.values()) {
    if (node.resourceType !== 'model' || !isProtected(node)) continue
    if (around.built.has(relationKey(node.relation))) readers.add(node)
  }
  const inPlace = new Set<UniqueId>()
  const faults: Diagnostic[] = []
  // What is added while it is walked is walked too: it goes on from its own cursors.
  for (const reader of readers) {
    for (const followed of followedBy(manifest, reader)) {
      if (!around.rebuilds.has(followed.uniqueId) || !beginsEpoch(followed)) continue
      if (around.holding.has(followed.uniqueId) && hasRows(followed)) {
        inPlace.add(followed.uniqueId)
        readers.add(followed)
      } else faults.push(cannotGoOn(reader, followed))
    }
  }
  return { inPlace, readers, faults }
}

/** Through views, the tables they show. */
function followedBy(manifest: Manifest, reader: ModelNode): readonly ModelNode[] {
  const ids = new Set(reader.cursorReads.map(({ upstream }) => upstream))
  const nodes = [...ids].flatMap((id) => manifest.nodes.get(id) ?? [])
  const passed = nodes.flatMap((node) => passedOnFrom(manifest, node))
  return [...new Set(passed)].flatMap((id) => {
    const node = manifest.nodes.get(id)
    return node?.resourceType === 'model' ? [node] : []
  })
}

/** A view passes on what is below it; a table without arrivals tells which of its keys changed. */
function beginsEpoch(node: ModelNode): boolean {
  if (passesThrough(node)) return false
  return node.materialization.name !== 'table' || node.arrival !== undefined
}

function hasRows({ materialization }: ModelNode): boolean {
  return materialization.name === 'incremental' || materialization.name === 'table'
}

export function isFollowedBy(manifest: Manifest, reader: ModelNode, ids: ReadonlySet<string>) {
  return reader.cursorReads.some(({ upstream }) => {
    const node: Node | undefined = manifest.nodes.get(upstream)
    return node !== undefined && passedOnFrom(manifest, node).some((id) => ids.has(id))
  })
}

function cannotGoOn(reader: ModelNode, followed: ModelNode): Diagnostic {
  return errorDiagnostic({
    code: 'protected-rows',
    message: `expected "${reader.name}" to go on from its cursors, found that "${followed.name}", which it follows, would be made anew and begin a new epoch`,
    span: configSpan(reader, 'full_refresh'),
    hint: `declare in ${followed.name} the column that says whose rows they are, so that they are deleted there; or let ${reader.name} be made anew with it: take its full_refresh: false away until the erasure is done`,
  })
}
