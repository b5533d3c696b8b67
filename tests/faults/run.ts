/** `npm run test:faults`: what can go wrong from outside goes wrong, at every point, on both databases; the last line counts. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { duckdbEngine } from './engines/duckdb.ts'
import type { Engine } from './engines/engine.ts'
import { createPostgresEngine } from './engines/postgres.ts'
import { startPostgresServer } from './engines/postgres-server.ts'
import { createProgram, type Program } from './program.ts'
import type { Outcome, Scenario } from './scenario.ts'
import { scenarios } from './scenarios.ts'

const engineNames = ['duckdb', 'postgres'] as const
/** Fewer would be no proof. */
const leastKills = 200

interface Choice {
  readonly engines: readonly Engine['name'][]
  readonly scenarios: readonly Scenario[]
  readonly points: readonly string[]
  readonly every: number
  /** Part of it only: then nothing is asked of the counts. */
  readonly isPart: boolean
}

interface Ran {
  readonly scenario: Scenario
  readonly outcome: Outcome
}

function readChoice(): Choice {
  const { values } = parseArgs({
    options: {
      engine: { type: 'string', multiple: true, default: [] },
      scenario: { type: 'string', multiple: true, default: [] },
      at: { type: 'string', multiple: true, default: [] },
      every: { type: 'string', default: '1' },
    },
  })
  const every = Number(values.every)
  if (!Number.isInteger(every) || every < 1) {
    throw new Error(`expected --every to be a whole number from 1, found ${values.every}`)
  }
  const unknown = [
    ...values.engine.filter((name) => !engineNames.some((known) => known === name)),
    ...values.scenario.filter((name) => !scenarios.some((known) => known.name === name)),
  ]
  if (unknown.length > 0) {
    const known = [...engineNames, ...scenarios.map(({ name }) => name)].join(', ')
    throw new Error(`expected one of ${known}, found ${unknown.join(', ')}`)
  }
  return {
    engines: engineNames.filter((n) => values.engine.length === 0 || values.engine.includes(n)),
    scenarios: scenarios.filter(
      ({ name }) => values.scenario.length === 0 || values.scenario.includes(name),
    ),
    points: values.at,
    every,
    isPart: every > 1 || values.engine.length + values.scenario.length + values.at.length > 0,
  }
}

async function runEngine(
  engine: Engine,
  program: Program,
  choice: Choice,
): Promise<readonly Ran[]> {
  const ran: Ran[] = []
  for (const scenario of choice.scenarios) {
    if (!scenario.engines.includes(engine.name)) continue
    const began = performance.now()
    const said: string[] = []
    const outcome = await runSafely(scenario, {
      program,
      engine,
      length: 'full',
      every: choice.every,
      points: choice.points,
      say: (line) => said.push(line),
      reportLost,
    })
    ran.push({ scenario, outcome })
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    const details = said.length === 0 ? '' : ` (${said.join('; ')})`
    console.log(
      `${engine.name.padEnd(8)} ${scenario.name.padEnd(20)} ${countsOf([outcome])} in ${seconds}s${details}`,
    )
  }
  return ran
}

/** A scenario that breaks off is a point lost, not the end of all the others. */
async function runSafely(
  scenario: Scenario,
  bench: Parameters<Scenario['run']>[0],
): Promise<Outcome> {
  try {
    return await scenario.run(bench)
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    const lost = `${bench.engine.name} ${scenario.name} broke off: ${text}`
    bench.reportLost(lost)
    return { tried: 1, survived: 0, lost: [lost] }
  }
}

function reportLost(text: string): void {
  console.log(`  lost: ${text}`)
}

function countsOf(outcomes: readonly Outcome[]): string {
  const sum = (count: (outcome: Outcome) => number) =>
    outcomes.reduce((total, outcome) => total + count(outcome), 0)
  return `${sum((o) => o.tried)} tried, ${sum((o) => o.survived)} survived, ${sum((o) => o.lost.length)} lost`
}

async function main(): Promise<number> {
  const choice = readChoice()
  const program = createProgram()
  const server = choice.engines.includes('postgres')
    ? await startPostgresServer(mkdtempSync(join(tmpdir(), 'assay-faults-data-')))
    : undefined
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      program.remove()
      void Promise.resolve(server?.stop()).finally(() => process.exit(130))
    })
  }
  try {
    const engines: readonly Engine[] = [
      ...(choice.engines.includes('duckdb') ? [duckdbEngine] : []),
      ...(server === undefined ? [] : [createPostgresEngine(server.facts, server)]),
    ]
    const results = await Promise.all(
      engines.map(async ({ name }, index) => {
        const engine = engines[index]
        return { name, ran: engine === undefined ? [] : await runEngine(engine, program, choice) }
      }),
    )
    return report(results, choice.isPart)
  } finally {
    await server?.stop()
    program.remove()
  }
}

function report(
  results: readonly { readonly name: string; readonly ran: readonly Ran[] }[],
  isPart: boolean,
): number {
  const kills = results.map(({ name, ran }) => {
    const outcomes = ran.filter(({ scenario }) => scenario.isKill).map(({ outcome }) => outcome)
    return { name, tried: outcomes.reduce((total, { tried }) => total + tried, 0) }
  })
  const tooFew = isPart ? [] : kills.filter(({ tried }) => tried < leastKills)
  const said = kills.map(({ name, tried }) => `${name} ${tried}`).join(', ')
  console.log(`kill points: ${said}${isPart ? '' : ` (at least ${leastKills} each)`}`)
  for (const { name, tried } of tooFew) {
    console.log(`too few: expected at least ${leastKills} kill points on ${name}, found ${tried}`)
  }
  const outcomesOf = (ran: readonly Ran[]) => ran.map(({ outcome }) => outcome)
  console.log(
    `faults: ${results.map(({ name, ran }) => `${name} ${countsOf(outcomesOf(ran))}`).join('; ')}`,
  )
  const lost = results.flatMap(({ ran }) => outcomesOf(ran)).flatMap((outcome) => outcome.lost)
  return lost.length > 0 || tooFew.length > 0 ? 1 : 0
}

process.exitCode = await main()
