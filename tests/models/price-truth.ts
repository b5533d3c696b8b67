/** What each price earned, reckoned from the events of the sample by loops: trials, conversions, money. */

type Raw = Readonly<Record<string, string>>

export interface ArmTruth {
  readonly trials: number
  readonly conversions: number
  /** Conversions without a trial. */
  readonly orphans: number
  readonly rewards: readonly number[]
}

interface Trial {
  readonly id: string
  readonly at: number
  readonly user: string
  readonly session: string
  readonly price: string
  hasConverted: boolean
  revenue: number
}

const windowMs = 24 * 3_600_000

/** Of spring_price: unit session, purchases, 24 hours. */
export function priceTruths(
  rows: readonly Raw[],
  prices: readonly string[],
): ReadonlyMap<string, ArmTruth> {
  const events = usable(rows, prices)
  const trials = new Map<string, Trial>()
  const shown = events.filter(({ name }) => name === 'impression_event')
  for (const event of shown.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))) {
    const key = event.session === '' ? event.id : `${event.price} ${event.session}`
    if (trials.has(key)) continue
    const { id, at, user, session, price } = event
    trials.set(key, { id, at, user, session, price, hasConverted: false, revenue: 0 })
  }
  const orphans: string[] = []
  for (const event of events) {
    if (event.name === 'impression_event' || event.outcome === 'click') continue
    const open = [...trials.values()].filter(
      (trial) =>
        trial.price === event.price && trial.at <= event.at && event.at < trial.at + windowMs,
    )
    const bySession = open.filter(
      (trial) => trial.session !== '' && trial.session === event.session,
    )
    const byUser = open.filter((trial) => trial.user !== '' && trial.user === event.user)
    const [found] = (bySession.length > 0 ? bySession : byUser).toSorted((a, b) => b.at - a.at)
    if (found === undefined) {
      if (event.name === 'conversion_event') orphans.push(event.price)
      continue
    }
    if (event.name === 'conversion_event') found.hasConverted = true
    else found.revenue += event.amount
  }
  return new Map(
    prices.map((price) => {
      const own = [...trials.values()].filter((trial) => trial.price === price)
      const truth = {
        trials: own.length,
        conversions: own.filter((trial) => trial.hasConverted).length,
        orphans: orphans.filter((each) => each === price).length,
        rewards: own.map((trial) => trial.revenue),
      }
      return [price, truth] as const
    }),
  )
}

function usable(rows: readonly Raw[], prices: readonly string[]) {
  const seen = new Set<string>()
  return rows.flatMap((row) => {
    const id = row['event_id'] ?? ''
    const at = Date.parse(row['event_timestamp'] ?? '')
    const amount = Number(row['amount'] ?? '')
    const isKnown =
      row['experiment_id'] === 'spring_price' &&
      prices.includes(row['price_id'] ?? '') &&
      ['impression_event', 'conversion_event', 'revenue_event'].includes(row['event_name'] ?? '')
    const isRight =
      !Number.isNaN(at) &&
      at <= Date.parse(row['_loaded_at'] ?? '') + 600_000 &&
      amount >= 0 &&
      ['', 'USD'].includes(row['currency'] ?? '')
    if (!isKnown || !isRight || seen.has(id)) return []
    seen.add(id)
    return [
      {
        id,
        at,
        amount,
        name: row['event_name'] ?? '',
        price: row['price_id'] ?? '',
        user: row['user_id'] ?? '',
        session: row['session_id'] ?? '',
        outcome: row['outcome'] ?? '',
      },
    ]
  })
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

export function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values)
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
}
