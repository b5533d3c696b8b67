/** What loading has not settled: dead letters, batches in quarantine, files that are left alone, what is to be tried again. */
import { type Session, textCell } from '../../core/adapter.ts'

export interface WaitingLoads {
  readonly relationKey: string
  /** Those that were replayed do not count. */
  readonly deadLetters: number
  /** Their ids. */
  readonly quarantinedBatches: readonly string[]
  /** Sources that failed as often as `tries` allows, as they are named. */
  readonly leftAlone: readonly string[]
  /** Sources of which the last try failed, or that are refused: the next run looks at them again. */
  readonly failing: readonly string[]
}

/** By table; those where nothing waits are left out. */
export async function readWaitingLoads(session: Session): Promise<readonly WaitingLoads[]> {
  const letters = await readDeadCounts(session)
  const aside = await readSetAside(session)
  const failing = await readFailing(session)
  const unsettled = [...aside, ...failing]
  const keys = new Set([...letters.keys(), ...unsettled.map(({ relationKey }) => relationKey)])
  return [...keys].toSorted().map((relationKey) => {
    const own = aside.filter((each) => each.relationKey === relationKey)
    return {
      relationKey,
      deadLetters: letters.get(relationKey) ?? 0,
      quarantinedBatches: [
        ...new Set(own.flatMap(({ batchId }) => (batchId === '' ? [] : [batchId]))),
      ],
      leftAlone: [
        ...new Set(own.flatMap(({ batchId, source }) => (batchId === '' ? [source] : []))),
      ],
      failing: failing.flatMap((each) => (each.relationKey === relationKey ? [each.source] : [])),
    }
  })
}

async function readDeadCounts(session: Session): Promise<ReadonlyMap<string, number>> {
  const rows = await session.query(
    `select relation_key, cast(count(*) as text) as letters
from _assay.dead_letters as dead
where phase = 'dead'
and not exists (
  select 1 from _assay.dead_letters as settled
  where settled.dead_letter_id = dead.dead_letter_id and settled.phase <> 'dead'
)
group by relation_key`,
  )
  return new Map(
    rows.map((row) => [textCell(row, 'relation_key'), Number(textCell(row, 'letters'))]),
  )
}

interface SetAside {
  readonly relationKey: string
  /** Empty: a source of which no batch was made. */
  readonly batchId: string
  readonly source: string
}

/** Whose newest word it is: a file that has changed since is tried anew, in a batch of its own. */
async function readSetAside(session: Session): Promise<readonly SetAside[]> {
  const rows = await session.query(
    `select distinct relation_key, batch_id, source
from _assay.loads as loads
where status = 'quarantined'
and not exists (
  select 1 from _assay.loads as later
  where later.relation_key = loads.relation_key and later.source = loads.source
  and (later.batch_id = loads.batch_id or loads.batch_id = '')
  and later.recorded_at > loads.recorded_at
)
order by relation_key, batch_id, source`,
  )
  return rows.map((row) => ({
    relationKey: textCell(row, 'relation_key'),
    batchId: textCell(row, 'batch_id'),
    source: textCell(row, 'source'),
  }))
}

async function readFailing(
  session: Session,
): Promise<readonly Pick<SetAside, 'relationKey' | 'source'>[]> {
  const rows = await session.query(
    `select distinct relation_key, source
from _assay.loads as loads
where status in ('failed', 'refused')
and not exists (
  select 1 from _assay.loads as later
  where later.relation_key = loads.relation_key and later.source = loads.source
  and later.status not in ('failed', 'refused') and later.recorded_at > loads.recorded_at
)
order by relation_key, source`,
  )
  return rows.map((row) => ({
    relationKey: textCell(row, 'relation_key'),
    source: textCell(row, 'source'),
  }))
}
