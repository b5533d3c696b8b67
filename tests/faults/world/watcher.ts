/** A reader in a connection of its own that looks at all relations, over and over, while builds run and die. */
import type { Reader } from '../engines/engine.ts'
import { difference } from './judge.ts'
import { relations } from './relations.ts'
import { stateOf, type World } from './world.ts'

export class Watcher {
  readonly #world: World
  readonly #stop = new AbortController()
  #faults: string[] = []
  #reads = 0
  #done: Promise<void> = Promise.resolve()

  private constructor(world: World) {
    this.#world = world
  }

  /** On DuckDB nobody else can read during a build: then it sees nothing. */
  static async start(world: World): Promise<Watcher> {
    const watcher = new Watcher(world)
    const reader = await world.database.openReader()
    if (reader !== undefined) watcher.#done = watcher.#watch(reader)
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

  async #watch(reader: Reader): Promise<void> {
    while (!this.#stop.signal.aborted) {
      for (const relation of relations) {
        // A state that was allowed when the read began may be gone when it ends.
        const before = this.#world.allowed(relation)
        try {
          const found = await stateOf(reader.query, relation)
          const after = this.#world.allowed(relation)
          this.#reads += 1
          if (before.has(found) || after.has(found)) continue
          const states = [...before.keys(), ...after.keys()]
          this.#faults.push(`${relation.name}: ${difference(found, states)}`)
        } catch (error) {
          this.#faults.push(`${relation.name}: ${error instanceof Error ? error.message : error}`)
        }
      }
    }
    await reader.close()
  }
}
