/** A reader in a connection of its own that looks at all relations, over and over, while builds run and die. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Query, Reader } from '../engines/engine.ts'
import { judgeWhole } from './judge.ts'
import { lookEach, lookTogether, type World } from './world.ts'

export class Watcher {
  readonly #world: World
  readonly #stop = new AbortController()
  #faults: string[] = []
  #reads = 0
  #done: Promise<void> = Promise.resolve()

  private constructor(world: World) {
    this.#world = world
  }

  /** On DuckDB nobody else can read during a build: then it sees files only. */
  static async start(world: World): Promise<Watcher> {
    const watcher = new Watcher(world)
    watcher.#done = watcher.#watch(await world.database.openReader())
    return watcher
  }

  get reads(): number {
    return this.#reads
  }

  /** What it saw since it was asked last. */
  takeFaults(): readonly string[] {
    const taken = [...new Set(this.#faults)]
    this.#faults = []
    return taken.map((fault) => `a reader saw ${fault}`)
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  async #watch(reader: Reader | undefined): Promise<void> {
    const { isAtomic, play, folder } = this.#world
    const { together } = play
    const seen = play.relations.filter(({ file }) => reader !== undefined || file !== undefined)
    if (seen.length === 0) return
    const place = { folder, query: reader?.query ?? filesOnly, relations: seen }
    while (!this.#stop.signal.aborted) {
      // Files are read without waiting for anything.
      await delay(1)
      // A state that was allowed when the reading began may be gone when it ends.
      const before = this.#world.allowed()
      try {
        const look = await (isAtomic ? lookTogether(place) : lookEach(place))
        this.#reads += isAtomic ? 1 : look.size
        const moments = [...new Set([before, this.#world.allowed()])]
        const faults = moments.map((allowed) =>
          judgeWhole(look, { allowed, isAtomic, together: isAtomic ? together : [] }),
        )
        if (!faults.some((found) => found.length === 0)) this.#faults.push(...faults.flat())
      } catch (error) {
        this.#faults.push(`an error: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
    await reader?.close()
  }
}

const filesOnly: Query = () => Promise.reject(new Error('expected to read files only'))
