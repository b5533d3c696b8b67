/** The network between a build and its server is cut: before a statement, after it, in silence, and while a commit is answered. */
import { converge, examine, judgeEnd } from '../aftermath.ts'
import { evenly } from '../evenly.ts'
import { type Bench, type Outcome, type Scenario, Tally } from '../scenario.ts'
import { type Cut, openProxy, type Proxy } from '../wire-proxy.ts'
import { countStatements, createBuilt } from '../world/start-built.ts'
import type { World } from '../world/world.ts'

export const connectionCut: Scenario = {
  name: 'connection-cut',
  about: 'the connection is cut at a statement, or while a commit is answered',
  isKill: false,
  engines: ['postgres'],
  run,
}

const pointsEach = { short: 1, full: 8 } as const
const commitsEach = { short: 1, full: 8 } as const

async function run(bench: Bench): Promise<Outcome> {
  const tally = new Tally()
  const world = await createBuilt(bench, { target: ['lease_timeout: 2s'] })
  const statements = await countStatements(world)
  const { PGHOST: host = '', PGPORT: port = '' } = world.database.env
  const proxy = await openProxy({ host, port: Number(port) })
  for (const cut of cutsOf(bench, statements.length)) {
    const tried = await tryCut(world, proxy, cut)
    if (tried === undefined) continue
    const place = `${cut.way} at ${cut.at} of ${cut.matches.source}`
    tally.add(`${bench.engine.name} cut ${place} (${tried.statement.slice(0, 100)})`, tried.faults)
  }
  await proxy.close()
  await world.remove()
  return tally.outcome()
}

function cutsOf(bench: Bench, statements: number): readonly Cut[] {
  const ways = ['before', 'answer', 'silent', 'half-open'] as const
  return ways.flatMap((way) => [
    ...evenly(statements, pointsEach[bench.length]).map((at) => ({ at, matches: /(?:)/, way })),
    ...evenly(commitsEach.full, commitsEach[bench.length]).map((at) => ({
      at,
      matches: /^commit/i,
      way,
    })),
  ])
}

async function tryCut(world: World, proxy: Proxy, cut: Cut) {
  await world.feed()
  const before = await world.ledger()
  proxy.plan(cut)
  const ended = await world.build({ env: { PGPORT: String(proxy.port) } })
  const statement = proxy.struck()
  // What is half open stays so: the next build has to get past it.
  const examined = cut.way === 'half-open' ? undefined : await examine(world, before)
  const faults = [
    ...judgeEnd(ended, [0, 1, 2], 30_000),
    ...(examined?.faults ?? []),
    ...(await converge(world, examined?.ledger)),
  ]
  proxy.plan(undefined)
  return statement === undefined ? undefined : { statement, faults }
}
