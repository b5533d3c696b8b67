/** The arms of a bandit with what each view says of them, and the few of them that charts show. */
import { numberIn, type Row, textIn } from './cells.ts'
import type { PanelData } from './panel-data.ts'

export interface Arm {
  readonly id: string
  readonly label: string
  /** null: it has none. */
  readonly price: number | null
  readonly total: Row | undefined
  readonly weight: Row | undefined
  /** Its place among the colours; undefined: charts leave it out. */
  readonly color: number | undefined
}

/** As many as can be told apart. */
const chartedArms = 6

/** As it is declared. */
export function banditOf(data: PanelData): Row | undefined {
  return data.view('experiments').rows.find((row) => textIn(row, 'experiment_id') === data.bandit)
}

/** In the order of their price, then of their name; charts show those that get most. */
export function armsOf(data: PanelData): readonly Arm[] {
  const totals = byArm(data.view('aggregates_total').rows)
  const weights = byArm(weightsOf(data))
  const known = byArm(data.view('bandits').rows)
  const ids = [...new Set([...known.keys(), ...totals.keys(), ...weights.keys()])].toSorted(
    (a, b) =>
      (numberIn(known.get(a), 'price') ?? 0) - (numberIn(known.get(b), 'price') ?? 0) ||
      byNumbers.compare(a, b),
  )
  const charted = ids
    .toSorted(
      (a, b) => shareOf(weights.get(b), totals.get(b)) - shareOf(weights.get(a), totals.get(a)),
    )
    .slice(0, chartedArms)
  const ordered = ids.filter((id) => charted.includes(id))
  return ids.map((id) => {
    const bandit = known.get(id)
    return {
      id,
      label: textIn(bandit, 'label') || id,
      price: numberIn(bandit, 'price'),
      total: totals.get(id),
      weight: weights.get(id),
      color: charted.includes(id) ? ordered.indexOf(id) : undefined,
    }
  })
}

/** `2` before `10`. */
const byNumbers = new Intl.Collator(undefined, { numeric: true })

/** Of the segment that is looked at. */
export function weightsOf(data: PanelData): readonly Row[] {
  return data.view('bandit_weights').rows.filter((row) => textIn(row, 'segment') === data.segment)
}

function shareOf(weight: Row | undefined, total: Row | undefined): number {
  return (numberIn(weight, 'weight') ?? 0) + (numberIn(total, 'impressions') ?? 0) * 1e-12
}

function byArm(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [textIn(row, 'price_id'), row]))
}

/** Said where charts do not show all. */
export function chartedNote(arms: readonly Arm[]): string {
  return arms.length <= chartedArms
    ? ''
    : `The chart shows the ${chartedArms} of ${arms.length} arms with the greatest share; the table has all.`
}
