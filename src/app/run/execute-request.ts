/** What executing a Plan is asked. */
import type { UniqueId } from '../../core/node.ts'
import type { JoinedWork } from '../../transform/execute/atomic/joined-work.ts'
import type { Plan } from '../../transform/plan/plan.ts'
import type { LoadedProject } from '../load-project.ts'
import type { Surroundings } from '../surroundings.ts'
import type { BuildOptions } from '../use-cases.ts'

export interface ExecuteRequest {
  readonly loaded: LoadedProject
  /** What artifacts show: its refs are not resolved elsewhere. */
  readonly asWritten: LoadedProject
  readonly plan: Plan
  readonly options: BuildOptions
  readonly surroundings: Surroundings
  /** Done in the one transaction of an atomic run; left out: nothing. */
  readonly joined?: JoinedWork
  /** Selected, and there is nothing to do about it: results say so. Left out: no such node. */
  readonly untouched?: readonly Untouched[]
}

export interface Untouched {
  readonly uniqueId: UniqueId
  readonly because: string
}
