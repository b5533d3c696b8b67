/** One entry of `constraints:` to a constraint; what it lacks is a fault at its place. */
import type { Constraint } from '../../../core/node/contract.ts'
import { type Diagnostic, errorDiagnostic, nearestName } from '../../../core/diagnostic.ts'
import { isJsonArray, type Json } from '../../../core/json.ts'
import type { ConstraintEntry } from '../../read/properties/property-file.ts'
import type { Reference } from '../../template/template.ts'
import { argumentReference } from '../tests/test-arguments.ts'

interface Holder {
  /** undefined: the constraint is of the whole model. */
  readonly column: string | undefined
  /** Columns of the contract. */
  readonly known: readonly string[]
}

interface Found {
  readonly constraint: Constraint
  /** Of a foreign key that points to a node. */
  readonly reference?: Reference
}

export function readConstraint(
  entry: ConstraintEntry,
  holder: Holder,
  faults: Diagnostic[],
): readonly Found[] {
  const { json, span } = entry
  const type = textIn(json['type']) ?? ''
  const name = textIn(json['name'])
  const expression = textIn(json['expression'])
  const base = { name, span }
  const columns = columnsOf(entry, holder, faults)
  const missing = (key: string): readonly Found[] => {
    faults.push(
      errorDiagnostic({
        code: 'missing-key',
        message: `expected "${key}" in a constraint of type "${type}", found none`,
        span,
      }),
    )
    return []
  }
  switch (type) {
    case 'not_null':
      if (columns.length === 0) return missing('columns')
      return columns.map((column) => ({ constraint: { ...base, kind: 'not_null', column } }))
    case 'check':
      if (expression === undefined) return missing('expression')
      return [{ constraint: { ...base, kind: 'check', expression } }]
    case 'unique':
    case 'primary_key':
      if (columns.length === 0) return missing('columns')
      return [{ constraint: { ...base, kind: type, columns } }]
    case 'foreign_key': {
      if (columns.length === 0) return missing('columns')
      const found = foreignKey(entry, expression)
      if (found === undefined) return missing('to')
      const warnsUnsupported = json['warn_unsupported'] !== false
      const { references, reference } = found
      const constraint = {
        ...base,
        kind: 'foreign_key',
        columns,
        references,
        warnsUnsupported,
      } as const
      return [reference === undefined ? { constraint } : { constraint, reference }]
    }
    case 'custom':
      if (expression === undefined) return missing('expression')
      return [{ constraint: { ...base, kind: 'custom', column: holder.column, expression } }]
    default:
      return []
  }
}

function foreignKey({ json, span }: ConstraintEntry, expression: string | undefined) {
  const to = textIn(json['to'])
  if (to === undefined) {
    if (expression === undefined) return undefined
    const references = { kind: 'expression', sql: expression } as const
    return { references, reference: undefined }
  }
  const reference = argumentReference('to', to, span)
  const references = { kind: 'node', to: undefined, columns: textsIn(json['to_columns']) } as const
  return { references, reference }
}

/** Of a constraint of a column: that one. */
function columnsOf(
  { json, span }: ConstraintEntry,
  { column, known }: Holder,
  faults: Diagnostic[],
): readonly string[] {
  if (column !== undefined) return [column]
  const names = textsIn(json['columns'])
  for (const name of names.filter((each) => !known.includes(each))) {
    const nearest = nearestName(name, known)
    faults.push(
      errorDiagnostic({
        code: 'unknown-column',
        message: `expected "columns" of the constraint to name columns of the contract, found "${name}"`,
        span,
        hint: nearest === undefined ? undefined : `did you mean "${nearest}"?`,
      }),
    )
  }
  return names
}

function textIn(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

function textsIn(value: Json | undefined): readonly string[] {
  return isJsonArray(value) ? value.flatMap((each) => textIn(each) ?? []) : []
}
