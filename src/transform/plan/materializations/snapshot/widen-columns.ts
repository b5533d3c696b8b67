/** The columns of a snapshot's query against those of its table: new ones are added, types only ever become wider. */
import { errorDiagnostic } from '../../../../core/diagnostic.ts'
import type { Column } from '../../../../core/relation.ts'
import { failure, type Result, success } from '../../../../core/result.ts'
import { findColumn, type SnapshotInput } from './snapshot-input.ts'

/** ALTER statements to run before any row is written. */
export function widenColumns(
  { dialect, node, existing }: SnapshotInput,
  columns: readonly Column[],
): Result<readonly string[]> {
  if (existing === undefined) return success([])
  const pairs = columns.map((column) => ({
    column,
    known: findColumn(existing.columns, column.name),
  }))
  const unfit = pairs.filter(
    ({ column, known }) => fit(known?.dataType, column.dataType) === 'unfit',
  )
  if (unfit.length > 0) {
    return failure(
      unfit.map(({ column, known }) =>
        errorDiagnostic({
          code: 'schema-changed',
          message: `expected "${column.name}" to be ${known?.dataType ?? ''} as in the snapshot, or wider, found ${column.dataType}`,
          span: node.span,
          hint: `cast it in the query: cast(${column.name} as ${known?.dataType ?? ''}), or give it another name`,
        }),
      ),
    )
  }
  return success(
    pairs.flatMap(({ column, known }) => {
      if (known === undefined) return [dialect.addColumn(node.relation, column)]
      if (fit(known.dataType, column.dataType) !== 'wider') return []
      const widened = { name: known.name, dataType: column.dataType }
      return [dialect.alterColumnType(node.relation, widened)]
    }),
  )
}

/** From narrow to wide: each holds all values of those before it. */
const ladders: readonly (readonly string[])[] = [
  ['tinyint', 'smallint', 'integer', 'bigint', 'hugeint'],
  ['utinyint', 'usmallint', 'uinteger', 'ubigint'],
  ['real', 'double precision'],
  ['float', 'double'],
]

/** `fits`: values of the found type go into the table as they are. */
function fit(known: string | undefined, found: string): 'fits' | 'wider' | 'unfit' {
  if (known === undefined) return 'fits'
  const [before, after] = [known.toLowerCase(), found.toLowerCase()]
  if (before === after) return 'fits'
  for (const ladder of ladders) {
    const [from, to] = [ladder.indexOf(before), ladder.indexOf(after)]
    if (from >= 0 && to >= 0) return to > from ? 'wider' : 'fits'
  }
  return fitSized(before, after)
}

function fitSized(before: string, after: string): 'fits' | 'wider' | 'unfit' {
  const [left, right] = [sizeOf(before), sizeOf(after)]
  if (left.kind === undefined || left.kind !== right.kind) return 'unfit'
  if (left.whole >= right.whole && left.scale >= right.scale) return 'fits'
  return right.whole >= left.whole && right.scale >= left.scale ? 'wider' : 'unfit'
}

interface Size {
  readonly kind: 'text' | 'decimal' | undefined
  /** Characters, or digits before the point. */
  readonly whole: number
  readonly scale: number
}

function sizeOf(dataType: string): Size {
  const limitless = Number.POSITIVE_INFINITY
  const text = /^(?:text|varchar|character varying)(?:\((\d+)\))?$/.exec(dataType)
  if (text !== null) return { kind: 'text', whole: Number(text[1] ?? limitless), scale: 0 }
  const decimal = /^(?:numeric|decimal)(?:\((\d+),\s*(\d+)\))?$/.exec(dataType)
  if (decimal === null) return { kind: undefined, whole: 0, scale: 0 }
  if (decimal[1] === undefined) return { kind: 'decimal', whole: limitless, scale: limitless }
  const scale = Number(decimal[2])
  return { kind: 'decimal', whole: Number(decimal[1]) - scale, scale }
}
