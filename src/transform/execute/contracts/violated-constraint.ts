/** Rows that break a constraint of a contract, said with the names of the model and, where they can be found, the rows. */
import type { Row } from '../../../core/adapter.ts'
import { errorDiagnostic } from '../../../core/diagnostic.ts'
import { relationKey } from '../../../core/relation.ts'
import type { ConstrainedTable, Step } from '../../plan/publish-unit.ts'
import { StepError } from '../database-diagnostic.ts'
import { rowText } from '../data-tests/row-text.ts'
import type { StepRunner } from '../step-runner.ts'

type Statement = Extract<Step, { readonly kind: 'statement' }>

/** Throws a `StepError` where the statement fills a table of a contract and breaks a constraint. */
export async function orViolated<T>(
  runner: StepRunner,
  { constrained, sql }: Statement,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const fault = runner.adapter.explainError(error)
    if (constrained === undefined || fault.violatesConstraint !== true) throw error
    runner.ran.push(`${sql}\n-- failed`)
    const rows = fault.hint === undefined ? await findRows(runner, constrained) : []
    const found = rows.map((row) => `(${rowText(row)})`).join(', ')
    const message = published(fault.message, constrained)
    const diagnostic = errorDiagnostic({
      code: 'constraint-violated',
      message: `expected rows that keep the constraints of "${runner.node.name}", found: ${message}${found === '' ? '' : ` ${found}`}`,
      span: runner.node.span,
      hint: fault.hint === undefined ? undefined : published(fault.hint, constrained),
    })
    throw new StepError([diagnostic], { cause: error })
  }
}

/** On another connection: the transaction of the node is over. Its upstreams may have changed by now. */
async function findRows(
  { adapter }: StepRunner,
  { searches }: ConstrainedTable,
): Promise<readonly Row[]> {
  try {
    return await adapter.readOnly({}, async (session) => {
      for (const search of searches) {
        const rows = await session.query(search)
        if (rows.length > 0) return rows
      }
      return []
    })
  } catch {
    return []
  }
}

/** As the table and its keys are called when they are published. */
function published(text: string, { candidate, target, names }: ConstrainedTable): string {
  const renamed = names.reduce(
    (said, { temporary, name }) => said.replaceAll(temporary, () => name),
    text,
  )
  return renamed
    .replaceAll(`"${candidate.identifier}"`, () => `"${relationKey(target)}"`)
    .replaceAll(candidate.identifier, () => target.identifier)
}
