/** The parameters of a posterior, as its view has them, to the height of its density: nothing but drawing is made of it. */

export type Density = (x: number) => number

/** Of price x rate, where the rate has the Beta distribution; price 1: of the rate itself. */
export function betaDensity(alpha: number, beta: number, price = 1): Density {
  const constant = logGamma(alpha + beta) - logGamma(alpha) - logGamma(beta) - Math.log(price)
  return (x) => {
    const rate = x / price
    if (rate < 0 || rate > 1) return 0
    // At the ends a shape below 1 has no height: there is none to draw.
    if (rate === 0) return alpha > 1 ? 0 : alpha === 1 ? Math.exp(constant) : Number.NaN
    if (rate === 1) return beta > 1 ? 0 : beta === 1 ? Math.exp(constant) : Number.NaN
    return Math.exp(constant + (alpha - 1) * Math.log(rate) + (beta - 1) * Math.log1p(-rate))
  }
}

/** Of Student's t with `df` degrees of freedom, moved and stretched. */
export function studentDensity(mean: number, scale: number, df: number): Density {
  const constant =
    logGamma((df + 1) / 2) - logGamma(df / 2) - 0.5 * Math.log(df * Math.PI) - Math.log(scale)
  return (x) => {
    const distance = (x - mean) / scale
    return Math.exp(constant - ((df + 1) / 2) * Math.log1p((distance * distance) / df))
  }
}

/** Lanczos' series of nine terms: 1e-13 relative, far below a pixel. */
const lanczos = [
  0.999_999_999_999_809_9, 676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_1,
  -176.615_029_162_140_6, 12.507_343_278_686_905, -0.138_571_095_265_720_12,
  9.984_369_578_019_572e-6, 1.505_632_735_149_311_6e-7,
]

/** Of positive numbers. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const shifted = x - 1
  const sum = lanczos.reduce((total, term, index) =>
    index === 0 ? term : total + term / (shifted + index),
  )
  const reach = shifted + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(reach) - reach + Math.log(sum)
}
