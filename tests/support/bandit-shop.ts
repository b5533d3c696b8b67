/** A made-up shop that asks `/bandits/select` for a price for each visit, and reports what became of it: seeded, so the same again. */

export interface ShopArm {
  readonly priceId: string
  readonly price: number
  /** Share of visits that buy. */
  readonly rate: number
}

/** What each visit earns in expectation: 1.00, 1.20, 1.30 and 1.125. */
export const shopArms: readonly ShopArm[] = [
  { priceId: '10', price: 10, rate: 0.1 },
  { priceId: '15', price: 15, rate: 0.08 },
  { priceId: '20', price: 20, rate: 0.065 },
  { priceId: '25', price: 25, rate: 0.045 },
]

export interface ShopRequests {
  /** Status and body; the key is the caller's business. */
  post(path: string, body: unknown): Promise<{ readonly status: number; readonly body: unknown }>
}

export interface Visits {
  readonly requests: ShopRequests
  readonly experimentId: string
  readonly arms: readonly ShopArm[]
  /** From 0 up to, not including, 1. */
  readonly random: () => number
  /** Names sessions and events. */
  readonly name: string
  readonly count: number
  /** Asked for at the same time; 1 for draws that come in the same order again. */
  readonly atOnce: number
  /** Of the first visit; the others follow, a second apart. */
  readonly startsAt: Date
}

export interface Visited {
  /** By arm: how often it was shown, bought, and the sum of the probabilities with which it was drawn. */
  readonly arms: ReadonlyMap<string, Tally>
  /** Events that were sent. */
  readonly events: number
  /** What was given away by not always showing the best arm, in expectation. */
  readonly regret: number
  readonly revenue: number
}

export interface Tally {
  readonly shown: number
  readonly bought: number
}

/** Throws where an answer is not as it should be. */
export async function playVisits(visits: Visits): Promise<Visited> {
  const { arms, count, atOnce } = visits
  const best = Math.max(...arms.map(({ price, rate }) => price * rate))
  const outcomes: Outcome[] = []
  // Whether a visit buys is drawn before, so that it does not hang on who is answered first.
  const luck = Array.from({ length: count }, () => visits.random())
  const next = luck.entries()
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const [index, number] of next) outcomes.push(await playVisit(visits, index, number))
    }),
  )
  const events = outcomes.flatMap((outcome) => outcome.events)
  for (let start = 0; start < events.length; start += 2000) {
    await send(visits.requests, events.slice(start, start + 2000))
  }
  const tallies = new Map<string, Tally>(arms.map(({ priceId }) => [priceId, nobody]))
  let regret = 0
  let revenue = 0
  for (const { arm, hasBought } of outcomes) {
    const { shown, bought } = tallies.get(arm.priceId) ?? nobody
    tallies.set(arm.priceId, { shown: shown + 1, bought: bought + (hasBought ? 1 : 0) })
    regret += best - arm.price * arm.rate
    revenue += hasBought ? arm.price : 0
  }
  return { arms: tallies, events: events.length, regret, revenue }
}

const nobody: Tally = { shown: 0, bought: 0 }

interface Outcome {
  readonly arm: ShopArm
  readonly hasBought: boolean
  readonly events: readonly object[]
}

async function playVisit(visits: Visits, index: number, luck: number): Promise<Outcome> {
  const { requests, experimentId, arms, name, startsAt } = visits
  const session = `${name}-${index}`
  const { status, body } = await requests.post('/bandits/select', {
    experiment_id: experimentId,
    selection_id: session,
    session_id: session,
  })
  const priceId = textIn(body, 'price_id')
  const arm = arms.find((each) => each.priceId === priceId)
  if (status !== 200 || arm === undefined) {
    throw new Error(`expected an arm, found ${status} ${JSON.stringify(body)}`)
  }
  const at = startsAt.getTime() + index * 1000
  const event = (event_name: string, seconds: number, more: object) => ({
    event_id: `${session}-${event_name}`,
    event_name,
    experiment_id: experimentId,
    price_id: priceId,
    session_id: session,
    event_timestamp: new Date(at + seconds * 1000).toISOString(),
    ...more,
  })
  const hasBought = luck < arm.rate
  const bought = hasBought
    ? [
        event('conversion_event', 60, { outcome: 'purchase' }),
        event('revenue_event', 61, { amount: arm.price.toFixed(2), currency: 'USD' }),
      ]
    : []
  return {
    arm,
    hasBought,
    events: [event('impression_event', 1, { selection_id: session }), ...bought],
  }
}

async function send(requests: ShopRequests, events: readonly object[]): Promise<void> {
  const { status, body } = await requests.post('/events', events)
  if (status === 202 && numberIn(body, 'rejected') === 0) return
  throw new Error(`expected the events to be kept, found ${status} ${JSON.stringify(body)}`)
}

function textIn(body: unknown, key: string): string | undefined {
  const value = valueIn(body, key)
  return typeof value === 'string' ? value : undefined
}

function numberIn(body: unknown, key: string): number | undefined {
  const value = valueIn(body, key)
  return typeof value === 'number' ? value : undefined
}

function valueIn(body: unknown, key: string): unknown {
  return typeof body === 'object' && body !== null
    ? Object.entries(body).find(([name]) => name === key)?.[1]
    : undefined
}

/** Numbers from 0 up to 1 that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
