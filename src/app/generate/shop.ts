/** A seed to a made-up shop: products with their prices over time, item lists, campaigns, coupons and experiments. */
import { randomFrom } from '../../transform/verify/history/random.ts'

export interface Product {
  readonly id: string
  readonly name: string
  /** From when on it costs what, in milliseconds since 1970; the first is from the beginning. */
  readonly prices: readonly { readonly from: number; readonly cents: number }[]
  readonly isInStock: boolean
}

export interface Campaign {
  readonly code: string
  /** It may pause between its windows. */
  readonly windows: readonly { readonly from: number; readonly to: number }[]
  /** Of 100. */
  readonly percentOff: number
  readonly productIds: ReadonlySet<string>
}

export interface ItemList {
  readonly id: string
  readonly name: string
  readonly products: readonly Product[]
}

export interface Experiment {
  readonly id: string
  readonly variants: readonly string[]
  readonly from: number
  readonly to: number
  /** What the prices of the last variant are multiplied by: 1 but for an experiment on prices. */
  readonly priceFactor: number
}

export interface Shop {
  readonly products: readonly Product[]
  readonly lists: readonly ItemList[]
  readonly campaigns: readonly Campaign[]
  readonly coupons: readonly { readonly code: string; readonly percentOff: number }[]
  readonly experiments: readonly Experiment[]
}

export interface Period {
  /** Milliseconds since 1970. */
  readonly from: number
  readonly to: number
}

export const dayMs = 86_400_000

export function openShop(seed: number, productCount: number, period: Period): Shop {
  const campaigns = planCampaigns(seed, productCount, period)
  const products = Array.from({ length: productCount }, (_, index) =>
    makeProduct(seed, index, { period, campaigns }),
  )
  return {
    products,
    lists: listNames.map((list, index) => ({
      ...list,
      products: randomFrom(seed, 'list', index)
        .shuffle(products)
        .slice(0, Math.max(4, Math.ceil(productCount / (index + 2)))),
    })),
    campaigns,
    coupons: [
      { code: 'WELCOME5', percentOff: 5 },
      { code: 'THANKYOU10', percentOff: 10 },
    ],
    experiments: [
      {
        id: 'checkout_button',
        variants: ['control', 'treatment'],
        ...part(period, 0.1, 0.9),
        priceFactor: 1,
      },
      {
        id: 'price_test',
        variants: ['as_listed', 'higher'],
        ...part(period, 0.3, 0.7),
        priceFactor: 1.1,
      },
    ],
  }
}

export function priceAt({ prices }: Product, time: number): number {
  return prices.findLast(({ from }) => from <= time)?.cents ?? prices[0]?.cents ?? 0
}

export function campaignsOf(shop: Shop, product: Product, time: number): readonly Campaign[] {
  return shop.campaigns.filter(
    ({ windows, productIds }) =>
      productIds.has(product.id) && windows.some(({ from, to }) => from <= time && time < to),
  )
}

const listNames = [
  { id: 'home_featured', name: 'Featured' },
  { id: 'search', name: 'Search results' },
  { id: 'recommended', name: 'Recommended for you' },
  { id: 'new_arrivals', name: 'New arrivals' },
  { id: 'sale', name: 'On sale' },
  { id: 'related', name: 'Others also bought' },
] as const

const makers = ['Acme', 'Norte', 'Lumen', "O'Brien's", 'Kumo', 'Vela', 'Pico', 'Sól'] as const
const things = [
  'Phone',
  'Headphones',
  "Men's Runner",
  '12" Skillet',
  'Lamp',
  'Backpack',
  'Kettle',
  'Watch',
  'Chair',
  'Speaker, small',
  `Kid's 20" Bike`,
] as const

function planCampaigns(seed: number, productCount: number, period: Period): readonly Campaign[] {
  const plans = [
    { code: 'SPRING', percentOff: 10, windows: [part(period, 0, 0.35)] },
    { code: 'FLASH', percentOff: 25, windows: [part(period, 0.1, 0.15), part(period, 0.75, 0.8)] },
    { code: 'VIP', percentOff: 15, windows: [part(period, 0.2, 0.6)] },
    { code: 'CLEARANCE', percentOff: 40, windows: [part(period, 0.6, 1)] },
    { code: 'LOYALTY', percentOff: 5, windows: [part(period, 0.5, 1)] },
  ] as const
  return plans.map((plan) => {
    const random = randomFrom(seed, 'campaign', plan.code)
    const ids = Array.from({ length: productCount }, (_, index) => productId(index))
    return { ...plan, productIds: new Set(ids.filter(() => random.chance(0.25))) }
  })
}

/** A third keep their price; the others change once or twice, one in two of them while a campaign has the product. */
function makeProduct(
  seed: number,
  index: number,
  { period, campaigns }: { readonly period: Period; readonly campaigns: readonly Campaign[] },
): Product {
  const random = randomFrom(seed, 'product', index)
  const id = productId(index)
  const maker = makers[index % makers.length] ?? ''
  const thing = things[Math.floor(index / makers.length) % things.length] ?? ''
  const first = 500 + random.below(40_000)
  const windows = campaigns
    .filter(({ productIds }) => productIds.has(id))
    .flatMap((campaign) => campaign.windows)
  const changes = Array.from({ length: random.below(3) }, () => {
    const within =
      windows.length > 0 && random.chance(0.5) ? windows[random.below(windows.length)] : period
    const { from, to } = within ?? period
    return Math.floor(from + random.next() * (to - from))
  }).toSorted((left, right) => left - right)
  const prices = [{ from: 0, cents: first }]
  for (const from of changes) {
    const before = prices.at(-1)?.cents ?? first
    prices.push({ from, cents: Math.max(100, Math.round(before * (0.8 + random.next() * 0.45))) })
  }
  const serial = Math.floor(index / (makers.length * things.length))
  return {
    id,
    name: serial === 0 ? `${maker} ${thing}` : `${maker} ${thing} ${serial + 1}`,
    prices,
    isInStock: !random.chance(0.06),
  }
}

function productId(index: number): string {
  return `P${String(index + 1).padStart(4, '0')}`
}

function part({ from, to }: Period, begin: number, end: number): Period {
  const at = (share: number): number => Math.floor(from + share * (to - from))
  return { from: at(begin), to: at(end) }
}
