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

const pointsEach = { short: 1, full: 5 } as const

async function run(bench: Bench): Promise<Outcome> {
  const tally = new Tally(bench)
  const world = await createBuilt(bench, { target: ['lease_timeout: 2s'] })
  const statements = await countStatements(world)
  const { PGHOST: host = '', PGPORT: port = '' } = world.database.env
  const proxy = await openProxy({ host, port: Number(port) })
  for (const planned of cutsOf(bench, statements)) {
    const { cut } = planned
    const tried = await tryCut(world, proxy, planned)
    if (tried === undefined) continue
    tally.ended(tried.code)
    const place = `${cut.way} at ${cut.at} of ${cut.matches.source}`
    tally.add(`${bench.engine.name} cut ${place} (${tried.statement.slice(0, 100)})`, tried.faults)
  }
  await proxy.close()
  await world.remove()
  bench.say(tally.codes)
  return tally.outcome()
}

interface Planned {
  readonly cut: Cut
  /** A node's own commit whose answer is lost: it is looked up, so the build goes on and ends well. */
  readonly isSettled: boolean
}

function cutsOf(bench: Bench, statements: readonly string[]): readonly Planned[] {
  const ways = ['before', 'answer', 'silent', 'half-open'] as const
  const commits = publicationsIn(statements)
  return ways.flatMap((way) => [
    ...evenly(statements.length, pointsEach[bench.length]).map((at) => ({
      cut: { at, matches: /(?:)/, way },
      isSettled: false,
    })),
    ...evenly(commits.length, pointsEach[bench.length]).map((index) => ({
      cut: { at: commits[index - 1] ?? 1, matches: /^commit/i, way },
      isSettled: way !== 'before',
    })),
  ])
}

/** Which of the commits, from 1, publish a node. */
function publicationsIn(statements: readonly string[]): readonly number[] {
  const found: number[] = []
  let commits = 0
  let isPublication = false
  for (const text of statements) {
    if (/^begin\b/i.test(text)) isPublication = false
    if (/^insert into _assay\.node_runs/i.test(text)) isPublication = true
    if (!/^commit/i.test(text)) continue
    commits += 1
    if (isPublication) found.push(commits)
  }
  return found
}

async function tryCut(world: World, proxy: Proxy, { cut, isSettled }: Planned) {
  await world.feed()
  const before = await world.ledger()
  proxy.plan(cut)
  const ended = await world.build({ env: { PGPORT: String(proxy.port) } })
  const statement = proxy.struck()
  // What is half open stays so: the next build has to get past it.
  const examined = cut.way === 'half-open' ? undefined : await examine(world, before)
  const faults = [
    ...judgeEnd(ended, isSettled ? [0] : [0, 1, 2], 30_000),
    ...(examined?.faults ?? []),
    ...(await converge(world, examined?.ledger)),
  ]
  proxy.plan(undefined)
  proxy.drop()
  return statement === undefined ? undefined : { statement, faults, code: ended.code }
}
