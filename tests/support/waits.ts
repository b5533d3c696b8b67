/** How long readers wait, beside how long the same connection waits for nothing at all: a busy machine makes both longer. */

export class Waits {
  #longestMs = 0
  #longestForNothingMs = 0

  async measure(read: () => Promise<unknown>, nothing: () => Promise<unknown>): Promise<void> {
    const started = performance.now()
    await nothing()
    const between = performance.now()
    await read()
    this.#longestForNothingMs = Math.max(this.#longestForNothingMs, between - started)
    this.#longestMs = Math.max(this.#longestMs, performance.now() - between)
  }

  /** What the machine has not caused. */
  get longestMs(): number {
    return this.#longestMs - 3 * this.#longestForNothingMs
  }
}
