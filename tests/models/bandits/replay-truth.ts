/** A day of the replay of the Open Bandit file, made again from its rows: counts by a loop, shares by textbook means, draws by their hash. */
import { createHash } from 'node:crypto'
import { compareArms } from '../beta-distribution.ts'
import { sharesOf } from './arm-oracle.ts'

type Raw = Readonly<Record<string, string>>

export interface ReplayDay {
  readonly policy: string
  /** UTC, when the day began. */
  readonly from: Date
}

/** The share of each arm, by what was logged before. */
export function shareOfEachArm(rows: readonly Raw[], day: ReplayDay): ReadonlyMap<string, number> {
  const own = rows.filter((row) => row['policy'] === day.policy)
  const arms = [...new Set(own.map((row) => row['item_id'] ?? ''))].toSorted((a, b) =>
    a < b ? -1 : 1,
  )
  const earlier = own.filter((row) => timeOf(row) < day.from.getTime())
  const shapes = arms.map((arm) => {
    const trials = earlier.filter((row) => row['item_id'] === arm)
    const clicks = trials.filter((row) => row['click'] === '1').length
    return { alpha: 1 + clicks, beta: 1 + trials.length - clicks }
  })
  const chances = compareArms(shapes).map(({ probBest }) => probBest)
  const shares = sharesOf(chances, { floor: 0.01 })
  return new Map(arms.map((arm, index) => [arm, shares[index] ?? 0]))
}

/** The arm that `seed` draws for an event; undefined: too near a border for the last digits of the shares. */
export function drawnArm(
  shares: ReadonlyMap<string, number>,
  seed: number,
  eventId: string,
): string | undefined {
  const hash = createHash('md5')
    .update(`${String(seed)}:${eventId}`)
    .digest('hex')
  const draw = Number.parseInt(hash.slice(0, 8), 16) / 2 ** 32
  let end = 0
  for (const [arm, share] of shares) {
    end += share
    if (Math.abs(draw - end) < 1e-5) return undefined
    if (draw < end) return arm
  }
  return undefined
}

function timeOf(row: Raw): number {
  return Date.parse((row['timestamp'] ?? '').replace(' ', 'T').replace('+00:00', 'Z'))
}
