/** What is read from the database again and again: a request gets what was read a moment ago, never what is long past. */

export interface FreshOptions<T> {
  readonly read: () => Promise<T>
  readonly now: () => Date
  /** Grows with each publication: nobody who asks later is given what was read before it. */
  readonly version: () => number
  /** What was read last counts a while longer, when it is read again beside the answers or cannot be. Left out: it does not. */
  readonly lasts?: { readonly onFault: (error: unknown) => void }
}

/** Read again when it is older: what another process has published is seen after so long. */
const freshMs = 1000
/** Of what lasts: waited for when it is older. */
const staleMs = 5000

/**
 *   empty --read--> fresh --time--> ageing, read again beside --more time, or something was published--> stale, waited for
 *
 * Without `lasts` nothing ages: what is not fresh is stale.
 */
export class Fresh<T> {
  readonly #options: FreshOptions<T>
  #last: { readonly value: T; readonly at: number; readonly version: number } | undefined
  #reading: { readonly answer: Promise<T>; readonly version: number } | undefined

  constructor(options: FreshOptions<T>) {
    this.#options = options
  }

  /** Throws where it was never read and cannot be, and whenever it cannot be without `lasts`. */
  async get(): Promise<T> {
    const { now, version, lasts } = this.#options
    const last = this.#last
    if (last === undefined) return await this.again()
    const isOutdated = last.version !== version()
    const age = now().getTime() - last.at
    if (!isOutdated && age >= 0 && age <= freshMs) return last.value
    if (lasts === undefined) return await this.again()
    const again = this.#orLast(last.value, lasts.onFault)
    return isOutdated || age < 0 || age > staleMs ? await again : last.value
  }

  /** Read now; those who ask meanwhile share it, but for those who heard of something newer. */
  async again(): Promise<T> {
    const version = this.#options.version()
    if (this.#reading?.version === version) return await this.#reading.answer
    const before = this.#reading
    const answer = (async () => {
      await before?.answer.catch(() => undefined)
      const at = this.#options.now().getTime()
      const value = await this.#options.read()
      this.#last = { value, at, version }
      return value
    })()
    const reading = { answer, version }
    this.#reading = reading
    try {
      return await answer
    } finally {
      if (this.#reading === reading) this.#reading = undefined
    }
  }

  async #orLast(value: T, onFault: (error: unknown) => void): Promise<T> {
    const { now, version } = this.#options
    try {
      return await this.again()
    } catch (error) {
      onFault(error)
      // Tried again beside the answers for a while: nobody waits for a database that is away.
      this.#last = { value, at: now().getTime() - freshMs, version: version() }
      return value
    }
  }
}
