/** A number to a shopper: what platforms they use, whether they are known by name, which experiment they are in. */
import { randomFrom } from '../../transform/verify/history/random.ts'
import type { Shop } from './shop.ts'

export interface Shopper {
  /** NULL: never logs in. */
  readonly userId: string | null
  readonly anonymousIds: Readonly<Record<Platform, string>>
  readonly platforms: readonly Platform[]
  readonly experiment: { readonly id: string; readonly variantIndex: number } | undefined
  /** Of purchases, the share that is paid in instalments. */
  readonly likesInstallments: number
}

export type Platform = 'web' | 'ios' | 'android'

/** Made anew whenever they come: nothing is kept of all the shoppers there are. */
export function shopperOf(seed: number, number: number, shop: Shop): Shopper {
  const random = randomFrom(seed, 'shopper', number)
  const device = (): string => `${hex(random.next())}${hex(random.next())}`
  const isAnonymous = random.chance(0.3)
  const main: Platform = random.chance(0.45) ? 'web' : random.chance(0.55) ? 'android' : 'ios'
  const other: Platform = main === 'web' ? 'ios' : 'web'
  const [buttons, prices] = shop.experiments
  const group = random.next()
  const experiment = group < 0.4 ? buttons : group < 0.55 ? prices : undefined
  return {
    userId: isAnonymous ? null : `u${String(number).padStart(7, '0')}`,
    anonymousIds: { web: device(), ios: device(), android: device() },
    platforms: random.chance(0.25) ? [main, other] : [main],
    experiment: experiment && {
      id: experiment.id,
      variantIndex: random.below(experiment.variants.length),
    },
    likesInstallments: random.chance(0.35) ? 0.7 : 0.05,
  }
}

function hex(number: number): string {
  return Math.floor(number * 0x1_0000_0000)
    .toString(16)
    .padStart(8, '0')
}
