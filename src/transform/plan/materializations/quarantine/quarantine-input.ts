/** What a materialization is told of the rows that it sets aside. */
import type { RelationState } from '../../../../core/database/warehouse-state.ts'
import type { Relation } from '../../../../core/relation.ts'
import type { FaultRule } from '../../compile/fault-rules.ts'

export interface QuarantineInput {
  readonly relation: Relation
  /** What the database holds under its name now. */
  readonly existing: RelationState | undefined
  /** At least one. */
  readonly rules: readonly FaultRule[]
  readonly runId: string
  /** ISO 8601, UTC. */
  readonly at: string
}
