/** Chances of arms to be the best by the midpoint rule over values, and the shares that follow: none of it the library's. */

/** Not normalised: the density of an arm's value, in its logarithm. */
export interface ArmCurve {
  readonly logDensity: (value: number) => number
  readonly from: number
  readonly to: number
  /** Of a curve with long tails: the grid is narrow around its middle and wide far off. */
  readonly scale?: number
}

/** Of `value` x a rate with the distribution Beta(alpha, beta). */
export function pricedCurve(value: number, alpha: number, beta: number): ArmCurve {
  const logDensity = (earned: number) => {
    const rate = earned / value
    if (rate <= 0 || rate >= 1) return Number.NEGATIVE_INFINITY
    return (alpha - 1) * Math.log(rate) + (beta - 1) * Math.log1p(-rate)
  }
  return { logDensity, from: 0, to: value }
}

export interface Moments {
  readonly n: number
  readonly mean: number
  readonly variance: number
}

/** Of the mean of Normal rewards, under the prior with `mean` m0, `variance` b0, and 1 for the others. */
export function gaussianCurve(arm: Moments, prior: Pick<Moments, 'mean' | 'variance'>): ArmCurve {
  const { n, mean, variance } = arm
  const center = (prior.mean + n * (n === 0 ? 0 : mean)) / (1 + n)
  const squares = n > 1 ? (n - 1) * variance : 0
  const shift = n === 0 ? 0 : mean - prior.mean
  const b = prior.variance + squares / 2 + (n * shift * shift) / (2 * (1 + n))
  const a = 1 + n / 2
  const scale = Math.sqrt(b / (a * (1 + n)))
  const df = 2 * a
  const reach = scale * Math.sqrt(df * (Math.exp(60 / (df + 1)) - 1))
  return {
    logDensity: (value) => -((df + 1) / 2) * Math.log1p(((value - center) / scale) ** 2 / df),
    from: center - reach,
    to: center + reach,
    scale,
  }
}

/** P(arm is the best) of each. */
export function chancesOf(curves: readonly ArmCurve[], steps = 60_000): readonly number[] {
  const from = Math.min(...curves.map((curve) => curve.from))
  const to = Math.max(...curves.map((curve) => curve.to))
  const scale = Math.min(...curves.map((curve) => curve.scale ?? Number.POSITIVE_INFINITY))
  const { values, widths } =
    scale < to - from ? sinhGrid(from, to, scale, steps) : evenGrid(from, to, steps)
  const densities = curves.map(({ logDensity }) => {
    const logs = values.map(logDensity)
    const top = logs.reduce((highest, each) => Math.max(highest, each), Number.NEGATIVE_INFINITY)
    const heights = logs.map((each, place) => Math.exp(each - top) * (widths[place] ?? 0))
    const area = heights.reduce((sum, height) => sum + height, 0)
    return heights.map((height) => height / area)
  })
  const below = densities.map((density) => {
    let sum = 0
    return density.map((height) => {
      sum += height
      return sum - height / 2
    })
  })
  return densities.map((density, arm) =>
    density.reduce((sum, height, place) => {
      const others = below.reduce(
        (product, each, other) => (other === arm ? product : product * (each[place] ?? 0)),
        1,
      )
      return sum + height * others
    }, 0),
  )
}

interface Grid {
  readonly values: readonly number[]
  readonly widths: readonly number[]
}

function evenGrid(from: number, to: number, steps: number): Grid {
  const width = (to - from) / steps
  const places = Array.from({ length: steps }, (_, i) => i + 0.5)
  return { values: places.map((place) => from + place * width), widths: places.map(() => width) }
}

function sinhGrid(from: number, to: number, scale: number, steps: number): Grid {
  const middle = (from + to) / 2
  const reach = Math.asinh((to - from) / 2 / scale)
  const { values: places, widths } = evenGrid(-reach, reach, steps)
  return {
    values: places.map((place) => middle + scale * Math.sinh(place)),
    widths: places.map((place, i) => scale * Math.cosh(place) * (widths[i] ?? 0)),
  }
}

export interface ShareRules {
  readonly floor: number
  readonly holdout?: number
  /** Equal where there are none. */
  readonly planned?: readonly number[]
  readonly isOpen?: readonly boolean[]
}

export function sharesOf(chances: readonly number[], rules: ShareRules): readonly number[] {
  const { holdout = 0, planned, isOpen } = rules
  const arms = chances.length
  const floor = Math.min(rules.floor, 0.5 / arms)
  const shares = chances.map((chance, arm) => {
    if (isOpen?.[arm] === false) return 0
    const held = planned?.[arm] ?? 1 / arms
    return holdout * held + (1 - holdout) * (floor + (1 - arms * floor) * chance)
  })
  const sum = shares.reduce((total, share) => total + share, 0)
  return shares.map((share) => share / sum)
}

export function momentsOf(rewards: readonly number[]): Moments {
  const n = rewards.length
  const mean = n === 0 ? 0 : rewards.reduce((sum, reward) => sum + reward, 0) / n
  const squares = rewards.reduce((sum, reward) => sum + (reward - mean) ** 2, 0)
  return { n, mean, variance: n > 1 ? squares / (n - 1) : 0 }
}
