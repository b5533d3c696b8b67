/** What `report experiment` takes and gives. */
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
