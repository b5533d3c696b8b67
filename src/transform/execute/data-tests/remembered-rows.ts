/** What was read of a test's failing rows before its transaction ended. */
import type { Column } from '../../../core/relation.ts'

export interface FailingRows {
  readonly columns: readonly Column[]
  /** In the database's own text form. */
  readonly rows: readonly (readonly (string | null)[])[]
}
