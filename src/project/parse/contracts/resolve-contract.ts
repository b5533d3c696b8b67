/** The contract of a model, from its config and its entry in YAML: columns, types, constraints; what is missing is a fault. */
import { type Diagnostic, errorDiagnostic, type SourceSpan } from '../../../core/diagnostic.ts'
import type { Constraint, Contract, ContractColumn } from '../../../core/node/contract.ts'
import type { Materialization } from '../../../core/node.ts'
import { hash } from 'node:crypto'
import type { ColumnEntry, ModelProperties } from '../../read/properties/property-file.ts'
import type { Reference } from '../../template/template.ts'
import { type ConfigEntries, objectOf } from '../resolve-config.ts'
import { readConstraint } from './read-constraint.ts'

export interface ResolvedContract {
  /** undefined: none is enforced, or it has faults. */
  readonly contract: Contract | undefined
  /** What its foreign keys point to, in their order. */
  readonly keyReferences: readonly Reference[]
}

export const noContract: ResolvedContract = { contract: undefined, keyReferences: [] }

function isEnforced(config: ConfigEntries): boolean {
  return objectOf(config, 'contract')['enforced'] === true
}

interface Contracted {
  readonly config: ConfigEntries
  /** undefined: no YAML describes it. */
  readonly properties: ModelProperties | undefined
  readonly materialization: Materialization['name']
  /** Of the model. */
  readonly place: SourceSpan
}

export function resolveContract(
  { config, properties, materialization, place }: Contracted,
  faults: Diagnostic[],
): ResolvedContract {
  if (!isEnforced(config)) return noContract
  const before = faults.length
  const span = config['contract']?.span
  if (!['view', 'table', 'incremental'].includes(materialization)) {
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected an enforced contract on a view, table or incremental model, found "materialized: ${materialization}"`,
        span,
        hint: 'put the contract on a view that reads the model',
      }),
    )
  }
  const entries = properties?.columns ?? []
  if (entries.length === 0) {
    faults.push(
      errorDiagnostic({
        code: 'missing-key',
        message:
          'expected "columns" with a "data_type" each beside an enforced contract, found none',
        span,
        hint: 'describe the model in YAML, or leave the contract out',
      }),
    )
  }
  const columns = entries.flatMap((entry) => contractColumn(entry, faults))
  const { constraints, references } = constraintsOf(properties, columns, faults)
  if (faults.length > before) return noContract
  return {
    contract: {
      columns,
      constraints,
      aliasTypes: objectOf(config, 'contract')['alias_types'] !== false,
      checksum: checksumOf(columns),
      span: span ?? place,
    },
    keyReferences: references,
  }
}

function contractColumn(entry: ColumnEntry, faults: Diagnostic[]): readonly ContractColumn[] {
  const { name, dataType, quote, span } = entry
  if (dataType !== undefined && dataType.trim() !== '') {
    return [{ name, dataType: dataType.trim(), isQuoted: quote === true, span }]
  }
  faults.push(
    errorDiagnostic({
      code: 'missing-key',
      message: `expected "data_type" of the column "${name}" beside an enforced contract, found none`,
      span,
    }),
  )
  return []
}

function constraintsOf(
  properties: ModelProperties | undefined,
  columns: readonly ContractColumn[],
  faults: Diagnostic[],
): { readonly constraints: readonly Constraint[]; readonly references: readonly Reference[] } {
  const known = columns.map(({ name }) => name)
  const ofColumns = (properties?.columns ?? []).flatMap(({ name, constraints = [] }) =>
    constraints.map((entry) => readConstraint(entry, { column: name, known }, faults)),
  )
  const ofModel = (properties?.constraints ?? []).map((entry) =>
    readConstraint(entry, { column: undefined, known }, faults),
  )
  const found = [...ofColumns, ...ofModel].flat()
  refuseSecondKey(
    found.map(({ constraint }) => constraint),
    faults,
  )
  return {
    constraints: found.map(({ constraint }) => constraint),
    references: found.flatMap(({ reference }) => (reference === undefined ? [] : [reference])),
  }
}

function refuseSecondKey(constraints: readonly Constraint[], faults: Diagnostic[]): void {
  const [first, second] = constraints.filter(({ kind }) => kind === 'primary_key')
  if (first === undefined || second === undefined) return
  faults.push(
    errorDiagnostic({
      code: 'invalid-value',
      message: 'expected one primary_key of a model, found a second',
      span: second.span,
      hint: 'a key of several columns is one constraint of the model, with "columns"',
      related: [{ message: 'the first is here', span: first.span }],
    }),
  )
}

/** As dbt counts: names and types, whatever their order. */
function checksumOf(columns: readonly ContractColumn[]): string {
  const texts = columns.map(({ name, dataType }) => JSON.stringify([name, dataType])).sort()
  return hash('sha256', texts.join(' '))
}
