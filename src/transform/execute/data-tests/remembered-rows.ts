/** What was read of a test's failing rows before its transaction ended. */
import type { Column } from '../../../core/relation.ts'

export interface FailingRows {
  readonly columns: readonly Column[]
  /** In the database's own text form. */
  readonly rows: readonly (readonly (string | null)[])[]
  /** What a view of them selects; undefined: the test's own query. */
  readonly viewSelect: string | undefined
}
