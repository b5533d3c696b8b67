/** What preparing a node is told of the run, what it is asked, and what it gives. */
import type { RelationState } from '../../../core/database/warehouse-state.ts'
import type { EventWindow, InputLimit } from '../../../core/time/event-window.ts'
import type { BuiltNode } from '../../../core/node.ts'
import type { Cursor } from '../../../ledger/cursors/cursors.ts'
import type { Compiled } from '../../plan/compile/compile-context.ts'
import type { PublishUnit } from '../../plan/publish-unit.ts'
import type { Asker } from '../ask/asker.ts'
import type { CursorContext } from '../cursors/cursor-context.ts'
import type { BatchOrder } from '../microbatch/choose-batches.ts'
import type { BatchRun, BatchTexts } from '../microbatch/prepare-microbatch.ts'

export interface PrepareContext extends CursorContext {
  readonly invocationId: string
  /** ISO 8601, UTC. */
  readonly runStartedAt: string
  readonly isFullRefresh: boolean
  /** A condition on the model's columns. */
  readonly backfill: string | undefined
  /** What models are given of what they read; undefined: all of it. */
  readonly limit: InputLimit | undefined
  /** Which batches of microbatch models are built. */
  readonly order: BatchOrder
  /** There is none yet, or an older one: nothing is read of it. */
  readonly isWithoutLedger?: boolean
  /** ISO 8601, UTC: what a snapshot finds now is said to hold since then. */
  readonly now: string
  /** The whole selection is one transaction. */
  readonly isAtomic: boolean
  /** For templates that ask the database. */
  readonly ask: Omit<Asker, 'session' | 'standIns'>
}

export interface PrepareRequest {
  readonly node: BuiltNode
  readonly existing: RelationState | undefined
  readonly hasTests: boolean
  /** One batch of a microbatch model. */
  readonly run?: BatchRun | undefined
}

export interface Prepared {
  readonly unit: PublishUnit
  /** undefined for a seed. */
  readonly compiled: Compiled | undefined
  /** What its SQL was told; false for a seed. */
  readonly isIncremental: boolean
  /** Where the cursors stand when it is published. */
  readonly cursors: readonly Cursor[]
  /** The flag whose part of the inputs its rows come from; null: they come from all. */
  readonly limit: string | null
  /** It was given no rows, so what is there stays as it was. */
  readonly isIdle: boolean
  /** Of a microbatch model; left out: it is none. */
  readonly batches?: {
    /** What the ledger is to say that the table has been given. */
    readonly given: readonly EventWindow[]
    readonly files: BatchTexts['files']
  }
}
