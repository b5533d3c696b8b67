/** A model whose rows are dead letters has the columns by which their originals are found again, and the one of the reason. */
import type { Session } from '../../../core/adapter.ts'
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import { loadColumns } from '../../../core/load/load.ts'
import type { Node } from '../../../core/node.ts'
import { StepError } from '../database-diagnostic.ts'

/** Of what stands under its name; undefined: nothing does. */
export async function missingDeadLetterColumns(
  session: Session,
  node: Node,
): Promise<readonly Diagnostic[] | undefined> {
  if (node.resourceType !== 'model' || node.deadLetters === undefined) return []
  const state = await session.describe(node.relation)
  if (state === undefined) return undefined
  const { reason, span = node.span } = node.deadLetters
  const has = new Set(state.columns.map(({ name }) => name.toLowerCase()))
  const wanted = [loadColumns.batch, loadColumns.sequence, reason]
  const missing = wanted.filter((name) => !has.has(name.toLowerCase()))
  if (missing.length === 0) return []
  const named = missing.map((name) => `"${name}"`).join(' and ')
  return [
    errorDiagnostic({
      code: 'dead-letters-unknown',
      message: `expected the ${missing.length === 1 ? 'column' : 'columns'} ${named} in "${node.name}", whose rows are dead letters, found none`,
      span,
      hint: `let it select ${loadColumns.batch} and ${loadColumns.sequence} of the rows that were loaded, and the reason`,
    }),
  ]
}

/** Of what was just published, in its transaction. Throws a `StepError`. */
export async function checkDeadLetterColumns(session: Session, node: Node): Promise<void> {
  const faults = (await missingDeadLetterColumns(session, node)) ?? []
  if (faults.length > 0) throw new StepError(faults)
}
