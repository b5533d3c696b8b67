/** What the models have published of each arm: the share with which it is drawn, and what it has spent of its budget. */
import type { ReadDatabase } from '../../context.ts'
import type { BanditTables } from '../bandit-tables.ts'
import { type NamedRow, numberIn, readRows, textIn } from '../read-rows.ts'
import type { ArmWeight } from './draw-arm.ts'

export interface PublishedArm extends ArmWeight {
  /** undefined: of all together. */
  readonly segment: string | undefined
  /** Of the posterior that the share follows; null before the first trial. */
  readonly snapshotId: string | null
}

/** By experiment. */
export interface PublishedWeights {
  readonly arms: ReadonlyMap<string, readonly PublishedArm[]>
  /** Money, by arm: `spent` of the models, else what was earned. */
  readonly spent: ReadonlyMap<string, ReadonlyMap<string, number>>
}

export async function readWeights(
  database: ReadDatabase,
  { weights, totals }: Pick<BanditTables, 'weights' | 'totals'>,
): Promise<PublishedWeights> {
  const { dialect } = database
  const published = await readRows(database, `select * from ${dialect.relation(weights)}`)
  const spent =
    totals === undefined
      ? undefined
      : await readRows(database, `select * from ${dialect.relation(totals)}`)
  return {
    arms: new Map(
      [...byExperiment(published ?? [])].map(([name, rows]) => [name, rows.map(publishedArm)]),
    ),
    spent: new Map(
      [...byExperiment(spent ?? [])].map(([name, rows]) => [
        name,
        new Map(
          rows.map((row) => [
            textIn(row, 'price_id') ?? '',
            numberIn(row, 'spent') ?? numberIn(row, 'revenue') ?? 0,
          ]),
        ),
      ]),
    ),
  }
}

function byExperiment(rows: readonly NamedRow[]): ReadonlyMap<string, readonly NamedRow[]> {
  const groups = new Map<string, NamedRow[]>()
  for (const row of rows) {
    const name = textIn(row, 'experiment_id') ?? ''
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [row])
    else group.push(row)
  }
  return groups
}

/** A project without segments has no such column. */
function publishedArm(row: NamedRow): PublishedArm {
  const segment = textIn(row, 'segment') ?? ''
  return {
    priceId: textIn(row, 'price_id') ?? '',
    weight: numberIn(row, 'weight') ?? 0,
    segment: segment === '' ? undefined : segment,
    snapshotId: textIn(row, 'snapshot_id'),
  }
}

/** Those of a segment where it has any, else those of all together. */
export function armsOf(
  arms: readonly PublishedArm[],
  segment: string | undefined,
): { readonly arms: readonly PublishedArm[]; readonly segment: string | undefined } {
  const own = arms.filter((arm) => arm.segment === segment)
  if (segment !== undefined && own.length > 0) return { arms: own, segment }
  return { arms: arms.filter((arm) => arm.segment === undefined), segment: undefined }
}
