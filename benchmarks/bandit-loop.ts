/**
 * A shop asks `/bandits/select` for the price of each visit, reports what became of it, and the builds of the server publish
 * what was learned: prices 10, 15, 20 and 25 that sell at 10, 8, 6.5 and 4.5 per cent, so that 20 earns most. Is it found, and
 * does regret flatten?
 *
 *     npx tsx benchmarks/bandit-loop.ts [--rounds 20] [--visits 2500] [--seed 1] [--target duckdb|postgres]
 */
import { parseArgs } from 'node:util'
import { isJsonObject, parseJson } from '../src/core/json.ts'
import { playVisits, seededRandom, shopArms } from '../tests/support/bandit-shop.ts'
import { serveFlagship } from './bandits/serve-flagship.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    visits: { type: 'string', default: '2500' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string', default: 'duckdb' },
  },
})
const rounds = Number(values.rounds)
const visits = Number(values.visits)
const clients = 16

const served = await serveFlagship({
  target: values.target === 'postgres' ? 'postgres' : 'duckdb',
  openBanditRows: 0,
  clients,
  serve: '  load_every: 100ms\n  builds: { select: [path:models/*/bandits] }',
})
await served.start()
const requests = {
  post: async (path: string, body: unknown) => {
    const { status, text } = await served.ask('POST', path, body)
    return { status, body: parseJson(text) }
  },
}
const random = seededRandom(Number(values.seed))
const regrets: number[] = []
let sent = 0
for (let round = 0; round < rounds; round += 1) {
  const visited = await playVisits({
    requests,
    experimentId: 'spring_price',
    arms: shopArms,
    random,
    name: `r${round}`,
    count: visits,
    atOnce: clients,
    startsAt: new Date(Date.UTC(2026, 0, 1 + round)),
  })
  sent += visited.events
  regrets.push(visited.regret / visits)
  await untilTrue(async () => (await loaded()) === sent)
  const { body } = await requests.post('/builds', {})
  const id = isJsonObject(body) ? JSON.stringify(body['id']).replaceAll('"', '') : ''
  await untilTrue(async () => {
    const { text } = await served.ask('GET', `/builds/${id}`)
    if (/"status":"(?:failed|interrupted)"/.test(text)) throw new Error(text)
    return text.includes('"status":"succeeded"')
  })
  const shares = shopArms.map(({ priceId }) => {
    const shown = visited.arms.get(priceId)?.shown ?? 0
    return `${priceId}: ${((100 * shown) / visits).toFixed(0)}%`
  })
  const told = `round ${round + 1}, ${(round + 1) * visits} visits; shown ${shares.join(', ')}`
  process.stdout.write(`${told}; regret a visit ${(visited.regret / visits).toFixed(4)}\n`)
}
const code = await served.end('SIGTERM')
const weights = await served.rows(
  `select price_id, weight, posterior_mean from {{ref "bandit_weights"}} where experiment_id = 'spring_price' and segment = '' order by weight desc`,
)
const posteriors = await served.rows(
  `select price_id, trials, ci_low, ci_high from {{ref "posterior_parameters"}} where experiment_id = 'spring_price' and model = 'bernoulli_price' and segment = '' order by price_id`,
)
await served.remove()
const held = posteriors.filter((row) => {
  const arm = shopArms.find(({ priceId }) => priceId === row['price_id'])
  const worth = (arm?.price ?? 0) * (arm?.rate ?? 0)
  return Number(row['ci_low']) <= worth && worth <= Number(row['ci_high'])
})
for (const { price_id, trials, ci_low, ci_high } of posteriors) {
  process.stdout.write(
    `${String(price_id)}: ${String(trials)} trials, earns ${Number(ci_low).toFixed(3)} to ${Number(ci_high).toFixed(3)} a visit\n`,
  )
}
const quarter = Math.max(1, Math.floor(rounds / 4))
const mean = (part: readonly number[]) => part.reduce((sum, each) => sum + each, 0) / part.length
const best = weights[0]
process.stdout.write(
  `${values.target}, seed ${values.seed}: ${rounds * visits} visits; best ${String(best?.['price_id'])} with a share of ${Number(best?.['weight']).toFixed(3)}; regret a visit ${mean(regrets.slice(0, quarter)).toFixed(4)} in the first quarter, ${mean(regrets.slice(-quarter)).toFixed(4)} in the last; ${held.length} of ${posteriors.length} intervals hold the truth; exit ${code}\n`,
)
if (best?.['price_id'] !== '20' || code !== 0) process.exitCode = 1

async function loaded(): Promise<number> {
  const { text } = await served.ask('GET', '/metrics')
  const found =
    /^assay_events_loaded_total\{table="bandits\.live_price_events",status="loaded"\} (\d+)$/m.exec(
      text,
    )
  return Number(found?.[1] ?? 0)
}

async function untilTrue(ask: () => Promise<boolean>): Promise<void> {
  while (!(await ask())) await new Promise((resolve) => setTimeout(resolve, 50))
}
