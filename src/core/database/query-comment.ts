/** What is sent along with each statement of a node, for those who look at the database: as written, and as it is sent. */
import type { Hook } from '../node/hook.ts'

export interface QueryComment {
  /** undefined: what assay says of itself and the node, as JSON. */
  readonly template: Hook | undefined
  readonly isAppended: boolean
}

export interface SqlComment {
  /** With its delimiters. */
  readonly text: string
  /** It stands behind the statement. */
  readonly isAppended: boolean
}

/** What stands before and behind a statement. */
export function aroundStatement(comment: SqlComment | undefined): {
  readonly before: string
  readonly behind: string
} {
  if (comment === undefined) return { before: '', behind: '' }
  return comment.isAppended
    ? { before: '', behind: `\n${comment.text}` }
    : { before: `${comment.text}\n`, behind: '' }
}
