/** The Beta distribution and the comparison of arms by textbook means, none of them the library's: its check. */

export interface BetaShape {
  readonly alpha: number
  readonly beta: number
}

export interface Compared {
  readonly probBest: number
  readonly expectedLoss: number
}

/**
 * By the trapezoid rule in logit(rate), with distribution functions by continued fraction; the mean of the best
 * as the integral of 1 - product of F, not of the densities.
 */
export function compareArms(arms: readonly BetaShape[]): readonly Compared[] {
  const ranges = arms.map(({ alpha, beta }) => {
    const mode = Math.log(alpha / beta)
    const spread = Math.sqrt((alpha + beta) / (alpha * beta))
    return {
      from: mode - 9 * spread - 20 / alpha,
      to: mode + 9 * spread + 20 / beta,
      step: spread / 60,
    }
  })
  const from = Math.min(...ranges.map((range) => range.from))
  const to = Math.max(...ranges.map((range) => range.to))
  const step = Math.min(...ranges.map((range) => range.step))
  const probBest = arms.map(() => 0)
  // Below `from` every F is 0, so 1 - product is 1 there; the rule's first node counts half, and it starts on a slope.
  const start = rateAt(from) * rateAt(-from)
  const correction = -step / 2 + ((step * step) / 12) * (1 - 2 * rateAt(from))
  let meanOfBest = rateAt(from) + correction * start
  for (let t = from; t <= to; t += step) {
    const below = arms.map((arm) => betaCdf(rateAt(t), arm))
    const all = below.reduce((product, value) => product * value, 1)
    meanOfBest += step * (1 - all) * rateAt(t) * rateAt(-t)
    for (const [index, arm] of arms.entries()) {
      const others = below.reduce(
        (product, value, j) => (j === index ? product : product * value),
        1,
      )
      probBest[index] = (probBest[index] ?? 0) + step * logitDensity(t, arm) * others
    }
  }
  return arms.map(({ alpha, beta }, index) => ({
    probBest: probBest[index] ?? 0,
    expectedLoss: meanOfBest - alpha / (alpha + beta),
  }))
}

function rateAt(t: number): number {
  return 1 / (1 + Math.exp(-t))
}

function logitDensity(t: number, { alpha, beta }: BetaShape): number {
  const logRate = -Math.log1p(Math.exp(-t))
  const logRest = -Math.log1p(Math.exp(t))
  return Math.exp(alpha * logRate + beta * logRest - logBeta(alpha, beta))
}

/** I_x(alpha, beta) by Lentz's continued fraction. */
function betaCdf(x: number, { alpha, beta }: BetaShape): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(alpha * Math.log(x) + beta * Math.log1p(-x) - logBeta(alpha, beta))
  return x < (alpha + 1) / (alpha + beta + 2)
    ? (front * continuedFraction(x, alpha, beta)) / alpha
    : 1 - (front * continuedFraction(1 - x, beta, alpha)) / beta
}

function continuedFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1), tiny)
  let h = d
  for (let m = 1; m <= 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / away(1 + even * d, tiny)
    c = away(1 + even / c, tiny)
    h *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + odd * d, tiny)
    c = away(1 + odd / c, tiny)
    h *= d * c
    if (Math.abs(d * c - 1) < 1e-15) return h
  }
  throw new Error(`no convergence for ${x}, ${a}, ${b}`)
}

function away(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b)
}

/** Lanczos, g = 7. */
function logGamma(z: number): number {
  const terms = [
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
    12.507343278686905, -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
  ]
  const x = z - 1
  const series = terms.reduce((sum, term, i) => sum + term / (x + i + 1), 0.9999999999998099)
  const t = x + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(t) - t + Math.log(series)
}
