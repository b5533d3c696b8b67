/** A project with its database: rows arrive, builds run, and what is there is compared with what must be. */
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Database, type Engine, NoSuchRelation, type Query } from '../engines/engine.ts'
import type { Ended, Program, Running, RunOptions } from '../program.ts'
import type { Bench } from '../scenario.ts'
import type { Allowed } from './judge.ts'
import { readLedger, type Ledger } from './ledger.ts'
import { corePlay, type Play } from './play.ts'
import { absent, allowedStates, type ExpectedRelation, textOf } from './relations.ts'

export interface WorldOptions {
  /** Default: the core play. */
  readonly play?: (engine: Engine['name']) => Play
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
  /** What is said after a kill of a run that had begun, instead of the same again. */
  readonly again?: 'retry' | 'plain build'
}

export interface BuildRun extends Omit<RunOptions, 'cwd' | 'env'> {
  /** Over what reaches the database. */
  readonly env?: RunOptions['env']
  readonly flags?: readonly string[]
  readonly command?: 'build' | 'retry'
  /** Without the flags of every build. */
  readonly isPlain?: boolean
}

/** Said when all leases are taken, before anything is published. */
const announced = /nodes? to run/

/** What the relations hold, each as one text. */
export type Look = ReadonlyMap<string, string>

export class World {
  readonly folder: string
  readonly database: Database
  readonly play: Play
  readonly flags: readonly string[]
  readonly isAtomic: boolean
  readonly #program: Program
  readonly #again: WorldOptions['again']
  #version = 0
  /** The version that was built last. */
  #built = 0
  #allowed:
    | { readonly before: number; readonly after: number; readonly states: Allowed }
    | undefined

  private constructor({ program, folder, database, play }: Place, options: WorldOptions) {
    this.#program = program
    this.folder = folder
    this.database = database
    this.play = play
    this.#again = options.again
    this.isAtomic = options.isAtomic === true
    this.flags = [...(options.flags ?? []), ...(this.isAtomic ? ['--atomic'] : [])]
  }

  static async create(bench: Bench, options: WorldOptions = {}): Promise<World> {
    const folder = join(bench.program.folder, `world-${randomUUID()}`)
    const play = options.play?.(bench.engine.name) ?? corePlay
    const files = play.files({
      engine: bench.engine.name,
      threads: options.threads ?? 1,
      target: options.target ?? [],
    })
    for (const [path, text] of Object.entries(files)) write(join(folder, path), text)
    mkdirSync(join(folder, 'target'), { recursive: true })
    const database = options.database ?? (await bench.engine.createDatabase(folder))
    await database.use(async (query) => {
      for (const statement of play.tables) await query(statement)
    })
    return new World({ program: bench.program, folder, database, play }, options)
  }

  get version(): number {
    return this.#version
  }

  /** Another batch arrives. */
  async feed(): Promise<void> {
    this.#version += 1
    const { statements, files } = this.play.arrive(this.#version)
    await this.database.use(async (query) => {
      for (const statement of statements) await query(statement)
    })
    for (const [path, text] of Object.entries(files)) write(join(this.folder, path), text)
  }

  start(options: BuildRun = {}): Running {
    const { flags = [], command = 'build', isPlain = false, ...others } = options
    const env = { ...this.database.env, ...options.env }
    const own = isPlain ? [] : this.flags
    const argv = [command, ...own, ...flags, '--vars', `{version: ${this.#version}}`]
    return this.#program.start(argv, { ...others, cwd: this.folder, env })
  }

  async build(options: BuildRun = {}): Promise<Ended> {
    return await this.start(options).ended
  }

  /** After something went wrong. */
  async buildAgain(hasBegun: boolean): Promise<Ended> {
    if (!hasBegun || this.#again === undefined) return await this.build()
    return this.#again === 'retry'
      ? await this.build({ command: 'retry', isPlain: true })
      : await this.build({ isPlain: true })
  }

  /** Whether a run that was killed has left what `retry`, or a plain build, goes by. */
  async hasBegun({ output }: Ended): Promise<boolean> {
    const { begun } = this.play
    if (this.#again !== 'plain build' || begun === undefined) return announced.test(output)
    return await this.database.use(async (query) => {
      const [[count] = []] = await query(begun)
      return Number(count) > 0
    })
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
    const states = new Map(
      this.play.relations.map((one) => [one.name, allowedStates(one, between)] as const),
    )
    this.#allowed = { ...between, states }
    return states
  }

  async look(): Promise<Look> {
    const { folder, play } = this
    return await this.database.use((query) =>
      lookEach({ query, folder, relations: play.relations }),
    )
  }

  async ledger(): Promise<Ledger> {
    return await this.database.use(readLedger)
  }

  async remove(): Promise<void> {
    await this.database.drop()
  }
}

interface Place {
  readonly program: Program
  readonly folder: string
  readonly database: Database
  readonly play: Play
}

/** Where relations are looked at. */
export interface Looking {
  readonly query: Query
  readonly folder: string
  readonly relations: readonly ExpectedRelation[]
}

/** One relation after the other. */
export async function lookEach({ query, folder, relations }: Looking): Promise<Look> {
  const found: [string, string][] = []
  for (const relation of relations) {
    const { name, file } = relation
    const state =
      file === undefined ? await stateOf(query, relation) : stateOfFile(join(folder, file))
    found.push([name, state])
  }
  return new Map(found)
}

function stateOfFile(path: string): string {
  if (!existsSync(path)) return absent
  const [, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n')
  return textOf(lines.map((line) => line.split(',')))
}

/** All relations in one statement, so at one moment; absent when one of them is. */
export async function lookTogether({ query, relations }: Looking): Promise<Look> {
  const selects = relations.map(
    ({ name, columns, sql }) =>
      `select '${name}', concat_ws('|', ${columns.join(', ')}) from ${sql === undefined ? name : `(${sql}) as looked`}`,
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
    const { columns, name, sql } = relation
    return textOf(await query(sql ?? `select ${columns.join(', ')} from ${name}`))
  } catch (error) {
    if (error instanceof NoSuchRelation) return absent
    throw error
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
