/** What is read from the database again and again: a request gets what was read a moment ago, never what is long past. */

export interface FreshOptions<T> {
  readonly read: () => Promise<T>
  readonly now: () => Date
  /** It could not be read again: what was read last goes on to count. */
  readonly onFault: (error: unknown) => void
}

/** Read again beside the answers when it is older. */
const freshMs = 1000
/** Waited for when it is older. */
const staleMs = 5000

/**
 *   empty --read--> fresh --time--> ageing, read again beside --more time, or something was published--> stale, waited for
 */
export class Fresh<T> {
  readonly #options: FreshOptions<T>
  #last: { readonly value: T; readonly at: number } | undefined
  #reading: Promise<T> | undefined
  #version = 0
  #readVersion = -1

  constructor(options: FreshOptions<T>) {
    this.#options = options
  }

  /** Something was published: who asks from now on is given it. */
  outdate(): void {
    this.#version += 1
  }

  /** Throws where it was never read and cannot be. */
  async get(): Promise<T> {
    const last = this.#last
    const isOutdated = this.#readVersion !== this.#version
    if (last === undefined) return await this.again()
    const age = this.#options.now().getTime() - last.at
    if (!isOutdated && age >= 0 && age <= freshMs) return last.value
    const again = this.#orLast(last.value)
    return isOutdated || age < 0 || age > staleMs ? await again : last.value
  }

  /** Read now; those who ask meanwhile share it, but for those who heard of something newer. */
  async again(): Promise<T> {
    if (this.#reading !== undefined && this.#readVersion === this.#version)
      return await this.#reading
    const before = this.#reading
    this.#readVersion = this.#version
    const reading = (async () => {
      await before?.catch(() => undefined)
      const at = this.#options.now().getTime()
      const value = await this.#options.read()
      this.#last = { value, at }
      return value
    })()
    this.#reading = reading
    try {
      return await reading
    } finally {
      if (this.#reading === reading) this.#reading = undefined
    }
  }

  async #orLast(value: T): Promise<T> {
    try {
      return await this.again()
    } catch (error) {
      this.#options.onFault(error)
      // Tried again beside the answers for a while: nobody waits for a database that is away.
      this.#last = { value, at: this.#options.now().getTime() - freshMs }
      return value
    }
  }
}
