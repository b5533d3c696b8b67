/** Nobody reads what a build prints: its output is closed early, or full for a while. */
import { converge, examine, judgeEnd } from '../aftermath.ts'
import { type Bench, type Outcome, type Scenario, Tally } from '../scenario.ts'
import { createBuilt } from '../world/start-built.ts'

export const outputClosed: Scenario = {
  name: 'output-closed',
  about: 'the reader of the output goes away, or does not read',
  isKill: false,
  engines: ['duckdb', 'postgres'],
  run,
}

const ways = [
  { name: 'closed at once', limit: 'exec >&-;' },
  { name: 'a reader that is gone', limit: 'exec > >(true);' },
  { name: 'a full disk behind it', limit: 'exec > /dev/full;' },
  {
    name: 'a full pipe, read late',
    limit: 'exec > >(sleep 2; cat > /dev/null); head -c 65536 /dev/zero;',
  },
] as const

async function run(bench: Bench): Promise<Outcome> {
  const tally = new Tally(bench)
  const world = await createBuilt(bench)
  for (const { name, limit } of ways) {
    await world.feed()
    const before = await world.ledger()
    const ended = await world.build({ limit })
    tally.ended(ended.code)
    const examined = await examine(world, before)
    tally.add(`${bench.engine.name} output: ${name}`, [
      ...judgeEnd(ended, [0, 1, 2]),
      ...examined.faults,
      ...(await converge(world, examined.ledger)),
    ])
  }
  await world.remove()
  bench.say(tally.codes)
  return tally.outcome()
}
