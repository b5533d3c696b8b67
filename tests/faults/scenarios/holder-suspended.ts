/** A build is suspended past its lease: another takes over, and the first, woken up, publishes nothing more of what it had begun. */
import { setTimeout as delay } from 'node:timers/promises'
import { converge, judgeEnd } from '../aftermath.ts'
import { evenly } from '../evenly.ts'
import { type Strike, suspended } from '../program.ts'
import { type Bench, type Outcome, type Scenario, Tally } from '../scenario.ts'
import { judgeNow } from '../world/judge.ts'
import { countStatements, createBuilt } from '../world/start-built.ts'
import type { World } from '../world/world.ts'

export const holderSuspended: Scenario = {
  name: 'holder-suspended',
  about: 'a holder is suspended past its lease, and wakes up again',
  isKill: false,
  engines: ['duckdb', 'postgres'],
  run,
}

const points = { short: 1, full: 10 } as const
const leaseMs = 2000

async function run(bench: Bench): Promise<Outcome> {
  const tally = new Tally(bench)
  const target = isExclusive(bench) ? [] : [`lease_timeout: ${leaseMs}ms`]
  const world = await createBuilt(bench, { target })
  const statements = await countStatements(world)
  for (const at of placesOf(statements, points[bench.length])) {
    const strike: Strike = { at, when: 'before', signal: 'SIGSTOP' }
    await world.feed()
    const running = world.start({ strike })
    if (!(await suspended(running))) continue
    const isInside = isInTransaction(statements, at)
    await delay(leaseMs + 500)
    const other = await world.build()
    running.child.kill('SIGCONT')
    const woken = await running.ended
    await world.database.settle()
    const faults = isExclusive(bench)
      ? [...judgeEnd(other, [2]), ...judgeEnd(woken, [0], 30_000)]
      : [...judgeEnd(other, [0]), ...judgeEnd(woken, isInside ? [1, 2] : [0, 1, 2], 30_000)]
    tally.add(
      `${bench.engine.name} suspended at ${at} (${woken.struck?.text.slice(0, 100)}), inside a publication: ${isInside}`,
      [...faults, ...(await look(world)), ...(await converge(world, undefined))],
    )
  }
  await world.remove()
  return tally.outcome()
}

/** While it takes its leases, too: then it has locked them, and nobody can see yet who it is. */
function placesOf(statements: readonly string[], count: number): readonly number[] {
  const taking = statements.findIndex((text) =>
    /^(?:update|insert into) _assay\.leases/i.test(text),
  )
  return [...(taking < 0 ? [] : [taking + 2]), ...evenly(statements.length, count)]
}

/** Both have ended, and at least one has built all of it. */
async function look(world: World): Promise<readonly string[]> {
  world.settle()
  return judgeNow(world, await world.look()).map((fault) => `at once: ${fault}`)
}

/** A suspended process keeps the lock of a DuckDB file: nobody can take over. */
function isExclusive(bench: Bench): boolean {
  return bench.engine.name === 'duckdb'
}

/** Between the begin of a node's transaction and its commit. */
function isInTransaction(statements: readonly string[], at: number): boolean {
  const before = statements.slice(0, at - 1)
  const begun = before.findLastIndex((text) => /^begin\b.*read write/is.test(text))
  const ended = before.findLastIndex((text) => /^(?:commit|rollback)\b/i.test(text))
  return begun > ended
}
