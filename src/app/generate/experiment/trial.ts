/** What a made-up A/B test is of: its size, its time, its products, and the effect that an analysis should find. */
import { randomFrom } from '../../../transform/verify/history/random.ts'

export interface Trial {
  readonly seed: number
  readonly users: number
  readonly startMs: number
  /** Over which users are assigned. */
  readonly days: number
  /** By how much a treated user who is at the checkout buys more often, as a share: 0.15 is 15%. */
  readonly lift: number
  readonly products: readonly Product[]
}

export interface Product {
  readonly productId: string
  readonly name: string
  readonly category: string
  readonly price: number
}

const categories = ['audio', 'kitchen', 'garden', 'books', 'toys']

export function productsOf(seed: number, count: number): readonly Product[] {
  return Array.from({ length: count }, (_, index) => {
    const random = randomFrom(seed, 'experiment product', index)
    const category = categories[random.below(categories.length)] ?? ''
    return {
      productId: `p${String(index + 1).padStart(4, '0')}`,
      name: `${category} ${String(index + 1)}`,
      category,
      price: (500 + random.below(9500)) / 100,
    }
  })
}
