/** What is running right now, on one line of a terminal that keeps itself up to date. */
import { formatDuration } from '../counts.ts'
import { cutEnd } from '../text-width.ts'

interface LiveLineOptions {
  /** Milliseconds, of any clock. */
  readonly now: () => number
  readonly columns: () => number | undefined
  readonly show: (text: string) => void
}

const refreshMs = 100

export class LiveLine {
  readonly #options: LiveLineOptions
  /** Names of running nodes and when they began. */
  readonly #running = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined

  constructor(options: LiveLineOptions) {
    this.#options = options
  }

  get isBusy(): boolean {
    return this.#running.size > 0
  }

  start(name: string): void {
    this.#running.set(name, this.#options.now())
    // A timer must never keep a process alive that has nothing else to do.
    this.#timer ??= setInterval(() => this.#draw(), refreshMs).unref()
    this.#draw()
  }

  stop(name: string): void {
    this.#running.delete(name)
    if (this.isBusy) this.#draw()
    else this.clear()
  }

  clear(): void {
    this.#running.clear()
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#options.show('')
  }

  #draw(): void {
    const now = this.#options.now()
    const parts = [...this.#running].map(
      ([name, since]) => `${name} ${formatDuration(now - since)}`,
    )
    const text = `running ${parts.length}: ${parts.join(', ')}`
    // The last column stays empty: some terminals wrap when it is used.
    this.#options.show(cutEnd(text, (this.#options.columns() ?? 80) - 1))
  }
}
