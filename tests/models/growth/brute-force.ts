/** Sessions, carts and attribution computed event by event, the slow and plain way, to compare the models with. */
import type { Row } from '../rows.ts'

export interface PlainEvent {
  readonly eventId: string
  readonly message: string
  readonly name: string
  /** Microseconds since 1970. */
  readonly time: number
  readonly user: string
  readonly platform: string
  readonly product: string
  readonly list: string | null
  readonly quantity: number
  /** Of one, in ten thousandths. */
  readonly netPrice: number
}

export interface PlainSession {
  readonly user: string
  readonly platform: string
  readonly events: readonly PlainEvent[]
}

const minute = 60_000_000

export function eventOf(row: Row): PlainEvent {
  const text = (column: string): string => String(row[column])
  const list = row['list_id']
  return {
    eventId: text('event_id'),
    message: text('source_event_id'),
    name: text('event_name'),
    time: microseconds(text('event_timestamp')),
    user: text('user_id'),
    platform: text('platform_id'),
    product: text('product_id'),
    list: typeof list === 'string' ? list : null,
    quantity: Number(row['quantity']),
    netPrice: Math.round(Number(row['unit_net_price'] ?? 0) * 10_000),
  }
}

export function microseconds(timestamp: string): number {
  const [seconds = '', fraction = ''] = timestamp.split('.')
  return Date.parse(`${seconds.replace(' ', 'T')}Z`) * 1000 + Number(fraction.padEnd(6, '0'))
}

/** An event belongs to the session of an event not more than half an hour before it. */
export function plainSessions(events: readonly PlainEvent[]): readonly PlainSession[] {
  const sessions: { user: string; platform: string; events: PlainEvent[] }[] = []
  for (const event of events.toSorted((left, right) => left.time - right.time)) {
    const open = sessions.find(
      (session) =>
        session.user === event.user &&
        session.platform === event.platform &&
        session.events.some(({ time }) => event.time - time <= 30 * minute),
    )
    if (open === undefined) {
      sessions.push({ user: event.user, platform: event.platform, events: [event] })
    } else open.events.push(event)
  }
  return sessions
}

export function plainAttribution(event: PlainEvent, session: PlainSession) {
  if (event.list !== null) return { basis: 'own', list: event.list }
  const shown = session.events.filter(
    (other) =>
      other.name === 'view_item_list' &&
      other.list !== null &&
      other.time <= event.time &&
      event.time - other.time <= 30 * minute,
  )
  const latestOfAll = (impressions: readonly PlainEvent[]): PlainEvent | undefined =>
    impressions.reduce<PlainEvent | undefined>(
      (latest, other) => (latest === undefined || isAfter(other, latest) ? other : latest),
      undefined,
    )
  const ofProduct = latestOfAll(shown.filter(({ product }) => product === event.product))
  if (ofProduct !== undefined) return { basis: 'product', list: ofProduct.list }
  const ofSession = latestOfAll(shown)
  if (ofSession !== undefined) return { basis: 'session', list: ofSession.list }
  return { basis: 'none', list: null }
}

function isAfter(left: PlainEvent, right: PlainEvent): boolean {
  if (left.time !== right.time) return left.time > right.time
  if (left.message !== right.message) {
    return Buffer.compare(Buffer.from(left.message), Buffer.from(right.message)) > 0
  }
  return left.eventId > right.eventId
}

/** What is in the cart at the end, in ten thousandths: the last checkout, else what was added less what was removed. */
export function plainCart({ events }: PlainSession): ReadonlyMap<string, number> {
  const checkouts = events.filter(({ name }) => name === 'begin_checkout')
  const last = checkouts.reduce<PlainEvent | undefined>(
    (latest, other) => (latest === undefined || isAfter(other, latest) ? other : latest),
    undefined,
  )
  const lines =
    last === undefined
      ? events.filter(({ name }) => ['add_to_cart', 'remove_from_cart'].includes(name))
      : checkouts.filter(({ message }) => message === last.message)
  const cart = new Map<string, { quantity: number; value: number }>()
  for (const { product, quantity, netPrice, name } of lines) {
    const sign = name === 'remove_from_cart' ? -1 : 1
    const before = cart.get(product) ?? { quantity: 0, value: 0 }
    cart.set(product, {
      quantity: before.quantity + sign * quantity,
      value: before.value + sign * quantity * netPrice,
    })
  }
  const left = [...cart].filter(([product, { quantity }]) => product !== 'none' && quantity > 0)
  return new Map(left.map(([product, { value }]) => [product, Math.max(0, Math.round(value))]))
}
