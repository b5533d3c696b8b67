/** The publish unit of a SQL model over the rows of a generator: they are written first, and gone when it is built. */
import type { Dialect } from '../../../core/dialect.ts'
import type { SourceSpan } from '../../../core/diagnostic.ts'
import type { ModelNode } from '../../../core/node.ts'
import { fingerprintOf } from '../materializations/materialization.ts'
import { success } from '../../../core/result.ts'
import type { PublishUnit, Step } from '../publish-unit.ts'
import { rowsTable, typedColumns } from './rows-table.ts'

export interface GeneratedRows {
  readonly node: ModelNode
  readonly dialect: Dialect
  /** Where a column is declared. */
  readonly spanOf: (column: string) => SourceSpan
  readonly rows: Extract<Step, { readonly kind: 'generated-rows' }>['rows']
  /** All that is yielded is published: no condition and no test sets rows aside. */
  readonly isAll: boolean
}

export function withGeneratedRows(
  unit: PublishUnit,
  { node, dialect, spanOf, rows, isAll }: GeneratedRows,
): PublishUnit {
  const { code } = node
  if (code.kind !== 'typescript') throw new Error(`${node.uniqueId} has no generator`)
  const into = rowsTable(dialect, node.relation)
  const columns = typedColumns(dialect, code.columns)
  const create = dialect.createTable(into, columns).replace(/^create /, 'create temporary ')
  const types = columns.map(({ name, dataType }) => ({ dataType, span: spanOf(name) }))
  const clean: Step = {
    kind: 'statement',
    purpose: 'clean up',
    sql: dialect.drop('table', into),
    countsRows: false,
  }
  return {
    ...unit,
    build: [
      { kind: 'statement', purpose: 'build', sql: create, countsRows: false, types },
      { kind: 'generated-rows', into, columns, label: code.path, rows },
      ...unit.build,
    ],
    publish: (columns) => {
      const steps = unit.publish(columns)
      return steps.ok ? success([...steps.value, clean]) : steps
    },
    ...(isAll ? { keepsAllRows: true as const } : {}),
    fingerprint: fingerprintOf([unit.fingerprint, code.code]),
  }
}
