/** What `verify` has found, as data. */
import type { ModelNode, Node } from '../../core/node.ts'
import type { SkippedModel } from './choose-scope.ts'
import type { RowDifference } from './compare-rows.ts'
import type { History } from './history.ts'
import type { BuildFailure } from './play-history.ts'
import type { Root } from './root.ts'

/** What must not move a result, and did. */
export type Influence = 'order' | 'time zone' | 'clock'

export type Finding =
  | {
      readonly kind: 'influence'
      readonly influence: Influence
      readonly node: ModelNode
      readonly rows: RowDifference
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
}
