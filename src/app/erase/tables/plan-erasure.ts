/** Who holds the value to what becomes of each: rows deleted, tables made anew, and what stands in the way. */
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import { isInlined, type ModelNode, type Node, type UniqueId } from '../../../core/node.ts'
import { type Relation, relationKey } from '../../../core/relation.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import { isProtected } from '../../../transform/execute/prepare/refused-rebuilds.ts'
import type { LoadedProject } from '../../load-project.ts'
import type { ErasedRelation } from '../erase-use-case.ts'
import type { Holder } from './find-holders.ts'
import { findKeptFollowers, isFollowedBy } from './kept-followers.ts'

export interface Erasure {
  readonly relations: readonly ErasedRelation[]
  /** Rows of these go. */
  readonly deletes: readonly Holder[]
  /** Models that are made anew, in the order of the graph. */
  readonly rebuilds: ReadonlySet<UniqueId>
  /** Models that go on from cursors on what loses rows. */
  readonly readers: readonly ModelNode[]
}

/** `built`: `relationKey`s of what is there. */
export function planErasure(
  { manifest, graph }: LoadedProject,
  holders: readonly Holder[],
  built: ReadonlySet<string>,
): Result<Erasure> {
  const faults = holders.flatMap(seedFault)
  if (faults.length > 0) return failure(faults)
  const holding = holders.filter(({ rows, kind }) => rows > 0 && kind !== 'view')
  const below = new Set<UniqueId>()
  const follow = (node: Node) => {
    for (const id of graph.descendants(node.uniqueId)) below.add(id)
  }
  for (const { owner } of holding) {
    if (owner.kind !== 'node') continue
    follow(owner.node)
    // What the next full refresh would give is what is made now: rows that it brings back are found at the end.
    if (isMadeAnew(owner.node)) below.add(owner.node.uniqueId)
  }
  const anew = new Set(
    [...below].filter((id) => {
      const node = manifest.nodes.get(id)
      return node !== undefined && isMadeAnew(node) && built.has(relationKey(node.relation))
    }),
  )
  const declaring = new Set(
    holders.flatMap(({ owner }) => (owner.kind === 'node' ? [owner.node.uniqueId] : [])),
  )
  const kept = findKeptFollowers(manifest, { rebuilds: anew, holding: declaring, built })
  if (kept.faults.length > 0) return failure(kept.faults)
  const rebuilds = new Set([...anew].filter((id) => !kept.inPlace.has(id)))
  const described = holders.map((holder) => ({ holder, action: actionOf(holder, rebuilds) }))
  const known = new Set(holders.map(({ relation }) => relationKey(relation)))
  const others = [...rebuilds].flatMap((id) => {
    const node = manifest.nodes.get(id)
    const relation = node !== undefined && isMadeAnew(node) ? plainName(node.relation) : undefined
    return relation === undefined || known.has(relationKey(relation)) ? [] : [relation]
  })
  const deletes = described.flatMap(({ holder, action }) =>
    action === 'delete' && holder.rows > 0 ? [holder] : [],
  )
  const losing = new Set(
    deletes.flatMap(({ owner }) => (owner.kind === 'node' ? [owner.node.uniqueId] : [])),
  )
  return success({
    relations: [
      ...described.map(({ holder: { relation, columns, rows }, action }) => ({
        relation,
        columns,
        rows,
        action,
      })),
      ...others.map((relation) => ({ relation, columns: [], rows: 0, action: 'rebuild' }) as const),
    ],
    deletes,
    rebuilds,
    readers: [...kept.readers].filter((reader) => isFollowedBy(manifest, reader, losing)),
  })
}

function plainName({ schema, identifier }: Relation): Relation {
  return { schema, identifier }
}

/** A full refresh gives its rows. */
function isMadeAnew(node: Node): node is ModelNode {
  return node.resourceType === 'model' && !isInlined(node) && !isProtected(node)
}

function actionOf(
  { kind, owner }: Holder,
  rebuilds: ReadonlySet<UniqueId>,
): ErasedRelation['action'] {
  const isFile =
    owner.kind === 'node' &&
    owner.node.resourceType === 'model' &&
    owner.node.materialization.name === 'external'
  if (kind === 'view' && !isFile) return 'view'
  if (owner.kind === 'stranger') return 'left'
  if (owner.kind === 'failures') return 'delete'
  if (rebuilds.has(owner.node.uniqueId)) return 'rebuild'
  return owner.kind === 'undeclared' ? 'undeclared' : 'delete'
}

/** The next `seed` would bring it back. */
function seedFault({ owner, rows, relation }: Holder): readonly Diagnostic[] {
  if (owner.kind !== 'node' || owner.node.resourceType !== 'seed' || rows === 0) return []
  return [
    errorDiagnostic({
      code: 'erase-seed',
      message: `expected no rows of it in a seed, found ${rows} in ${relationKey(relation)}: the next "assay seed" would bring them back`,
      hint: `take the lines out of ${owner.node.path}, then: assay seed --select ${owner.node.name}`,
    }),
  ]
}
