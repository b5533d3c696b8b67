/** Killed at random times, nodes being built side by side: some looked at in between, some followed by a second kill. */
import { type Bench, type Outcome, type Scenario, Tally } from '../scenario.ts'
import { Watcher } from '../world/watcher.ts'
import { World } from '../world/world.ts'
import { type KillPoint, tryKill } from './try-kill.ts'

export const killAtRandomTimes: Scenario = {
  name: 'kill-at-random',
  about: 'killed at random times, with nodes built side by side',
  isKill: true,
  engines: ['duckdb', 'postgres'],
  run,
}

const wanted = { short: 2, full: 30 } as const
/** A machine that changes its speed may make some kills come too late. */
const mostRounds = 4

async function run(bench: Bench): Promise<Outcome> {
  const tally = new Tally(bench)
  const world = await World.create(bench, { threads: 2 })
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
    const text = `${bench.engine.name} kill-at-random after ${Math.round(afterMs)} of ${Math.round(wholeMs)} ms (${JSON.stringify(point)}, round ${round})`
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
