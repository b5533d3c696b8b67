/** A clone is killed: each relation of it is absent or whole, as the ledger says, and the same command makes the rest. */
import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { outcomeOf } from '../aftermath.ts'
import { type Database, NoSuchRelation, type Query } from '../engines/engine.ts'
import type { Ended, RunOptions } from '../program.ts'
import { type Bench, type Outcome, type Scenario, Tally } from '../scenario.ts'
import { readLedger } from '../world/ledger.ts'
import { settingsFile } from '../world/project-files.ts'
import { absent, textOf } from '../world/relations.ts'
import { strikesAt } from './strikes.ts'

export const killClone: Scenario = {
  name: 'kill-clone',
  about: 'killed at every other boundary, and in every commit, of a clone',
  isKill: true,
  engines: ['duckdb', 'postgres'],
  run,
}

const names = ['numbers', 'doubled', 'kept'] as const

const files = {
  'models/numbers.sql':
    '{{config materialized="table"}}\nselect 1 as n union all select 2 union all select 3\n',
  'models/doubled.sql': 'select n, n * 2 as twice from {{ref "numbers"}}\n',
  'models/kept.sql':
    '{{config materialized="incremental" unique_key="n"}}\nselect n from {{ref "numbers"}}\n',
}

async function run(bench: Bench): Promise<Outcome> {
  const tally = new Tally(bench)
  const production = await Production.build(bench)
  const counted = await production.clone('counted', { isCounting: true })
  bench.say(`${counted.statements.length} statements`)
  const strikes = strikesAt(bench, counted.statements, {
    when: ['before'],
    commits: ['before', 'sent', 'after'],
    step: 2,
  })
  for (const [index, strike] of strikes.entries()) {
    const schema = `dev_${index}`
    const killed = await production.clone(schema, { strike })
    if (killed.signal !== 'SIGKILL') continue
    const faults = [
      ...(await production.judge(schema, 'at once')),
      ...(await production.cloneAgain(schema)),
      ...(await production.judge(schema, 'after the next clone')),
    ]
    const name = `${strike.at}:${strike.when}`
    const statement = (killed.struck?.text ?? '').replaceAll(/\s+/g, ' ').slice(0, 120)
    tally.add(`${bench.engine.name} kill-clone at ${name} (${statement})`, faults)
  }
  await production.remove()
  return tally.outcome()
}

/** A database with a schema that is cloned, again and again, to others. */
class Production {
  readonly #bench: Bench
  readonly #folder: string
  readonly #database: Database

  private constructor(bench: Bench, folder: string, database: Database) {
    this.#bench = bench
    this.#folder = folder
    this.#database = database
  }

  static async build(bench: Bench): Promise<Production> {
    const folder = join(bench.program.folder, `clone-${randomUUID()}`)
    const settings = settingsFile({
      engine: bench.engine.name,
      threads: 1,
      target: [`schema: "{{var 'schema' 'production'}}"`],
    })
    for (const [path, text] of Object.entries({ ...files, 'assay.yml': settings })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    mkdirSync(join(folder, 'target'))
    const database = await bench.engine.createDatabase(folder)
    const production = new Production(bench, folder, database)
    const { code, output } = await production.#run(['build', '--target-path', 'target/production'])
    if (code !== 0) throw new Error(`the build that is cloned failed: ${output}`)
    return production
  }

  async clone(schema: string, options: Pick<RunOptions, 'strike' | 'isCounting'>): Promise<Ended> {
    const vars = ['--vars', `{version: 0, schema: ${schema}}`]
    const ended = await this.#run(['clone', '--state', 'target/production', ...vars], options)
    await this.#database.settle()
    return ended
  }

  async cloneAgain(schema: string): Promise<readonly string[]> {
    const ended = await this.clone(schema, {})
    const missing = await this.#missing(schema)
    return [
      ...(ended.code === 0 ? [] : [`the next clone: ${outcomeOf(ended)}`]),
      ...missing.map((name) => `not there after the next clone: ${name}`),
    ]
  }

  /** Absent or whole, and published as often as it is there. */
  async judge(schema: string, when: string): Promise<readonly string[]> {
    const wanted = await this.#states('production')
    const found = await this.#states(schema)
    const { publications, faults } = await this.#database.use(readLedger)
    const differing = names.flatMap((name) => {
      const [is, must] = [found.get(name), wanted.get(name)]
      if (is !== absent && is !== must) return [`${name}: ${is}, expected ${must} or nothing`]
      const times = publications.get(`${schema}.${name}`) ?? 0
      const shown = is === absent ? 0 : 1
      return times === shown ? [] : [`${name}: the ledger has ${times}, there is ${shown}`]
    })
    return [...differing, ...faults].map((fault) => `${when}: ${fault}`)
  }

  async remove(): Promise<void> {
    await this.#database.drop()
  }

  async #missing(schema: string): Promise<readonly string[]> {
    const states = await this.#states(schema)
    return names.filter((name) => states.get(name) === absent)
  }

  async #states(schema: string): Promise<ReadonlyMap<string, string>> {
    return await this.#database.use(async (query) => {
      const states = new Map<string, string>()
      for (const name of names) states.set(name, await stateOf(query, `${schema}.${name}`))
      return states
    })
  }

  async #run(argv: readonly string[], options: Partial<RunOptions> = {}): Promise<Ended> {
    const { program } = this.#bench
    return await program.run(argv, { ...options, cwd: this.#folder, env: this.#database.env })
  }
}

async function stateOf(query: Query, relation: string): Promise<string> {
  try {
    return textOf(await query(`select * from ${relation}`))
  } catch (error) {
    if (error instanceof NoSuchRelation) return absent
    throw error
  }
}
