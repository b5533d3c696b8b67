/** A project with a database, in which commands other than builds are run. */
import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { outcomeOf } from '../aftermath.ts'
import { type Cells, type Database, NoSuchRelation, type Query } from '../engines/engine.ts'
import type { Ended, RunOptions } from '../program.ts'
import type { Bench } from '../scenario.ts'

export type Hindrance = Pick<RunOptions, 'strike' | 'isCounting'>

export class Site {
  readonly folder: string
  readonly database: Database
  readonly #bench: Bench
  readonly #env: Readonly<Record<string, string>>

  private constructor(
    bench: Bench,
    at: { readonly folder: string; readonly database: Database },
    env: Readonly<Record<string, string>>,
  ) {
    this.folder = at.folder
    this.database = at.database
    this.#bench = bench
    this.#env = { ...env, ...at.database.env }
  }

  static async create(
    bench: Bench,
    files: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Site> {
    const folder = join(bench.program.folder, `site-${randomUUID()}`)
    mkdirSync(join(folder, 'target'), { recursive: true })
    const site = new Site(
      bench,
      { folder, database: await bench.engine.createDatabase(folder) },
      env,
    )
    site.write(files)
    return site
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true })
      writeFileSync(join(this.folder, path), text)
    }
  }

  /** Nothing of it goes on in the server when it returns. */
  async run(argv: readonly string[], hindrance: Hindrance = {}): Promise<Ended> {
    const { program } = this.#bench
    const ended = await program.run(argv, { ...hindrance, cwd: this.folder, env: this.#env })
    await this.database.settle()
    return ended
  }

  /** To its end; gives what it said. */
  async done(...argv: readonly string[]): Promise<string> {
    const ended = await this.run(argv)
    if (ended.code !== 0) throw new Error(`"${argv.join(' ')}" failed: ${outcomeOf(ended)}`)
    return ended.output
  }

  async remove(): Promise<void> {
    await this.database.drop()
  }
}

/** undefined: the relation is not there. */
export async function rowsOf(query: Query, sql: string): Promise<readonly Cells[] | undefined> {
  try {
    return await query(sql)
  } catch (error) {
    if (error instanceof NoSuchRelation) return undefined
    throw error
  }
}
