/** What executing a plan needs: the database, the run, where to say what happens. */
import type { Adapter } from '../../core/adapter.ts'
import type { WarehouseState } from '../../core/database/warehouse-state.ts'
import type { EventSink } from '../../core/event.ts'
import type { InputLimit } from '../../core/time/event-window.ts'
import type { UniqueId } from '../../core/node.ts'
import type { Column } from '../../core/relation.ts'
import type { Publication } from '../../ledger/runs/node-runs.ts'
import type { OwedHook } from '../../ledger/pending-hooks.ts'
import type { LedgerRun } from '../../ledger/runs/runs.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import type { JoinedWork } from './atomic/joined-work.ts'
import type { RememberedCode } from './state/remembered-code.ts'
import type { BatchOrder } from './microbatch/choose-batches.ts'
import type { Followers } from '../plan/followers.ts'
import type { FailingRows } from './data-tests/remembered-rows.ts'

export interface RunContext {
  readonly manifest: Manifest
  readonly adapter: Adapter
  readonly run: LedgerRun
  readonly emit: EventSink
  readonly signal: AbortSignal
  readonly now: () => Date
  /** ISO 8601, UTC. */
  readonly runStartedAt: string
  readonly threads: number
  readonly failFast: boolean
  readonly isFullRefresh: boolean
  /** A condition on the models' columns: only those rows are built and replaced. */
  readonly backfill: string | undefined
  /** What models are given of what they read; undefined: all of it. */
  readonly limit: InputLimit | undefined
  /** Which batches of microbatch models are built. */
  readonly order: BatchOrder
  /** Nodes whose code, config and inputs are as they were are left as they are. */
  readonly onlyChanged: boolean
  /** Unit tests that have passed with this code and these rows are not asked again. */
  readonly reusesUnitTests: boolean
  /** By `relationKey`: versions of rows that hold until the end of the run. */
  readonly versions: Map<string, string>
  /** What earlier runs found out about the code of nodes; left out: nothing is kept. */
  readonly remembered?: RememberedCode
  /** The whole plan is one transaction. */
  readonly isAtomic: boolean
  /** Done in that transaction too; left out: nothing. */
  readonly joined?: JoinedWork | undefined
  /** Columns that models and seeds would have by their code, where a unit test had to ask. */
  readonly codeColumns: Map<UniqueId, Promise<readonly Column[] | undefined>>
  /** Who follows whom by a cursor. */
  readonly followers: Followers
  /** What the database held when the run began, where nobody else can have changed it since; undefined: each node asks. */
  readonly state: WarehouseState | undefined
  /** By `relationKey`: hooks of earlier runs that failed again; publishing the relation drops them. */
  readonly owed: ReadonlyMap<string, readonly OwedHook[]>
  /** The last publications by `relationKey`: what the ledger said when the run began, and what this run has committed. */
  readonly publications: Map<string, Publication>
  /** Tests of one table are asked at once. */
  readonly batchesTests: boolean
  /** Failing rows of tests are kept where a test's config does not say otherwise. */
  readonly storesFailures: boolean
  /** Of tests whose transaction has not ended or whose rows are not stored yet. */
  readonly failingRows: Map<UniqueId, FailingRows>
  /** Keeps what was compiled and what was run under target/. */
  readonly keep: (file: KeptFile) => void
  /** Between 0 and 1: spreads retries. */
  readonly random: () => number
}

export interface KeptFile {
  readonly kind: 'compiled' | 'run'
  readonly uniqueId: UniqueId
  readonly sql: string
  /** `2026-01-31`: of one of its batches. */
  readonly batch?: string
}
