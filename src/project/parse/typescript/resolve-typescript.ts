/** What a TypeScript model is beside a SQL one: its columns are known, its code is a generator, and it is a table. */
import { type Diagnostic, errorDiagnostic, type SourceSpan } from '../../../core/diagnostic.ts'
import type { ColumnProperties, Materialization, ModelNode } from '../../../core/node.ts'
import type { SourceFile } from '../../read/project.ts'
import type { ColumnFacts, CompiledModule, ModelFacts } from '../../typescript/module.ts'
import type { DraftContext } from '../drafts/draft-context.ts'
import { type ConfigEntries, textOf } from '../resolve-config.ts'

const tables = ['table', 'incremental']

/** A folder's `view` is meant for its SQL; one that is said of the model itself is a fault. */
export function tableConfig({ faults }: DraftContext, config: ConfigEntries): ConfigEntries {
  const entry = config['materialized']
  const name = textOf(config, 'materialized')
  if (name !== undefined && tables.includes(name)) return config
  const isOwn = entry !== undefined && !/(?:^|\/)assay\.ya?ml$/.test(entry.span.path)
  if (isOwn) {
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected "table" or "incremental" for a model in TypeScript, found "${name ?? ''}"`,
        span: entry.span,
        hint: 'put a view in SQL on it, if that is what is wanted',
      }),
    )
  }
  const span: SourceSpan = entry?.span ?? { path: 'assay.yml', line: 1, column: 1, length: 1 }
  return { ...config, materialized: { value: 'table', span } }
}

interface Written {
  readonly file: SourceFile
  readonly module: CompiledModule
  readonly config: ConfigEntries
  readonly materialization: Materialization
  /** Of the YAML. */
  readonly columns: readonly ColumnProperties[]
}

export function resolveTypescript(
  { faults }: DraftContext,
  { file, module, config, materialization, columns }: Written,
): Pick<ModelNode, 'code' | 'columns'> {
  const { model } = module.facts
  if (model === undefined) throw new Error(`${file.path} is no model`)
  if (materialization.name === 'incremental' && materialization.strategy === 'microbatch') {
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message:
          'expected a strategy without batches for a model in TypeScript, found "microbatch"',
        span: (config['incremental_strategy'] ?? config['materialized'])?.span ?? model.span,
        hint: 'read newRows with "append" or "merge", or touchedKeys with "delete+insert"',
      }),
    )
  }
  const written = writtenColumns(model, columns, faults)
  return {
    code: {
      kind: 'typescript',
      path: file.path,
      text: file.text,
      code: module.code,
      unstable: model.unstable?.text,
      columns: written.map(({ name, type, isNullable }) => ({ name, dataType: type, isNullable })),
    },
    columns: describedColumns(written, columns),
  }
}

function writtenColumns(
  model: ModelFacts,
  columns: readonly ColumnProperties[],
  faults: Diagnostic[],
): readonly ColumnFacts[] {
  if (model.columns !== undefined) return withoutContradiction(model.columns, columns, faults)
  const untyped = columns.filter(({ dataType }) => dataType === undefined)
  if (columns.length === 0 || untyped.length > 0) {
    const found =
      columns.length === 0 ? 'none' : `none of ${untyped.map(({ name }) => `"${name}"`).join(', ')}`
    faults.push(
      errorDiagnostic({
        code: 'missing-key',
        message: `expected the types of the columns of a model in TypeScript, found ${found}`,
        span: model.span,
        hint: 'write columns: { id: "bigint", name: "varchar" } in defineModel, or "data_type" in YAML',
      }),
    )
  }
  return columns.map(({ name, dataType = 'text', description }) => ({
    name,
    type: dataType,
    isNullable: true,
    description,
    span: model.span,
  }))
}

function withoutContradiction(
  own: readonly ColumnFacts[],
  described: readonly ColumnProperties[],
  faults: Diagnostic[],
): readonly ColumnFacts[] {
  for (const column of own) {
    const other = described.find(({ name }) => name.toLowerCase() === column.name.toLowerCase())
    if (other?.dataType === undefined) continue
    if (other.dataType.toLowerCase() === column.type.toLowerCase()) continue
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected one type for the column "${column.name}", found "${column.type}" and "${other.dataType}" in YAML`,
        span: column.span,
        hint: 'leave one of them out',
      }),
    )
  }
  return own
}

/** What YAML says of a column, with the type that the model says. */
function describedColumns(
  written: readonly ColumnFacts[],
  columns: readonly ColumnProperties[],
): readonly ColumnProperties[] {
  const isOf = (name: string) => (other: { readonly name: string }) =>
    other.name.toLowerCase() === name.toLowerCase()
  return [
    ...written.map(({ name, type, description, span }) => {
      const said = columns.find(isOf(name))
      const known = said ?? { name, span, description, tags: [], meta: {} }
      return {
        ...known,
        description: known.description === '' ? description : known.description,
        dataType: type,
      }
    }),
    ...columns.filter(({ name }) => !written.some(isOf(name))),
  ]
}
