/** What `report experiment` and `simulate experiment` take and give. */
import type { ProjectOptions } from '../surroundings.ts'

/** `report experiment`: app/experiments/report.ts. */
export interface ReportOptions extends ProjectOptions {
  readonly experiment: string
  readonly output: 'markdown' | 'html' | 'json'
}

export interface ReportValue {
  /** In the form that was asked for; empty when it could not be made, which has been said. */
  readonly text: string
  /** Relative to the project. */
  readonly written: readonly string[]
}

/** `simulate experiment`: app/experiments/simulate.ts. */
export interface SimulateOptions extends ProjectOptions {
  readonly experiment: string
  readonly simulations: number
  /** The same seed draws the same users, on every database. */
  readonly seed: number
}

export interface SimulateValue {
  readonly experiment: string
  readonly simulations: number
  readonly seed: number
  /** Of a false positive, as the level says. */
  readonly chance: number
  /** By metric and variant; none: it could not be asked, which has been said. */
  readonly rates: readonly SimulatedRate[]
}

export interface SimulatedRate {
  readonly metric: string
  readonly variant: string
  /** Simulations that gave a p-value. */
  readonly answered: number
  readonly falsePositives: number
  /** null: no simulation gave one. */
  readonly rate: number | null
  /** Where chance alone leaves it, but once in a hundred times. */
  readonly expectedLow: number | null
  readonly expectedHigh: number | null
  readonly isExpected: boolean
}
