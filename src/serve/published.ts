/** Who wants to know is told when something was published. */
import type { Publication, Publications } from './context.ts'

export class PublishedNews implements Publications {
  #version = 0
  readonly #listeners = new Set<(published: Publication) => void>()

  get version(): number {
    return this.#version
  }

  subscribe(listener: (published: Publication) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  tell(kind: Publication['kind'], nodes: readonly string[]): void {
    this.#version += 1
    for (const listener of this.#listeners) listener({ version: this.#version, kind, nodes })
  }
}
