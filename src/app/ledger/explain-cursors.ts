/** Where the cursors of a model stand, and how far behind what is there now. */
import { textCell } from '../../core/adapter.ts'
import type { BuiltNode, Node } from '../../core/node.ts'
import { relationKey } from '../../core/relation.ts'
import { readCursors, type StoredCursor } from '../../ledger/cursors/cursors.ts'
import { epochOf } from '../../transform/execute/cursors/upstream-epoch.ts'
import type { ExplainedCursor } from './ledger-use-cases.ts'
import type { Look } from './look-at-ledger.ts'

interface CursorOptions {
  /** Rows behind are counted, which reads the upstream. */
  readonly countsRows: boolean
}

/** Those of the newest publication. */
export async function explainCursors(
  around: Look,
  node: BuiltNode,
  options: CursorOptions,
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
    const newest = await newestOf(around, upstream, { ...cursor, ...options })
    cursors.push({
      upstream: upstream.name,
      feed: cursor.feed,
      high: cursor.high,
      epoch: cursor.epoch,
      isEpochCurrent: (await epochOf(around.survey, around.session, upstream)) === cursor.epoch,
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

type Newest = Pick<ExplainedCursor, 'newest' | 'isBehind' | 'behind'>

const unknown: Newest = { newest: undefined, isBehind: false, behind: undefined }

async function newestOf(
  { session, survey }: Look,
  upstream: Followed,
  { feed, high, countsRows }: StoredCursor & CursorOptions,
): Promise<Newest> {
  if (feed === 'changes') {
    const version = survey.publications.get(relationKey(upstream.relation))?.version
    if (version === undefined) return unknown
    const behind = Math.max(0, version - Number(high ?? 0))
    return { newest: String(version), isBehind: behind > 0, behind }
  }
  const { dialect } = survey
  const state = await session.describe(upstream.relation)
  const column = state?.columns.find(
    ({ name }) => name.toLowerCase() === upstream.arrival?.column.toLowerCase(),
  )
  // The ids of transactions have no maximum that says how far one can read.
  if (column === undefined || column.dataType === 'xid8') return unknown
  const name = dialect.quote(column.name)
  const isAbove = (value: string) =>
    high === undefined ? 'true' : `${value} > cast(${dialect.literal(high)} as ${column.dataType})`
  const behind = countsRows
    ? `cast(count(*) filter (where ${isAbove(name)}) as text)`
    : 'cast(null as text)'
  const [row] = await session.query(
    `select cast(max(${name}) as text) as newest,
  ${isAbove(`max(${name})`)} as is_behind,
  ${behind} as behind
from ${dialect.relation(upstream.relation)}`,
  )
  if (row === undefined || row['newest'] === null) return { ...unknown, behind: 0 }
  return {
    newest: textCell(row, 'newest'),
    isBehind: row['is_behind'] === true,
    behind: countsRows ? Number(textCell(row, 'behind')) : undefined,
  }
}
