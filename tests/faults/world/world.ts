/** A project with its database: rows arrive, builds run, and what is there is compared with what must be. */
import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Database, NoSuchRelation, type Query } from '../engines/engine.ts'
import type { Ended, Program, Running, RunOptions } from '../program.ts'
import type { Bench } from '../scenario.ts'
import { readLedger, type Ledger } from './ledger.ts'
import { projectFiles, seedFile } from './project-files.ts'
import { rawColumns, rawValues, rowsOfBatch } from './raw-rows.ts'
import { absent, allowedStates, type ExpectedRelation, relations, textOf } from './relations.ts'

export interface WorldOptions {
  /** Default 1: the statements of every build come in the same order. */
  readonly threads?: number
  /** Further keys of the target, as `lease_timeout: 2s`. */
  readonly target?: string
  /** Left out: a new one of the engine. */
  readonly database?: Database
  /** Flags of every build. */
  readonly flags?: readonly string[]
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
  readonly #program: Program
  #version = 0
  /** The version that was built last. */
  #built = 0

  private constructor(program: Program, folder: string, database: Database, options: WorldOptions) {
    this.#program = program
    this.folder = folder
    this.database = database
    this.flags = options.flags ?? []
  }

  static async create(bench: Bench, options: WorldOptions = {}): Promise<World> {
    const folder = join(bench.program.folder, `world-${randomUUID()}`)
    const files = projectFiles({
      threads: options.threads ?? 1,
      target: options.target === undefined ? '' : `, ${options.target}`,
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

  /** What a relation may hold at this moment. */
  allowed(relation: ExpectedRelation): ReadonlyMap<string, number> {
    return allowedStates(relation, { before: this.#built, after: this.#version })
  }

  async look(): Promise<Look> {
    return await this.database.use(lookAt)
  }

  async ledger(): Promise<Ledger> {
    return await this.database.use(readLedger)
  }

  async remove(): Promise<void> {
    await this.database.drop()
  }
}

export async function lookAt(query: Query): Promise<Look> {
  const found: [string, string][] = []
  for (const relation of relations) found.push([relation.name, await stateOf(query, relation)])
  return new Map(found)
}

export async function stateOf(query: Query, relation: ExpectedRelation): Promise<string> {
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
