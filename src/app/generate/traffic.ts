/** A seed to a stream of messages, each when it arrives: visits over days and hours, and dirt where it is asked for. */
import { never } from '../../core/never.ts'
import { type Random, randomFrom } from '../../transform/verify/history/random.ts'
import type { Arrival, DirtKind } from './arrival.ts'
import { createQueue } from './arrival-queue.ts'
import { type EventRecord, isoOf, type Message, recordOf } from './message.ts'
import { openShop, type Period } from './shop.ts'
import { shopperOf } from './shopper.ts'
import { messagesOfVisit } from './visit.ts'

export interface TrafficOptions {
  readonly seed: number
  /** Messages; dirt comes on top. */
  readonly events: number
  readonly users: number
  readonly products: number
  /** Milliseconds since 1970. */
  readonly period: Period
  /** The share of messages that something happens to, 0 to 1. */
  readonly dirt: number
}

const slotMs = 600_000
const minuteUs = 60_000_000

/** In order of arrival. Holds what has not arrived yet, never the whole. */
export function* traffic(options: TrafficOptions): Generator<Arrival> {
  const { seed, events, period } = options
  const shop = openShop(seed, options.products, period)
  const random = randomFrom(seed, 'visits')
  const soil = randomFrom(seed, 'dirt')
  const queue = createQueue()
  const slots = Math.max(1, Math.ceil((period.to - period.from) / slotMs))
  const weights = Array.from({ length: slots }, (_, slot) => weightOf(period.from + slot * slotMs))
  const weightOfAll = weights.reduce((sum, weight) => sum + weight, 0)
  let weightSoFar = 0
  let made = 0
  let visits = 0
  for (const [slot, weight] of weights.entries()) {
    const slotStart = (period.from + slot * slotMs) * 1000
    yield* queue.until(slotStart)
    weightSoFar += weight
    const target = Math.round((events * weightSoFar) / weightOfAll)
    while (made < target) {
      visits += 1
      // The square makes some come often and many once.
      const number = Math.floor(random.next() ** 2 * options.users)
      const messages = messagesOfVisit({
        shop,
        shopper: shopperOf(seed, number, shop),
        start: slotStart + Math.floor(random.next() * slotMs * 1000),
        random: randomFrom(seed, 'visit', visits),
        number: visits,
      }).slice(0, events - made)
      made += messages.length
      for (const message of messages) {
        for (const arrival of arrivalsOf(message, soil, options.dirt)) queue.add(arrival)
      }
    }
  }
  yield* queue.until(Number.POSITIVE_INFINITY)
}

/** Quiet nights, busy evenings, more at the weekend. */
function weightOf(timeMs: number): number {
  const time = new Date(timeMs)
  const hour = time.getUTCHours()
  const isWeekend = [0, 6].includes(time.getUTCDay())
  const day = 1 + Math.cos(((hour - 20) / 24) * 2 * Math.PI)
  return (0.25 + day) * (isWeekend ? 1.3 : 1)
}

const dirtKinds: readonly DirtKind[] = [
  'malformed',
  'incomplete',
  'broken_items',
  'duplicate',
  'late',
  'out_of_order',
  'skewed_clock',
]

/** The message itself always arrives whole: with dirt or without, the facts are the same. */
function arrivalsOf(message: Message, soil: Random, dirt: number): readonly Arrival[] {
  const record = recordOf(message)
  const good: Arrival = { arrivedAt: message.time, line: JSON.stringify(record), record }
  if (dirt === 0) return [good]
  const kind = soil.chance(dirt) ? dirtKinds[soil.below(dirtKinds.length)] : undefined
  const chance = soil.next()
  switch (kind) {
    case undefined:
      return [good]
    case 'late':
      return [
        { ...good, dirt: kind, arrivedAt: good.arrivedAt + 60 * minuteUs * (1 + chance * 71) },
      ]
    case 'out_of_order':
      return [{ ...good, dirt: kind, arrivedAt: good.arrivedAt + minuteUs * chance * 30 }]
    case 'duplicate':
      return [good, { ...good, dirt: kind, arrivedAt: good.arrivedAt + minuteUs * chance * 600 }]
    case 'malformed':
      return [
        good,
        {
          ...good,
          dirt: kind,
          record: null,
          line: good.line.slice(0, 1 + Math.floor(chance * (good.line.length - 2))),
        },
      ]
    case 'incomplete':
      return [good, dirty(good, kind, without(record, chance))]
    case 'broken_items': {
      const items = typeof record.items === 'string' ? record.items.slice(0, -2) : '[{'
      return [good, dirty(good, kind, { ...record, event_id: null, items })]
    }
    case 'skewed_clock':
      return [
        good,
        dirty(good, kind, {
          ...record,
          event_id: null,
          event_timestamp: isoOf(Date.UTC(2099, 0, 1) * 1000 + (message.time % minuteUs)),
        }),
      ]
    default:
      return never(kind)
  }
}

function dirty(good: Arrival, dirt: DirtKind, record: EventRecord): Arrival {
  return { arrivedAt: good.arrivedAt, line: JSON.stringify(record), record, dirt }
}

function without(record: EventRecord, chance: number): EventRecord {
  const rest = { ...record, event_id: null }
  if (chance < 0.33) return { ...rest, event_name: null }
  if (chance < 0.66) return { ...rest, event_timestamp: null }
  return { ...rest, user_id: null, user_pseudo_id: null }
}
