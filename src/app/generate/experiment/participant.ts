/** One made-up user of an A/B test, from a seed and a number: who they are, what they were assigned, what they did. */
import { type Random, randomFrom } from '../../../transform/verify/history/random.ts'
import { dayMs } from '../shop.ts'
import type { Trial } from './trial.ts'

export interface Participant {
  readonly userId: string
  readonly country: string
  readonly device: string
  readonly signedUpAt: number
  readonly variant: 'control' | 'treatment'
  readonly assignedAt: number
  readonly visits: readonly Visit[]
}

export interface Visit {
  readonly sessionId: string
  readonly startedAt: number
  readonly endedAt: number
  readonly events: readonly Step[]
}

export interface Step {
  readonly eventType: string
  readonly at: number
  readonly productId: string
  readonly price: number
  readonly quantity: number
  readonly revenue: number
}

const countries = ['NL', 'DE', 'BE', 'FR', 'US']
const devices = ['mobile', 'mobile', 'mobile', 'desktop', 'desktop', 'tablet']

/** Before the assignment, and after it: what CUPED adjusts by, the outcome window and the fortnight of retention. */
const daysBefore = 14
const daysAfter = 21

const minuteMs = 60_000

export function participant(trial: Trial, index: number): Participant {
  const random = randomFrom(trial.seed, 'participant', index)
  const userId = `u${String(index + 1).padStart(7, '0')}`
  const variant = random.chance(0.5) ? 'treatment' : 'control'
  const assignedAt = trial.startMs + random.next() * trial.days * dayMs
  const taste = 0.4 + random.next() * 1.2
  const device = pick(random, devices)
  const person = { trial, userId, variant, assignedAt, taste, random } as const
  const count = 1 + random.below(5)
  const starts = Array.from({ length: count }, (_, visit) =>
    visit === 0
      ? assignedAt + random.next() * 6 * 60 * minuteMs
      : assignedAt + (random.next() * (daysBefore + daysAfter) - daysBefore) * dayMs,
  ).toSorted((a, b) => a - b)
  return {
    userId,
    country: pick(random, countries),
    device,
    signedUpAt: assignedAt - (daysBefore + random.next() * 300) * dayMs,
    variant,
    assignedAt,
    visits: starts.map((startedAt, visit) =>
      visitOf(person, startedAt, `s${userId.slice(1)}${visit}`),
    ),
  }
}

interface Person {
  readonly trial: Trial
  readonly variant: Participant['variant']
  readonly assignedAt: number
  /** How readily this user buys; 1 is average. It is what makes one purchase a hint of the next. */
  readonly taste: number
  readonly random: Random
}

/** The effect is on buying alone: what leads up to it is alike in both variants. */
function visitOf(person: Person, startedAt: number, sessionId: string): Visit {
  const { trial, random, taste } = person
  const product = trial.products[random.below(trial.products.length)]
  const price = product?.price ?? 10
  const productId = product?.productId ?? ''
  const steps: Step[] = []
  let at = startedAt
  const step = (eventType: string, quantity = 0, revenue = 0): void => {
    steps.push({ eventType, at, productId, price, quantity, revenue })
    at += (5 + random.next() * 90) * 1000
  }
  step(random.chance(0.12) ? 'product_view' : 'view_product')
  if (random.chance(0.35)) return { sessionId, startedAt, endedAt: startedAt, events: steps }
  const views = random.below(4)
  for (let view = 0; view < views; view += 1) step('view_product')
  if (random.chance(Math.min(0.28 * taste, 0.9))) {
    step('add_to_cart', 1)
    if (random.chance(0.55)) {
      step('begin_checkout', 1)
      if (random.chance(buyingRate(person, startedAt))) {
        const quantity = random.chance(0.85) ? 1 : 2
        step('purchase', quantity, price * quantity)
      }
    }
  }
  return { sessionId, startedAt, endedAt: at, events: steps }
}

function buyingRate({ trial, variant, assignedAt, taste }: Person, at: number): number {
  const isTreated = variant === 'treatment' && at >= assignedAt
  return Math.min(0.3 * taste * (isTreated ? 1 + trial.lift : 1), 0.95)
}

function pick(random: Random, values: readonly string[]): string {
  return values[random.below(values.length)] ?? ''
}
