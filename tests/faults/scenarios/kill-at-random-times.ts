/** Killed at random times, nodes being built side by side: some looked at in between, some followed by a second kill. */
import { type Bench, type Outcome, type Scenario, Tally } from '../scenario.ts'
import { Watcher } from '../world/watcher.ts'
import { World, type WorldOptions } from '../world/world.ts'
import { type KillPoint, tryKill } from './try-kill.ts'

interface Variant {
  readonly name: string
  readonly about: string
  readonly options: WorldOptions
}

export function killAtRandomTimes(variant: Variant): Scenario {
  const { name, about } = variant
  const engines = ['duckdb', 'postgres'] as const
  return { name, about, isKill: true, engines, run: (bench) => run(bench, variant) }
}

const wanted = { short: 2, full: 30 } as const
/** A machine that changes its speed may make some kills come too late. */
const mostRounds = 4

async function run(bench: Bench, { name, options }: Variant): Promise<Outcome> {
  const tally = new Tally(bench)
  const world = await World.create(bench, { ...options, threads: 2 })
  const wholeMs = await measure(world)
  const watcher = await Watcher.start(world)
  const points = Math.ceil(wanted[bench.length] / bench.every)
  for (let round = 0; tally.tried < points && round < mostRounds * points; round += 1) {
    const afterMs = wholeMs * (0.2 + 0.8 * Math.random())
    const point: KillPoint = {
      afterMs,
      isImpatient: round % 3 === 1,
      ...(round % 3 === 2 ? { againAfterMs: wholeMs * (0.2 + 0.8 * Math.random()) } : {}),
    }
    const { isCounted, faults } = await tryKill(world, watcher, point)
    if (!isCounted && faults.length === 0) continue
    const text = `${bench.engine.name} ${name} after ${Math.round(afterMs)} of ${Math.round(wholeMs)} ms (${JSON.stringify(point)}, round ${round})`
    tally.add(text, faults)
    // What follows would be about the same fault.
    if (faults.length > 0) break
  }
  await watcher.stop()
  await world.remove()
  if (watcher.reads > 0) bench.say(`${watcher.reads} reads meanwhile`)
  return tally.outcome()
}

async function measure(world: World): Promise<number> {
  let elapsedMs = 0
  for (let round = 0; round < 2; round += 1) {
    await world.feed()
    const ended = await world.build()
    if (ended.code !== 0) throw new Error(`a build that nothing hinders failed: ${ended.output}`)
    world.settle()
    elapsedMs = ended.elapsedMs
  }
  return elapsedMs
}
