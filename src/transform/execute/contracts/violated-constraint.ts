/** Rows that break a constraint of a contract, said with the names of the model and, where they can be found, the rows. */
import { DependentError } from '../../../core/database/database-errors.ts'
import type { Row } from '../../../core/adapter.ts'
import { errorDiagnostic } from '../../../core/diagnostic.ts'
import { relationKey } from '../../../core/relation.ts'
import type { ConstrainedTable } from '../../plan/publish-unit.ts'
import { constraintPlace } from './constraint-place.ts'
import { StepError } from '../database-diagnostic.ts'
import { rowText } from '../data-tests/row-text.ts'
import type { StepRunner } from '../step-runner.ts'

interface Constrained {
  /** undefined: there is no contract. */
  readonly constrained?: ConstrainedTable
  readonly sql: string
}

/** Throws a `StepError` where the statement fills a table of a contract and breaks a constraint. */
export async function orViolated<T>(
  runner: StepRunner,
  { constrained, sql }: Constrained,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (constrained === undefined) throw error
    if (error instanceof DependentError) throw ofContract(constrained, error)
    const fault = runner.adapter.explainError(error)
    if (fault.brokenConstraint === undefined) throw error
    runner.ran.push(`${sql}\n-- failed`)
    const rows = fault.hint === undefined ? await findRows(runner, constrained) : []
    const found = rows.map((row) => `(${rowText(row)})`).join(', ')
    const message = published(fault.message, constrained)
    const diagnostic = errorDiagnostic({
      code: 'constraint-violated',
      message: `expected rows that keep the constraints of "${runner.node.name}", found: ${message}${found === '' ? '' : ` ${found}`}`,
      span: constraintPlace(constrained, fault.brokenConstraint),
      hint: fault.hint === undefined ? undefined : published(fault.hint, constrained),
    })
    throw new StepError([diagnostic], { cause: error })
  }
}

/** A foreign key is made on the new table at its end: one of the contract is no stranger that hangs on it. */
function ofContract({ constraints }: ConstrainedTable, error: DependentError): Error {
  const own = constraints.find(({ name }) => error.message.includes(`"${name}"`))
  if (own === undefined) return error
  const diagnostic = errorDiagnostic({
    code: 'constraint-violated',
    message: error.message,
    span: own.constraint.span,
    hint: 'the constraint is of the contract: change it there, or the rows of the model',
  })
  return new StepError([diagnostic], { cause: error })
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
