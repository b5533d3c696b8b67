/** Shares of arms and a number between 0 and 1 to an arm, and the probability with which it was drawn. */

export interface ArmWeight {
  readonly priceId: string
  readonly weight: number
}

export interface Drawn {
  readonly priceId: string
  /** Exactly that of the draw: what the arm's share is among those that may be drawn. */
  readonly propensity: number
}

/** `random`: from 0 up to, not including, 1. undefined: no arm may be drawn. */
export function drawArm(arms: readonly ArmWeight[], random: number): Drawn | undefined {
  const open = arms.filter(({ weight }) => weight > 0)
  const sum = open.reduce((total, { weight }) => total + weight, 0)
  let left = random * sum
  for (const { priceId, weight } of open) {
    left -= weight
    if (left < 0) return { priceId, propensity: shareOf(weight, sum) }
  }
  // The last digits of sums may leave a rest behind the last arm.
  const last = open.at(-1)
  return last && { priceId: last.priceId, propensity: shareOf(last.weight, sum) }
}

/** The shares with which `drawArm` draws. */
export function sharesOf(arms: readonly ArmWeight[]): readonly ArmWeight[] {
  const sum = arms.reduce((total, { weight }) => total + Math.max(weight, 0), 0)
  return arms.map(({ priceId, weight }) => ({
    priceId,
    weight: weight > 0 ? shareOf(weight, sum) : 0,
  }))
}

/** What is published as a whole stays as it is published, to the last digit. */
function shareOf(weight: number, sum: number): number {
  return Math.abs(sum - 1) < 1e-9 ? weight : weight / sum
}
