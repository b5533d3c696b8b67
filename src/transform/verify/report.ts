/** What `verify` has found, as data. */
import type { ModelNode, Node, UniqueId } from '../../core/node.ts'
import type { SkippedModel } from './choose-scope.ts'
import type { RowDifference } from './compare-rows.ts'
import type { History } from './history/history.ts'
import type { BuildFailure } from './play-history.ts'
import type { Root } from './history/root.ts'

/** What must not move a result, and did. */
export type Influence = 'order' | 'time zone' | 'clock'

export type Finding =
  | {
      readonly kind: 'influence'
      readonly influence: Influence
      /** Where it begins: the model itself, or a view or table that it reads. */
      readonly node: ModelNode
      readonly rows: RowDifference
      /** All models whose rows are moved. */
      readonly moved: ReadonlySet<UniqueId>
    }
  | (HistoryFinding & {
      readonly kind: 'difference'
      readonly node: ModelNode
      readonly rows: RowDifference
    })
  | (HistoryFinding & {
      readonly kind: 'failure'
      readonly node: Node
      readonly failure: BuildFailure
    })

interface HistoryFinding {
  /** Of the history, under the seed. */
  readonly number: number
  /** As small as it could be made. */
  readonly history: History
  /** Rows that arrived and builds, before it was shrunk. */
  readonly shrunkFrom: { readonly rows: number; readonly builds: number }
  /** False: only together with the other selected models does it come out. */
  readonly isAlone: boolean
}

export type ModelReport =
  | { readonly status: 'ok' | 'differs'; readonly node: ModelNode }
  /** What it reads differs, so nothing can be said of it. */
  | { readonly status: 'unclear'; readonly node: ModelNode; readonly because: Node }
  | ({ readonly status: 'skipped' } & SkippedModel)

export interface VerifyReport {
  readonly seed: number
  /** In order of building, what was skipped last. */
  readonly models: readonly ModelReport[]
  readonly findings: readonly Finding[]
  readonly roots: readonly Root[]
  readonly histories: number
  /** Fewer were played when time was over. */
  readonly historiesAsked: number
  /** Of the histories, killed ones included. */
  readonly builds: number
  readonly kills: number
  /** Histories at whose end a full refresh fails too, so that they say nothing. */
  readonly unusable: number
}
