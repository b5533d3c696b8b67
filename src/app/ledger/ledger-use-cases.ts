/** `explain` and `status` as the command line sees them: what the ledger knows, read-only. */
import type { RelationKind } from '../../core/dialect.ts'
import type { BuiltNode, Node } from '../../core/node.ts'
import type { WaitingLoads } from '../../ledger/loads/waiting-loads.ts'
import type { Attempt } from '../../ledger/runs/attempts.ts'
import type { LastTestResult } from '../../ledger/runs/last-test-results.ts'
import type { Holding, RecentRun } from '../../ledger/runs/recent-runs.ts'
import type { ProjectOptions } from '../surroundings.ts'

/** `explain`: app/explain.ts. */
export interface ExplainOptions extends ProjectOptions {
  /** The name of a model or seed, or its unique id. */
  readonly model: string
}
export interface ExplainValue {
  readonly node: BuiltNode
  readonly ledger: LedgerStanding
  /** What runs decided about it, the newest first. */
  readonly decisions: readonly Attempt[]
  readonly standing: NodeStanding
  /** What each would do now; undefined for an ephemeral model, which nothing is made of. */
  readonly next: { readonly build: NextAction; readonly changed: NextAction } | undefined
  /** Nodes it depends on that `build --changed` would build before it. */
  readonly builtBefore: readonly string[]
  readonly inputs: readonly ExplainedInput[]
  readonly cursors: readonly ExplainedCursor[]
  readonly followers: readonly ExplainedFollower[]
  readonly tests: readonly ExplainedTest[]
}

export type LedgerStanding =
  | { readonly kind: 'none' }
  /** The next build brings it up to date; until then nothing is read from it. */
  | { readonly kind: 'older'; readonly version: number }
  | { readonly kind: 'current'; readonly version: number }

export interface NodeStanding {
  /** What the database holds under its name; undefined: nothing. */
  readonly kind: RelationKind | undefined
  /** undefined: assay has not published it, by the ledger. */
  readonly published:
    | undefined
    | {
        readonly runId: string
        /** As text: `YYYY-MM-DD HH:MM:SS[.ffffff]+00`. */
        readonly at: string
        readonly rows: number | undefined
        readonly version: number
        readonly epoch: string
        /** False: another table has its name now; undefined for a view. */
        readonly isThere: boolean | undefined
      }
}

export interface NextAction {
  /** `create table`, `merge`, `reuse`, `fail`, ... */
  readonly action: string
  readonly because: string
}

export interface ExplainedInput {
  readonly name: string
  readonly relation: string
  readonly kind: Node['resourceType'] | 'view' | 'named by hand'
  readonly change: 'as it was' | 'changed' | 'not known' | 'new' | 'no longer read'
  /** Why it is not known; empty otherwise. */
  readonly because: string
  /** Of its rows, now; undefined: not known. */
  readonly dataVersion: string | undefined
  readonly epoch: string | undefined
  /** As text; undefined: not published by assay. */
  readonly publishedAt: string | undefined
}

export interface ExplainedCursor {
  readonly upstream: string
  /** `rows`: by arrival value; `changes`: by publication. */
  readonly feed: 'rows' | 'changes'
  /** undefined: nothing was read yet. */
  readonly high: string | undefined
  readonly newest: string | undefined
  readonly epoch: string
  /** False: the upstream has another epoch now, so the next build reads all of it. */
  readonly isEpochCurrent: boolean
  readonly isBehind: boolean
  /** Rows or publications that are not read yet; undefined: not known, or not counted. */
  readonly behind: number | undefined
}

export interface ExplainedFollower {
  readonly name: string
  readonly how: 'new_rows' | 'touched_keys' | 'ref'
}

export interface ExplainedTest {
  readonly name: string
  /** undefined: it never ran. */
  readonly last: LastTestResult | undefined
}

/** `status`: app/status.ts. */
export type StatusOptions = ProjectOptions
export interface StatusValue {
  readonly target: string
  /** Where the data is, for people. */
  readonly database: string
  readonly ledger: LedgerStanding
  /** Rows of each ledger table; empty without a ledger. */
  readonly ledgerRows: Readonly<Record<string, number>>
  /** The newest first, of every target that has this database. */
  readonly runs: readonly StatusRun[]
  readonly failures: readonly StatusFailure[]
  readonly stale: readonly StatusStale[]
  readonly lagging: readonly StatusLagging[]
  readonly locks: readonly Holding[]
  /** What loading has set aside, by table. */
  readonly waitingLoads: readonly WaitingLoads[]
  /** Rows that models with `dead_letters` hold and refuse. */
  readonly refused: readonly StatusRefused[]
  /** False: something is failed, stale or in quarantine. Dead letters alone are none of it. */
  readonly isFine: boolean
  /** Relations that assay made and no node of the project makes any more. */
  readonly unowned: readonly string[]
}

export interface StatusRun extends RecentRun {
  /**
   * `died`: it took leases and shows itself no more; `open`: it has not ended, and took no leases by which to tell
   * whether it lives.
   */
  readonly state: 'finished' | 'interrupted' | 'running' | 'died' | 'open'
}

export interface StatusFailure {
  /** `hook`: it is still to run, after a commit of its node. `erasure`: it has begun and not ended. */
  readonly kind: 'node' | 'test' | 'run' | 'hook' | 'erasure'
  readonly name: string
  readonly message: string
  /** As text. */
  readonly at: string
  readonly runId: string
}

export interface StatusRefused {
  readonly name: string
  readonly relationKey: string
  /** The most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly count: number }[]
  /** What the database said instead; undefined: they were counted. */
  readonly fault: string | undefined
}

export interface StatusStale {
  readonly name: string
  readonly because: string
}

export interface StatusLagging {
  readonly reader: string
  readonly upstream: string
  readonly high: string | undefined
  readonly newest: string
}
