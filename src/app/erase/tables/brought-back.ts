/** Models that would be made anew with the value still in them: what they read keeps it, in a column that nobody named. */
import type { Session } from '../../../core/adapter.ts'
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import { type ModelNode, type Node, passesThrough, type UniqueId } from '../../../core/node.ts'
import { type Relation, relationKey } from '../../../core/relation.ts'
import type { EraseContext } from '../erase-context.ts'
import { type Holder, hasPoint, holdsCondition } from './find-holders.ts'
import type { Erasure } from './plan-erasure.ts'

interface Planned {
  readonly holders: readonly Holder[]
  readonly erasure: Erasure
}

interface Keeping {
  readonly node: KeptNode
  readonly columns: readonly string[]
}

type KeptNode = Extract<Node, { readonly relation: Relation; readonly columns: unknown }>

/**
 * Of models below nothing that loses rows: what these read stays as it is. Where a row of that goes too nobody can tell
 * before it is made, and the search at the end does.
 */
export async function findBroughtBack(
  context: EraseContext,
  { holders, erasure }: Planned,
): Promise<readonly Diagnostic[]> {
  const { graph } = context.loaded
  const losing = new Set<UniqueId>(
    erasure.deletes.flatMap(({ owner }) => (owner.kind === 'node' ? [owner.node.uniqueId] : [])),
  )
  const suspects = holders.flatMap(({ owner, rows }) =>
    owner.kind === 'node' &&
    owner.node.resourceType === 'model' &&
    rows > 0 &&
    !losing.has(owner.node.uniqueId) &&
    ![...graph.ancestors(owner.node.uniqueId)].some((id) => losing.has(id))
      ? [owner.node]
      : [],
  )
  if (suspects.length === 0) return []
  return await context.adapter.session({}, async (session) => {
    const faults = new Map<string, Diagnostic>()
    const searched = new Map<UniqueId, readonly string[]>()
    for (const model of suspects) {
      const keeping: Keeping[] = []
      for (const node of keptBy(context, erasure, model)) {
        const columns = searched.get(node.uniqueId) ?? (await columnsWith(context, session, node))
        searched.set(node.uniqueId, columns)
        if (columns.length > 0) keeping.push({ node, columns })
      }
      for (const each of firstOf(context, keeping)) {
        const { uniqueId } = each.node
        if (!faults.has(uniqueId)) faults.set(uniqueId, comesBack(context, model, each))
      }
    }
    return [...faults.values()]
  })
}

/** Tables that it reads, by way of others too, and that are not made anew. */
function keptBy(
  { loaded }: EraseContext,
  { rebuilds }: Erasure,
  model: ModelNode,
): readonly KeptNode[] {
  return [...loaded.graph.ancestors(model.uniqueId)].flatMap((id) => {
    const node = loaded.manifest.nodes.get(id)
    if (node === undefined || rebuilds.has(id)) return []
    if (node.resourceType === 'test' || !('relation' in node) || !('columns' in node)) return []
    return passesThrough(node) ? [] : [node]
  })
}

/** What is made from others that have it loses it with them. */
function firstOf({ loaded }: EraseContext, keeping: readonly Keeping[]): readonly Keeping[] {
  const ids = new Set(keeping.map(({ node }) => node.uniqueId))
  return keeping.filter(
    ({ node }) => ![...loaded.graph.ancestors(node.uniqueId)].some((id) => ids.has(id)),
  )
}

/** In one reading. */
async function columnsWith(
  { adapter, options }: EraseContext,
  session: Session,
  { relation }: KeptNode,
): Promise<readonly string[]> {
  const state = await session.describe(relation)
  if (state === undefined) return []
  const { dialect } = adapter
  const counts = state.columns.map(({ name, dataType }, index) => {
    const place = { columns: [name], fractional: hasPoint.test(dataType) ? [name] : [] }
    const held = holdsCondition(dialect, place, options.value)
    return `cast(count(case when ${held} then 1 end) as text) as c${index}`
  })
  const [row] = await session.query(
    `select ${counts.join(', ')} from ${dialect.relation(relation)}`,
    [options.value],
  )
  return state.columns.flatMap(({ name }, index) => (row?.[`c${index}`] === '0' ? [] : [name]))
}

function comesBack(
  { options: { by } }: EraseContext,
  model: ModelNode,
  { node, columns }: Keeping,
): Diagnostic {
  const [column = ''] = columns
  const isNamed = by.kind === 'column' ? 'is not named' : 'declares nothing'
  const mended =
    node.resourceType === 'seed'
      ? `take the lines out of ${node.path}, then: assay seed --select ${node.name}`
      : by.kind === 'column'
        ? `name it too: --column ${column}`
        : `declare it, so that those rows go too: columns: [{name: ${column}, meta: {identifies: ${by.name}}}]`
  const isHistory = !['table', 'view'].includes(model.materialization.name)
  return errorDiagnostic({
    code: 'erase-comes-back',
    message: `expected "${model.name}" to lose it with the rows that it is made from, found it in ${relationKey(node.relation)} by ${columns.join(', ')}, which ${isNamed}`,
    span: node.span,
    hint: isHistory
      ? `${mended}; or, if it is not made from these: assay run --full-refresh --select ${model.name}`
      : mended,
  })
}
