/** An erasure is killed: one person is in all tables or in none, nobody else is touched, nothing is loaded again, and the same command ends it. */
import { outcomeOf } from '../aftermath.ts'
import { type Bench, type Outcome, type Scenario, Tally } from '../scenario.ts'
import { Crowd } from './erasures/crowd.ts'
import { strikesAt } from './strikes.ts'

export const killErase: Scenario = {
  name: 'kill-erase',
  about:
    'killed before every other statement and step with a file, and around every commit, while one person is erased',
  isKill: true,
  engines: ['duckdb', 'postgres'],
  run,
}

/** More than there are points. */
const persons = 400
/** At every so many points files are looked for anew, and built, before the same command comes again. */
const loadEvery = 3

async function run(bench: Bench): Promise<Outcome> {
  const tally = new Tally(bench)
  const crowd = await Crowd.create(bench, persons)
  const argvOf = () => ['erase', '--identity', 'user', '--value', String(crowd.person), '--yes']
  const counted = await crowd.site.run(argvOf(), { isCounting: true })
  const plain = [...(await crowd.judgeTables(true)), ...crowd.judgeFiles()]
  if (counted.code !== 0 || plain.length > 0) {
    throw new Error(`without a kill: ${outcomeOf(counted)} ${plain.join('; ')}`)
  }
  crowd.settle()
  bench.say(`${counted.statements.length} steps`)
  const plan = { when: ['before'], commits: ['before', 'sent', 'after'], step: 2 } as const
  for (const [index, strike] of strikesAt(bench, counted.statements, plan).entries()) {
    const killed = await crowd.site.run(argvOf(), { strike })
    if (killed.signal !== 'SIGKILL') {
      crowd.settle()
      continue
    }
    const atOnce = await crowd.judgeTables(false)
    const loaded = index % loadEvery === 0 ? await loadBetween(crowd) : []
    const again = await crowd.site.run(argvOf())
    const step = (killed.struck?.text ?? '').replaceAll(/\s+/g, ' ').slice(0, 120)
    const faults = [
      ...(again.code === 0 ? [] : [outcomeOf(again)]),
      ...(await crowd.judgeTables(true)),
      ...crowd.judgeFiles(),
    ]
    tally.add(`${bench.engine.name} kill-erase at ${strike.at}:${strike.when} (${step})`, [
      ...atOnce.map((fault) => `at once: ${fault}`),
      ...loaded.map((fault) => `after loading and building: ${fault}`),
      ...faults.map((fault) => `after the next erasure: ${fault}`),
    ])
    // What follows would be about the same fault.
    if (faults.length > 0) break
    crowd.settle()
  }
  await crowd.site.remove()
  return tally.outcome()
}

/** Files that were written anew are known as loaded, and those that were not yet too. */
async function loadBetween(crowd: Crowd): Promise<readonly string[]> {
  const commands = [['ingest'], ['build']] as const
  const faults: string[] = []
  for (const argv of commands) {
    const ended = await crowd.site.run(argv)
    if (ended.code !== 0) faults.push(outcomeOf(ended))
  }
  return [...faults, ...(await crowd.judgeTables(false))]
}
