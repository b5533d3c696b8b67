/** A project with its database: rows arrive, builds run, and what is there is compared with what must be. */
import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Database, NoSuchRelation, type Query } from '../engines/engine.ts'
import type { Ended, Program, Running, RunOptions } from '../program.ts'
import type { Bench } from '../scenario.ts'
import type { Allowed } from './judge.ts'
import { readLedger, type Ledger } from './ledger.ts'
import { projectFiles, seedFile } from './project-files.ts'
import { rawColumns, rawValues, rowsOfBatch } from './raw-rows.ts'
import { absent, allowedStates, type ExpectedRelation, relations, textOf } from './relations.ts'

export interface WorldOptions {
  /** Default 1: the statements of every build come in the same order. */
  readonly threads?: number
  /** Further keys of the target, as `lease_timeout: 2s`. */
  readonly target?: readonly string[]
  /** Left out: a new one of the engine. */
  readonly database?: Database
  /** Flags of every build. */
  readonly flags?: readonly string[]
  /** Every build publishes all of it at one moment. */
  readonly isAtomic?: boolean
}

export interface BuildRun extends Omit<RunOptions, 'cwd' | 'env'> {
  /** Over what reaches the database. */
  readonly env?: RunOptions['env']
  readonly flags?: readonly string[]
}

/** What the relations hold, each as one text. */
export type Look = ReadonlyMap<string, string>

export class World {
  readonly folder: string
  readonly database: Database
  readonly flags: readonly string[]
  readonly isAtomic: boolean
  readonly #program: Program
  #version = 0
  /** The version that was built last. */
  #built = 0
  #allowed:
    | { readonly before: number; readonly after: number; readonly states: Allowed }
    | undefined

  private constructor(program: Program, folder: string, database: Database, options: WorldOptions) {
    this.#program = program
    this.folder = folder
    this.database = database
    this.isAtomic = options.isAtomic === true
    this.flags = [...(options.flags ?? []), ...(this.isAtomic ? ['--atomic'] : [])]
  }

  static async create(bench: Bench, options: WorldOptions = {}): Promise<World> {
    const folder = join(bench.program.folder, `world-${randomUUID()}`)
    const files = projectFiles({
      engine: bench.engine.name,
      threads: options.threads ?? 1,
      target: options.target ?? [],
    })
    for (const [path, text] of Object.entries(files)) write(join(folder, path), text)
    mkdirSync(join(folder, 'target'), { recursive: true })
    const database = options.database ?? (await bench.engine.createDatabase(folder))
    await database.use(async (query) => {
      await query('create schema if not exists raw')
      await query('drop table if exists raw.events')
      const columns = rawColumns.map((name) => `${name} bigint not null`)
      await query(`create table raw.events (${columns.join(', ')})`)
    })
    return new World(bench.program, folder, database, options)
  }

  get version(): number {
    return this.#version
  }

  /** Another batch arrives, and another version of the seed. */
  async feed(): Promise<void> {
    this.#version += 1
    const values = rowsOfBatch(this.#version).map(rawValues)
    await this.database.use((query) =>
      query(`insert into raw.events (${rawColumns.join(', ')}) values ${values.join(', ')}`),
    )
    write(join(this.folder, 'seeds', 'plans.csv'), seedFile(this.#version))
  }

  start(options: BuildRun = {}): Running {
    const { flags = [], ...others } = options
    const env = { ...this.database.env, ...options.env }
    const argv = ['build', ...this.flags, ...flags, '--vars', `{version: ${this.#version}}`]
    return this.#program.start(argv, { ...others, cwd: this.folder, env })
  }

  async build(options: BuildRun = {}): Promise<Ended> {
    return await this.start(options).ended
  }

  /** From now on nothing but the newest version may be seen. */
  settle(): void {
    this.#built = this.#version
  }

  /** What the relations may hold at this moment. */
  allowed(): Allowed {
    const between = { before: this.#built, after: this.#version }
    const known = this.#allowed
    if (known?.before === between.before && known.after === between.after) return known.states
    const states = new Map(relations.map((one) => [one.name, allowedStates(one, between)] as const))
    this.#allowed = { ...between, states }
    return states
  }

  async look(): Promise<Look> {
    return await this.database.use((query) => lookEach(query))
  }

  async ledger(): Promise<Ledger> {
    return await this.database.use(readLedger)
  }

  async remove(): Promise<void> {
    await this.database.drop()
  }
}

/** One relation after the other. */
export async function lookEach(query: Query): Promise<Look> {
  const found: [string, string][] = []
  for (const relation of relations) found.push([relation.name, await stateOf(query, relation)])
  return new Map(found)
}

/** All relations in one statement, so at one moment; absent when one of them is. */
export async function lookTogether(query: Query): Promise<Look> {
  const selects = relations.map(
    ({ name, columns }) => `select '${name}', concat_ws('|', ${columns.join(', ')}) from ${name}`,
  )
  try {
    const rows = await query(selects.join(' union all '))
    const linesOf = (wanted: string) => rows.filter(([name]) => name === wanted)
    return new Map(
      relations.map(({ name }) => [name, textOf(linesOf(name).map(([, line = '']) => [line]))]),
    )
  } catch (error) {
    if (error instanceof NoSuchRelation) return new Map(relations.map(({ name }) => [name, absent]))
    throw error
  }
}

async function stateOf(query: Query, relation: ExpectedRelation): Promise<string> {
  try {
    return textOf(await query(`select ${relation.columns.join(', ')} from ${relation.name}`))
  } catch (error) {
    if (error instanceof NoSuchRelation) return absent
    throw error
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
