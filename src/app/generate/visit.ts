/** One visit of a shopper to the messages it sends, in order of time. */
import type { Random } from '../../transform/verify/history/random.ts'
import type { Item, Message } from './message.ts'
import { campaignsOf, dayMs, type ItemList, type Product, priceAt, type Shop } from './shop.ts'
import type { Platform, Shopper } from './shopper.ts'

export interface Visit {
  readonly shop: Shop
  readonly shopper: Shopper
  /** Microseconds since 1970. */
  readonly start: number
  readonly random: Random
  /** A number of its own for what this visit names: orders, messages. */
  readonly number: number
}

const secondUs = 1_000_000

export function messagesOfVisit(visit: Visit): readonly Message[] {
  const { random, shop } = visit
  const writer = startWriting(visit)
  if (random.chance(0.4)) writer.write('page_view', [])
  if (random.chance(0.22)) {
    writer.write('view_item_list', shownItems(writer, pick(random, shop.lists)))
    return writer.messages
  }
  const cart: CartLine[] = []
  const rounds = 1 + random.below(3)
  for (let round = 0; round < rounds; round += 1) browse(writer, cart)
  if (cart.length > 0 && random.chance(0.6)) checkOut(writer, cart)
  if (writer.messages.length === 0) writer.write('page_view', [])
  return writer.messages
}

interface CartLine {
  readonly product: Product
  readonly list: ItemList | undefined
  readonly quantity: number
}

interface Writer {
  readonly visit: Visit
  readonly messages: Message[]
  time: number
  write(eventName: string, items: readonly Item[], transactionId?: string): void
}

function startWriting(visit: Visit): Writer {
  const { random, shopper, shop } = visit
  const platform = pick(random, shopper.platforms)
  const isLoggedIn = random.chance(0.85)
  const writer: Writer = {
    visit,
    messages: [],
    time: visit.start,
    write(eventName, items, transactionId) {
      const place = writer.messages.length
      if (place > 0) writer.time += pause(random)
      const experiment = experimentAt(shop, shopper, writer.time / 1000)
      writer.messages.push({
        eventId: random.chance(0.9) ? `m${visit.number.toString(36)}-${place}` : null,
        eventName,
        time: writer.time,
        userId: isLoggedIn ? shopper.userId : null,
        anonymousId: anonymousId(shopper, platform),
        platform,
        transactionId: transactionId ?? null,
        experimentId: experiment?.id ?? null,
        experimentVariant: experiment?.variant ?? null,
        items,
      })
    },
  }
  return writer
}

function anonymousId({ anonymousIds }: Shopper, platform: Platform): string {
  return anonymousIds[platform]
}

/** Most pauses are short; some cut the session, some are exactly as long as a session may wait. */
function pause(random: Random): number {
  const kind = random.next()
  if (kind < 0.004) return 1800 * secondUs
  if (kind < 0.02) return (1801 + random.below(1800)) * secondUs + random.below(secondUs)
  return Math.floor(-Math.log(1 - random.next()) * 45 * secondUs) + 1 + random.below(secondUs)
}

function browse(writer: Writer, cart: CartLine[]): void {
  const { random, shop } = writer.visit
  const list = random.chance(0.85) ? pick(random, shop.lists) : undefined
  if (list !== undefined) writer.write('view_item_list', shownItems(writer, list))
  const product = pick(random, list?.products ?? shop.products)
  const line: CartLine = { product, list, quantity: 1 + (random.chance(0.2) ? random.below(4) : 0) }
  if (list !== undefined && random.chance(0.6)) {
    writer.write('select_item', [itemOf(writer, line, { namesList: true })])
  }
  if (!random.chance(0.75)) return
  writer.write('view_item', [itemOf(writer, line, { namesList: random.chance(0.3) })])
  if (!random.chance(0.35)) return
  writer.write('add_to_cart', [
    itemOf(writer, line, { namesList: random.chance(0.2), counts: true }),
  ])
  cart.push(line)
  if (!random.chance(0.1)) return
  writer.write('remove_from_cart', [itemOf(writer, line, { counts: true })])
  cart.pop()
}

function checkOut(writer: Writer, cart: readonly CartLine[]): void {
  const { random, shopper, shop, number } = writer.visit
  const coupon = random.chance(0.12) ? pick(random, shop.coupons) : undefined
  const isPaidInParts = random.chance(shopper.likesInstallments)
  const installments = isPaidInParts ? pick(random, [3, 6, 12]) : 1
  const lines = (withParts: boolean): readonly Item[] =>
    cart.map((line) =>
      itemOf(writer, line, {
        counts: true,
        coupon,
        ...(withParts ? { installments } : {}),
      }),
    )
  writer.write('begin_checkout', lines(false))
  if (!random.chance(0.62)) return
  const transactionId = `t${number.toString(36)}`
  writer.write('purchase', lines(true), transactionId)
  if (!random.chance(0.04)) return
  writer.time += (1 + random.below(9)) * dayMs * 1000
  writer.write('page_view', [])
  writer.write('refund', lines(true), transactionId)
}

function shownItems(writer: Writer, list: ItemList): readonly Item[] {
  const { random } = writer.visit
  const shown = 4 + random.below(5)
  const first = random.below(Math.max(1, list.products.length - shown))
  return list.products
    .slice(first, first + shown)
    .map((product) => itemOf(writer, { product, list, quantity: 1 }, { namesList: true }))
}

interface ItemFacts {
  readonly namesList?: boolean
  readonly counts?: boolean
  readonly coupon?: { readonly code: string; readonly percentOff: number } | undefined
  readonly installments?: number
}

function itemOf({ visit, time }: Writer, line: CartLine, facts: ItemFacts): Item {
  const { shop, shopper } = visit
  const { product, list, quantity } = line
  const timeMs = time / 1000
  const factor = experimentAt(shop, shopper, timeMs)?.priceFactor ?? 1
  const cents = Math.round(priceAt(product, timeMs) * factor)
  const campaigns = campaignsOf(shop, product, timeMs)
  const percentOff = Math.max(
    campaigns[0]?.percentOff ?? 0,
    campaigns.length === 0 ? (facts.coupon?.percentOff ?? 0) : 0,
  )
  return {
    item_id: product.id,
    item_name: product.name,
    item_list_id: facts.namesList === true ? (list?.id ?? null) : null,
    item_list_name: facts.namesList === true ? (list?.name ?? null) : null,
    price: cents / 100,
    discount: Math.round((cents * percentOff) / 100) / 100,
    coupon: facts.coupon?.code ?? null,
    campaign_codes: campaigns.length === 0 ? null : campaigns.map(({ code }) => code).join(','),
    quantity: facts.counts === true ? quantity : null,
    installments: facts.installments ?? null,
    in_stock: product.isInStock,
  }
}

function experimentAt(shop: Shop, { experiment }: Shopper, timeMs: number) {
  if (experiment === undefined) return undefined
  const found = shop.experiments.find(({ id }) => id === experiment.id)
  if (found === undefined || timeMs < found.from || timeMs >= found.to) return undefined
  const { id, variants, priceFactor } = found
  const isLast = experiment.variantIndex === variants.length - 1
  return {
    id,
    variant: variants[experiment.variantIndex] ?? null,
    priceFactor: isLast ? priceFactor : 1,
  }
}

function pick<T>(random: Random, values: readonly [T, ...T[]] | readonly T[]): T {
  const value = values[random.below(values.length)]
  if (value === undefined) throw new Error('a choice among nothing')
  return value
}
