/** What a scenario of failure is: something goes wrong at several points, and after each the promise is looked at. */
import type { Engine } from './engines/engine.ts'
import type { Program } from './program.ts'

export interface Scenario {
  /** As `--scenario` names it. */
  readonly name: string
  /** One sentence: what goes wrong. */
  readonly about: string
  /** Kill points: a process is killed at each. At least 200 of them are asked for on every engine. */
  readonly isKill: boolean
  readonly engines: readonly Engine['name'][]
  run(bench: Bench): Promise<Outcome>
}

/** What a scenario works with. */
export interface Bench {
  readonly program: Program
  readonly engine: Engine
  readonly length: 'short' | 'full'
  /** Only every n-th of the points of a kill scenario. */
  readonly every: number
  /** Points asked for by name (`37:before`); empty: all. */
  readonly points: readonly string[]
  say(line: string): void
  /** A point that did not survive, as soon as it is known. */
  reportLost(text: string): void
}

export interface Outcome {
  /** Points at which something really went wrong: a kill that came after the end is none. */
  readonly tried: number
  readonly survived: number
  /** How to see each of the others again, and what differed. */
  readonly lost: readonly string[]
}

/** Gathers points one by one. */
export class Tally {
  readonly #bench: Bench
  #tried = 0
  readonly #lost: string[] = []
  readonly #codes = new Map<number | null, number>()

  constructor(bench: Bench) {
    this.#bench = bench
  }

  /** `faults` empty: it survived. */
  add(point: string, faults: readonly string[]): void {
    this.#tried += 1
    if (faults.length === 0) return
    // Five processes that meet the same thing say it once.
    const said = new Map(faults.map((fault) => [fault.replaceAll(/\d+/g, '0'), fault]))
    const text = [point, ...[...said.values()].map((fault) => `    ${fault}`)].join('\n')
    this.#lost.push(text)
    this.#bench.reportLost(text)
  }

  /** How the hindered commands ended: a scenario that hinders none of them shows nothing. */
  ended(code: number | null): void {
    this.#codes.set(code, (this.#codes.get(code) ?? 0) + 1)
  }

  get codes(): string {
    return [...this.#codes].map(([code, count]) => `${count} ended with ${code}`).join(', ')
  }

  get tried(): number {
    return this.#tried
  }

  outcome(): Outcome {
    const lost = [...this.#lost]
    return { tried: this.#tried, survived: this.#tried - lost.length, lost }
  }
}
