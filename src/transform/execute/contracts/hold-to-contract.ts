/** Asks the database for the columns that a SELECT would have and for the types of its contract; no row is read or written. */
import type { SourceSpan } from '../../../core/diagnostic.ts'
import { errorDiagnostic } from '../../../core/diagnostic.ts'
import { compareContract } from '../../plan/contracts/compare-contract.ts'
import type { ContractedColumn, Step } from '../../plan/publish-unit.ts'
import { databaseDiagnostic, StepError } from '../database-diagnostic.ts'
import type { StepRunner } from '../step-runner.ts'

type ContractStep = Extract<Step, { readonly kind: 'contract' }>

/** Throws a `StepError`. */
export async function holdToContract(
  runner: StepRunner,
  { contract, select, origin }: ContractStep,
): Promise<readonly ContractedColumn[]> {
  const { session, node, manifest } = runner
  const { dialect } = runner.adapter
  const types = contract.columns.map(({ dataType }) =>
    contract.aliasTypes ? dialect.typeAlias(dataType) : dataType,
  )
  const promised = await askTypes(runner, contract, types)
  const sql = `select *\nfrom (\n${select}\n) as model\nlimit 0`
  const start = sql.lastIndexOf(select)
  try {
    const { columns } = await session.queryTable(sql)
    runner.ran.push(sql)
    const compared = compareContract({ contract, definition: columns, promised }, node.name)
    if (compared.ok) return compared.value
    throw new StepError(compared.diagnostics.map((fault) => ({ span: contract.span, ...fault })))
  } catch (error) {
    if (error instanceof StepError || runner.adapter.explainError(error).retryable) throw error
    runner.ran.push(`${sql}\n-- failed`)
    const failed = { node, manifest, sql, origin: { ...origin, start: start + origin.start } }
    throw new StepError([databaseDiagnostic(runner.adapter, error, failed)], { cause: error })
  }
}

async function askTypes(
  { session, adapter, node }: StepRunner,
  { columns }: ContractStep['contract'],
  types: readonly string[],
): Promise<readonly string[]> {
  const casts = types.map((type) => `cast(null as ${type})`)
  const sql = `select\n  ${casts.map((cast, index) => `${cast} as column_${index}`).join(',\n  ')}\nlimit 0`
  try {
    return (await session.queryTable(sql)).columns.map(({ dataType }) => dataType)
  } catch (error) {
    const fault = adapter.explainError(error)
    if (fault.retryable) throw error
    const index = castAt(sql, casts, fault.offset)
    const span: SourceSpan = columns[index]?.span ?? node.span
    const column = columns[index]
    const message =
      column === undefined
        ? `expected types that ${adapter.dialect.name} has in the contract of "${node.name}", found: ${fault.message}`
        : `expected a type that ${adapter.dialect.name} has for the column "${column.name}", found "${column.dataType}": ${fault.message}`
    const diagnostic = errorDiagnostic({
      code: 'contract-mismatch',
      message,
      span,
      hint: fault.hint,
    })
    throw new StepError([diagnostic], { cause: error })
  }
}

/** Of the only one, if there is one; else of the one the database points to. */
function castAt(sql: string, casts: readonly string[], offset: number | undefined): number {
  if (casts.length === 1) return 0
  if (offset === undefined) return -1
  let end = 0
  return casts.findIndex((cast) => {
    const start = sql.indexOf(cast, end)
    end = start + cast.length
    return offset >= start && offset < end
  })
}
