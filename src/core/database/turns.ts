/** Lets so many at once have something, the others in the order they came: a pool's connections, say. */
export class Turns {
  readonly #limit: number
  readonly #waiting: (() => void)[] = []
  #taken = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  async take(): Promise<void> {
    if (this.#taken < this.#limit) {
      this.#taken += 1
      return
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /** The turn passes to who has waited longest, so `#taken` stays. */
  end(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#taken -= 1
    else next()
  }
}
