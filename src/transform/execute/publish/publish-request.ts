/** What publishing a node is asked and what it gives back. */
import type { Diagnostic } from '../../../core/diagnostic.ts'
import type { UniqueId } from '../../../core/node.ts'
import type { Relation } from '../../../core/relation.ts'
import type { RunResult } from '../../../core/run-result.ts'
import type { StoredCursor } from '../../../ledger/cursors/cursors.ts'
import type { Publication } from '../../../ledger/runs/node-runs.ts'
import type { BlockingTest, PlanStep } from '../../plan/plan.ts'
import type { BatchRun } from '../microbatch/prepare-microbatch.ts'
import type { RunContext } from '../run-context.ts'

export type PublishStep = Extract<PlanStep, { readonly kind: 'publish' }>

export interface PublishRequest {
  readonly step: PublishStep
  /** The step's tests whose other nodes are in order. */
  readonly tests: readonly BlockingTest[]
  /** `relationKey`s that a later step of this run makes again. */
  readonly rebuiltLater: ReadonlySet<string>
  /** One batch of a microbatch model; left out: all that there is to build is built at once. */
  readonly run?: BatchRun
}

export interface Published {
  readonly result: RunResult
  readonly tests: readonly RunResult[]
}

/** What a joined transaction has done so far, and others have not seen. */
export interface Pending {
  /** Candidates that stand for what is published at the end. */
  readonly standIns: ReadonlyMap<UniqueId, Relation>
  /** By `relationKey`. */
  readonly publications: ReadonlyMap<string, Publication>
  /** Of the publications that its nodes go on from, by `readerText`. */
  readonly cursors: ReadonlyMap<string, readonly StoredCursor[]>
}

export const nothingPending: Pending = {
  standIns: new Map(),
  publications: new Map(),
  cursors: new Map(),
}

/** Thrown inside the transaction so that it rolls back, with what the node has to say. */
export class RolledBack extends Error {
  readonly published: Published
  constructor(published: Published) {
    super('rolled back')
    this.name = 'RolledBack'
    this.published = published
  }
}

export function failedResult(
  context: RunContext,
  step: PublishStep,
  fault: {
    readonly started: Date
    readonly diagnostics: readonly Diagnostic[]
    readonly compiledCode?: string | undefined
  },
): RunResult {
  return {
    uniqueId: step.node.uniqueId,
    startedAt: fault.started.toISOString(),
    elapsedMs: context.now().getTime() - fault.started.getTime(),
    status: 'error',
    diagnostics: fault.diagnostics,
    ...(fault.compiledCode === undefined ? {} : { compiledCode: fault.compiledCode }),
  }
}
