/** Two and five processes build one target at the same time: each does it, waits, or says who was first; nothing is doubled. */
import { converge, judgeEnd, namesHolder } from '../aftermath.ts'
import { type Bench, type Outcome, type Scenario, Tally } from '../scenario.ts'
import { judgeNow } from '../world/judge.ts'
import type { Ledger } from '../world/ledger.ts'
import { createBuilt } from '../world/start-built.ts'
import { Watcher } from '../world/watcher.ts'
import { World } from '../world/world.ts'

export const severalAtOnce: Scenario = {
  name: 'several-at-once',
  about: 'two and five processes run at once on one target',
  isKill: false,
  engines: ['duckdb', 'postgres'],
  run,
}

const rounds = { short: 1, full: 2 } as const
/** Five at once on a small machine take their time. */
const longestMs = 60_000

async function run(bench: Bench): Promise<Outcome> {
  const tally = new Tally(bench)
  for (const isFirst of [true, false]) {
    for (const processes of [2, 5]) {
      for (const isWaiting of [false, true]) {
        await runTogether(bench, tally, { isFirst, processes, isWaiting })
      }
    }
  }
  return tally.outcome()
}

interface Together {
  readonly isFirst: boolean
  readonly processes: number
  /** Each with `--wait`: then each must succeed. */
  readonly isWaiting: boolean
}

async function runTogether(bench: Bench, tally: Tally, together: Together): Promise<void> {
  const { isFirst, processes, isWaiting } = together
  let world = isFirst ? undefined : await createBuilt(bench, { threads: 2 })
  for (let round = 1; round <= rounds[bench.length]; round += 1) {
    if (isFirst) world = await World.create(bench, { threads: 2 })
    if (world === undefined) return
    const faults = await buildTogether(world, together)
    const name = `${bench.engine.name} ${processes} processes${isWaiting ? ' with --wait' : ''}, ${isFirst ? 'first' : 'next'} build, round ${round}`
    tally.add(name, faults)
    if (isFirst) await world.remove()
  }
  if (!isFirst) await world?.remove()
}

async function buildTogether(world: World, together: Together): Promise<readonly string[]> {
  const { processes, isWaiting } = together
  await world.feed()
  const before = await world.ledger()
  const watcher = await Watcher.start(world)
  const flags = isWaiting ? ['--wait'] : []
  const ended = await Promise.all(Array.from({ length: processes }, () => world.build({ flags })))
  const after = await world.ledger()
  const done = ended.filter(({ code }) => code === 0).length
  const faults = ended.flatMap((one) => [
    ...judgeEnd(one, isWaiting ? [0] : [0, 1, 2], longestMs),
    ...(one.code === 0 || namesHolder.test(one.output) ? [] : [`nobody is named: ${one.output}`]),
  ])
  // One of them was never in the others' way.
  if (done === 0) faults.push('none of them succeeded')
  else faults.push(...judgeNow(world, await world.look()))
  faults.push(...judgePublications(world, { before, after, done, processes }))
  const converged = await converge(world, after)
  const seen = watcher.takeFaults()
  await watcher.stop()
  return [...faults, ...converged, ...seen]
}

interface Publications {
  readonly before: Ledger
  readonly after: Ledger
  /** Builds that succeeded. */
  readonly done: number
  readonly processes: number
}

/** One of them published what is new; those behind it found nothing new, or published once more. */
function judgePublications(
  { play }: World,
  { before, after, done, processes }: Publications,
): readonly string[] {
  const least = done === 0 ? 0 : 1
  return play.relations.flatMap(({ name, isUncounted }) => {
    const grown = (after.publications.get(name) ?? 0) - (before.publications.get(name) ?? 0)
    const isRight = isUncounted === true || (least <= grown && grown <= processes)
    return isRight ? [] : [`${name}: ${grown} publications by ${done} builds that succeeded`]
  })
}
