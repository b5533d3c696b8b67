/** The config of a model that keeps the history of a dimension; what is missing or named twice is a fault. */
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import type { Materialization } from '../../../core/node.ts'
import { type ConfigEntries, oneOf, textOf, textsOf } from '../resolve-config.ts'

type Scd2 = Extract<Materialization, { readonly name: 'scd2' }>

export function resolveScd2(entries: ConfigEntries, modelName: string, faults: Diagnostic[]): Scd2 {
  const named = (key: string) => textsOf(entries, key).filter((column) => column !== '')
  const uniqueKey = named('unique_key')
  const trackedColumns = named('tracked_columns')
  const effectiveAt = textOf(entries, 'effective_at') ?? ''
  const missing = [
    ...(uniqueKey.length === 0 ? ['unique_key'] : []),
    ...(trackedColumns.length === 0 ? ['tracked_columns'] : []),
    ...(effectiveAt === '' ? ['effective_at'] : []),
  ]
  faults.push(...missing.map((key) => missingKey(entries, key)))
  const entity = textOf(entries, 'entity') ?? entityOf(uniqueKey, modelName)
  const scd2: Scd2 = {
    name: 'scd2',
    uniqueKey,
    trackedColumns,
    effectiveAt,
    versionGrain: oneOf(entries, 'version_grain', ['change', 'day'], 'change'),
    tieBreaker: named('tie_breaker'),
    surrogateKey: `${entity}_key`,
  }
  const twice = nameTwice(scd2)
  if (twice !== undefined) faults.push(takenName(entries, twice))
  return scd2
}

/** `user_id` is of a user; a model `dim_users` without such a key is of dim_users. */
function entityOf(uniqueKey: readonly string[], modelName: string): string {
  const [only, ...others] = uniqueKey
  const found = others.length === 0 ? /^(.+)_id$/i.exec(only ?? '')?.[1] : undefined
  return found ?? modelName
}

function nameTwice({ uniqueKey, trackedColumns, surrogateKey }: Scd2): string | undefined {
  const given = [...uniqueKey, ...trackedColumns, 'valid_from', 'valid_to', 'is_current']
  const names = [...given, surrogateKey].map((name) => name.toLowerCase())
  return names.find((name, index) => names.indexOf(name) !== index)
}

const hints: Readonly<Record<string, string>> = {
  unique_key: 'name what the history is of: unique_key="user_id"',
  tracked_columns: 'name the columns whose change is a new version: tracked_columns=(list "plan")',
  effective_at: 'name the column that says since when an event holds: effective_at="changed_at"',
}

function missingKey(entries: ConfigEntries, key: string): Diagnostic {
  return errorDiagnostic({
    code: 'missing-key',
    message: `expected "${key}" beside materialized "scd2", found none`,
    span: entries['materialized']?.span,
    hint: hints[key],
  })
}

function takenName(entries: ConfigEntries, name: string): Diagnostic {
  return errorDiagnostic({
    code: 'invalid-value',
    message: `expected each column of the history once, found "${name}" twice`,
    span: (entries['entity'] ?? entries['tracked_columns'] ?? entries['materialized'])?.span,
    hint: 'the history has valid_from, valid_to, is_current and <entity>_key of its own: rename the column in the SELECT, or set "entity"',
  })
}
