/** An export is killed: its files, folder or tables are the old ones or the new ones whole, the ledger knows where rows went, and the next one leaves nothing behind. */
import { outcomeOf } from '../aftermath.ts'
import { type Bench, type Outcome, type Scenario, Tally } from '../scenario.ts'
import type { Hindrance } from '../world/site.ts'
import { Shop } from './exports/shop.ts'
import { type Goal, goals, type Shown } from './exports/goals.ts'
import { strikesAt } from './strikes.ts'

export const killExport: Scenario = {
  name: 'kill-export',
  about:
    'killed before every statement and every step with a file, and around every commit, of exports to files, to a partitioned folder and to another database',
  isKill: true,
  engines: ['duckdb', 'postgres'],
  run,
}

async function run(bench: Bench): Promise<Outcome> {
  const tally = new Tally(bench)
  const shop = await Shop.create(bench)
  for (const goal of goals) {
    if (bench.length === 'short' && tally.tried > 0) break
    await killEach({ bench, shop, goal }, tally)
  }
  await shop.remove()
  return tally.outcome()
}

interface Order {
  readonly bench: Bench
  readonly shop: Shop
  readonly goal: Goal
}

async function killEach({ bench, shop, goal }: Order, tally: Tally): Promise<void> {
  const exporting = async (hindrance: Hindrance) => await shop.site.run(goal.argv, hindrance)
  await shop.feed()
  await shop.site.done(...goal.argv)
  await shop.feed()
  const { statements } = await exporting({ isCounting: true })
  bench.say(`${goal.name} ${statements.length} steps`)
  const plan = { when: ['before'], commits: ['before', 'sent', 'after'] } as const
  for (const strike of strikesAt(bench, statements, plan)) {
    await shop.feed()
    const before = await goal.look(shop)
    const killed = await exporting({ strike })
    if (killed.signal !== 'SIGKILL') continue
    const atOnce = judge(shop, goal, { before, after: await goal.look(shop) })
    const again = await exporting({})
    const after = await goal.look(shop)
    const step = (killed.struck?.text ?? '').replaceAll(/\s+/g, ' ').slice(0, 120)
    const point = `${bench.engine.name} kill-export to ${goal.name} at ${strike.at}:${strike.when} (${step})`
    tally.add(point, [
      ...atOnce.map((fault) => `at once: ${fault}`),
      ...[
        ...(again.code === 0 ? [] : [outcomeOf(again)]),
        ...judge(shop, goal, { before, after }),
        ...older(shop, goal, after),
        ...(await goal.litter(shop)),
      ].map((fault) => `after the next export: ${fault}`),
    ])
  }
}

interface Between {
  readonly before: readonly Shown[]
  readonly after: readonly Shown[]
}

/** Each place is as it was or new, and where it is new the ledger of what was read has one export more. */
function judge(shop: Shop, goal: Goal, { before, after }: Between): readonly string[] {
  const states = after.map(({ place, text, exports }, index) => {
    const was = before[index]
    if (text === goal.expected(shop.version)[index]) {
      const isKnown = exports > (was?.exports ?? 0)
      return { isNew: true, faults: isKnown ? [] : [`${place}: new, and not in the ledger`] }
    }
    const faults = text === was?.text ? [] : [`${place}: neither old nor new: ${text}`]
    return { isNew: false, faults }
  })
  const isMixed = goal.isTogether && new Set(states.map(({ isNew }) => isNew)).size > 1
  return [...states.flatMap(({ faults }) => faults), ...(isMixed ? ['not one moment'] : [])]
}

function older(shop: Shop, goal: Goal, after: readonly Shown[]): readonly string[] {
  const fresh = goal.expected(shop.version)
  return after.flatMap(({ place, text }, index) =>
    text === fresh[index] ? [] : [`${place}: still ${text}`],
  )
}
