/** The server ends and starts again while a build waits for it: in order, or as after a power cut. */
import { converge, examine, judgeEnd } from '../aftermath.ts'
import type { ServerControl } from '../engines/engine.ts'
import { evenly } from '../evenly.ts'
import { type Strike, suspended } from '../program.ts'
import { type Bench, type Outcome, type Scenario, Tally } from '../scenario.ts'
import { countStatements, createBuilt } from '../world/start-built.ts'

export const serverStopped: Scenario = {
  name: 'server-stopped',
  about: 'the server is stopped and started in mid-run',
  isKill: false,
  engines: ['postgres'],
  run,
}

const pointsEach = { short: 1, full: 8 } as const

async function run(bench: Bench): Promise<Outcome> {
  const tally = new Tally(bench)
  const { server } = bench.engine
  if (server === undefined) return tally.outcome()
  const world = await createBuilt(bench)
  const statements = await countStatements(world)
  for (const mode of ['fast', 'immediate'] as const) {
    for (const strike of strikesOf(statements.length, pointsEach[bench.length])) {
      await world.feed()
      const before = await world.ledger()
      const running = world.start({ strike })
      if (!(await suspended(running))) continue
      await restart(server, mode)
      running.child.kill('SIGCONT')
      const ended = await running.ended
      tally.ended(ended.code)
      const examined = await examine(world, before)
      tally.add(
        `${bench.engine.name} ${mode} stop of the server at ${strike.at}:${strike.when} (${ended.struck?.text})`,
        [
          ...judgeEnd(ended, [0, 1, 2]),
          ...examined.faults,
          ...(await converge(world, examined.ledger)),
        ],
      )
    }
  }
  await world.remove()
  bench.say(tally.codes)
  return tally.outcome()
}

/** Commits that are under way above all: their answer is lost. */
function strikesOf(statements: number, count: number): readonly Strike[] {
  const signal = 'SIGSTOP' as const
  const commits = [2, 5].map((at) => ({ at, when: 'sent', matches: '^commit', signal }) as const)
  return [
    ...evenly(statements, count).map((at) => ({ at, when: 'before', signal }) as const),
    ...commits,
  ]
}

async function restart(server: ServerControl, mode: 'fast' | 'immediate'): Promise<void> {
  await server.halt(mode)
  await server.start()
}
