/** Why a full refresh fails in the sandbox: a table that is named by hand is not there; anything else is said as it is. */
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import type { Node } from '../../../core/node.ts'

export function explainSandboxFault(node: Node, fault: Diagnostic): Diagnostic {
  const name = missingRelation(fault.message)
  const leaveOut = `leave it out with --exclude ${node.name}`
  if (fault.code === 'database-error' && name !== undefined) {
    return errorDiagnostic({
      code: 'sandbox-relation',
      message: `expected only ref and source in "${node.name}", found ${name}, which the sandbox does not have`,
      span: fault.span,
      hint: `name it with {{source ..}} or {{ref ..}}, or ${leaveOut}`,
    })
  }
  const isAboutFiles = fault.hint?.includes('target/run') === true
  const hint =
    isAboutFiles || fault.hint === undefined ? `mend the model, or ${leaveOut}` : fault.hint
  return {
    ...fault,
    message: `expected a full refresh of the sample, found that it fails: ${fault.message}`,
    hint,
  }
}

/** As DuckDB and Postgres say it. */
function missingRelation(message: string): string | undefined {
  const patterns = [
    /^table with name (?<table>.+) does not exist/i,
    /^relation "(?<table>.+)" does not exist/i,
    /^(?:schema|catalog)(?: with name)? "?(?<schema>[^"]+)"? does not exist/i,
  ] as const
  for (const pattern of patterns) {
    const { table, schema } = pattern.exec(message)?.groups ?? {}
    if (table !== undefined) return `the table "${table}"`
    if (schema !== undefined) return `the schema "${schema}"`
  }
  return undefined
}
