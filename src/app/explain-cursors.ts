/** Where the cursors of a model stand, and how far behind what is there now. */
import { textCell } from '../core/adapter.ts'
import type { Node } from '../core/node.ts'
import { relationKey } from '../core/relation.ts'
import { readCursors, type StoredCursor } from '../ledger/cursors.ts'
import { epochOf } from '../transform/execute/upstream-epoch.ts'
import type { ExplainedCursor } from './ledger-use-cases.ts'
import type { BuiltNode, Look } from './look-at-ledger.ts'

/** Those of the newest publication. */
export async function explainCursors(
  around: Look,
  node: BuiltNode,
): Promise<readonly ExplainedCursor[]> {
  const key = relationKey(node.relation)
  const last = around.survey.publications.get(key)
  if (node.resourceType !== 'model' || node.cursorReads.length === 0) return []
  const stored = await readCursors(around.session, key)
  const cursors: ExplainedCursor[] = []
  for (const cursor of stored) {
    if (cursor.version !== last?.version) continue
    const upstream = upstreamOf(around, cursor)
    if (upstream === undefined) continue
    const newest = await newestOf(around, upstream, cursor)
    cursors.push({
      upstream: upstream.name,
      feed: cursor.feed,
      high: cursor.high,
      epoch: cursor.epoch,
      isEpochCurrent: epochOf(around.survey, upstream) === cursor.epoch,
      ...newest,
    })
  }
  return cursors
}

type Followed = Extract<Node, { readonly arrival: unknown }>

function upstreamOf({ survey }: Look, { upstreamKey }: StoredCursor): Followed | undefined {
  for (const node of survey.manifest.nodes.values()) {
    if ('arrival' in node && relationKey(node.relation) === upstreamKey) return node
  }
  return undefined
}

type Newest = Pick<ExplainedCursor, 'newest' | 'behind'>

const unknown: Newest = { newest: undefined, behind: undefined }

async function newestOf(
  { session, survey }: Look,
  upstream: Followed,
  { feed, high }: StoredCursor,
): Promise<Newest> {
  if (feed === 'changes') {
    const version = survey.publications.get(relationKey(upstream.relation))?.version
    if (version === undefined) return unknown
    return { newest: String(version), behind: Math.max(0, version - Number(high ?? 0)) }
  }
  const { dialect } = survey
  const state = await session.describe(upstream.relation)
  const column = state?.columns.find(
    ({ name }) => name.toLowerCase() === upstream.arrival?.column.toLowerCase(),
  )
  if (column === undefined) return unknown
  const name = dialect.quote(column.name)
  const isNew =
    high === undefined ? 'true' : `${name} > cast(${dialect.literal(high)} as ${column.dataType})`
  const [row] = await session.query(
    `select cast(max(${name}) as text) as newest,
  cast(count(*) filter (where ${isNew}) as text) as behind
from ${dialect.relation(upstream.relation)}`,
  )
  if (row === undefined || row['newest'] === null) return { newest: undefined, behind: 0 }
  return { newest: textCell(row, 'newest'), behind: Number(textCell(row, 'behind')) }
}
