/** Distribution functions and textbook tests, none of them the library's: what its macros are held against. */
import betainc from '@stdlib/math-base-special-betainc'
import betaincinv from '@stdlib/math-base-special-betaincinv'
import gammainc from '@stdlib/math-base-special-gammainc'

export function betaCdf(x: number, alpha: number, beta: number): number {
  return betainc(x, alpha, beta, true, false)
}

/** P(|T| > |t|) */
export function studentTwoSided(t: number, df: number): number {
  return betainc((t * t) / (df + t * t), 0.5, df / 2, true, true)
}

/** The t with P(|T| > t) = 1 - level. */
function studentCritical(level: number, df: number): number {
  const x = betaincinv(1 - level, df / 2, 0.5, false)
  return Math.sqrt((df * (1 - x)) / x)
}

export function chiSquareTail(x: number, df: number): number {
  return gammainc(x / 2, df / 2, true, true)
}

/** P(|Z| > |z|) */
function normalTwoSided(z: number): number {
  return chiSquareTail(z * z, 1)
}

/** The z with P(|Z| > z) = 1 - level, by halving. */
function normalCritical(level: number): number {
  let [low, high] = [0, 40]
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2
    if (normalTwoSided(middle) > 1 - level) low = middle
    else high = middle
  }
  return low
}

export interface Sample {
  readonly users: number
  readonly mean: number
  readonly variance: number
}

export function sampleOf(values: readonly number[]): Sample {
  const users = values.length
  const mean = sum(values) / users
  const variance = sum(values.map((value) => (value - mean) ** 2)) / (users - 1)
  return { users, mean, variance }
}

export function welch(control: Sample, treated: Sample, level: number) {
  const [a, b] = [control.variance / control.users, treated.variance / treated.users]
  const lift = treated.mean - control.mean
  const stdError = Math.sqrt(a + b)
  const df = (a + b) ** 2 / (a ** 2 / (control.users - 1) + b ** 2 / (treated.users - 1))
  const t = lift / stdError
  const reach = studentCritical(level, df) * stdError
  return {
    lift,
    std_error: stdError,
    t,
    df,
    p_value: studentTwoSided(t, df),
    ...around(lift, reach),
  }
}

export function twoProportions(
  control: readonly [users: number, conversions: number],
  treated: readonly [users: number, conversions: number],
  level: number,
) {
  const [[n0, x0], [n1, x1]] = [control, treated]
  const [r0, r1, pooled] = [x0 / n0, x1 / n1, (x0 + x1) / (n0 + n1)]
  const lift = r1 - r0
  const z = lift / Math.sqrt(pooled * (1 - pooled) * (1 / n0 + 1 / n1))
  const reach = normalCritical(level) * Math.sqrt((r0 * (1 - r0)) / n0 + (r1 * (1 - r1)) / n1)
  return { lift, relative_lift: lift / r0, z, p_value: normalTwoSided(z), ...around(lift, reach) }
}

/** Numerator and denominator of each user. */
export type Ratio = readonly (readonly [numerator: number, denominator: number])[]

export function ratioDifference(control: Ratio, treated: Ratio, level: number) {
  const [a, b] = [ratioOf(control), ratioOf(treated)]
  const lift = b.ratio - a.ratio
  const stdError = Math.sqrt(a.square + b.square)
  const z = lift / stdError
  return {
    control_ratio: a.ratio,
    ratio: b.ratio,
    lift,
    std_error: stdError,
    z,
    p_value: normalTwoSided(z),
    ...around(lift, normalCritical(level) * stdError),
  }
}

/** By the residuals x - R y, whose mean is 0. */
function ratioOf(users: Ratio) {
  const denominator = sum(users.map(([, y]) => y))
  const ratio = sum(users.map(([x]) => x)) / denominator
  const residual = sum(users.map(([x, y]) => (x - ratio * y) ** 2)) / (users.length - 1)
  return { ratio, square: (residual * users.length) / denominator ** 2 }
}

/** The regression slope of value on covariate with an intercept for each variant. */
export function slopeWithin(variants: readonly Ratio[]): number {
  const centred = variants.flatMap((users) => {
    const [values, covariates] = [users.map(([y]) => y), users.map(([, x]) => x)]
    const [y0, x0] = [sum(values) / users.length, sum(covariates) / users.length]
    return users.map(([y, x]) => [y - y0, x - x0] as const)
  })
  return sum(centred.map(([y, x]) => y * x)) / sum(centred.map(([, x]) => x * x))
}

/** Maximum likelihood by Newton's steps, with an intercept first: coefficients and standard errors. */
export function logistic(rows: readonly (readonly number[])[], outcomes: readonly number[]) {
  const cells = rows.map((row) => [1, ...row])
  const size = cells[0]?.length ?? 0
  let fitted: readonly number[] = Array.from({ length: size }, () => 0)
  let inverse: readonly (readonly number[])[] = []
  for (let step = 0; step < 40; step++) {
    const chances = cells.map((cell) => 1 / (1 + Math.exp(-dot(cell, fitted))))
    const products = (weights: readonly number[], i: number, j: number) =>
      sum(cells.map((cell, at) => (weights[at] ?? 0) * (cell[i] ?? 0) * (cell[j] ?? 0)))
    const spread = chances.map((chance) => chance * (1 - chance))
    const left = outcomes.map((outcome, at) => outcome - (chances[at] ?? 0))
    inverse = inverseOf(fitted.map((_, i) => fitted.map((_, j) => products(spread, i, j))))
    const score = fitted.map((_, i) => products(left, i, 0))
    fitted = fitted.map((value, i) => value + dot(inverse[i] ?? [], score))
  }
  return fitted.map((coefficient, i) => ({
    coefficient,
    std_error: Math.sqrt(inverse[i]?.[i] ?? Number.NaN),
  }))
}

function dot(a: readonly number[], b: readonly number[]): number {
  return sum(a.map((value, i) => value * (b[i] ?? 0)))
}

/** By Gauss and Jordan, of a matrix that needs no pivots. */
function inverseOf(matrix: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const rows = matrix.map((row, i) => [...row, ...matrix.map((_, j) => (i === j ? 1 : 0))])
  const done = matrix.reduce((left, _, at) => {
    const pivot = left[at] ?? []
    const scaled = pivot.map((value) => value / (pivot[at] ?? Number.NaN))
    return left.map((row, i) =>
      i === at ? scaled : row.map((value, j) => value - (row[at] ?? 0) * (scaled[j] ?? 0)),
    )
  }, rows)
  return done.map((row) => row.slice(matrix.length))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function around(middle: number, reach: number) {
  return { ci_low: middle - reach, ci_high: middle + reach }
}

/** Numbers from 0 to 1, the same in every run. */
export function numbersFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
}
