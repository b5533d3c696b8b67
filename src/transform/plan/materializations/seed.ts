/** A seed: its rows copied into a table beside the old one, tested, then swapped in; never truncated. */
import type { RelationState } from '../../../core/database/warehouse-state.ts'
import type { SourceSpan } from '../../../core/diagnostic.ts'
import type { Dialect } from '../../../core/dialect.ts'
import type { SeedNode } from '../../../core/node.ts'
import type { Column } from '../../../core/relation.ts'
import { type Result, success } from '../../../core/result.ts'
import type { SwapMethod } from '../../../core/target.ts'
import type { PublishUnit, Step } from '../publish-unit.ts'
import { compareColumns, refused } from './incremental/change-schema.ts'
import { isSameColumn } from './incremental/column-names.ts'
import { arrivalChecks, candidateOf, fingerprintOf, keysOfDifference } from './materialization.ts'

export interface SeedInput {
  readonly node: SeedNode
  readonly dialect: Dialect
  readonly existing: RelationState | undefined
  readonly columns: readonly Column[]
  /** undefined: what is best for readers and dependents. */
  readonly swap: SwapMethod | undefined
  readonly rows: () => AsyncIterable<readonly (string | null)[]>
  readonly placeOf: (column: string, cell: string) => SourceSpan | undefined
  readonly isFullRefresh: boolean
}

export function planSeed(input: SeedInput): Result<PublishUnit> {
  const { node, dialect, existing, rows, placeOf } = input
  const candidate = candidateOf(node.relation)
  const shaped = shapeSeed(input)
  if (!shaped.ok) return shaped
  const { columns, given } = shaped.value
  return success({
    action: existing === undefined ? 'load seed' : 'reload seed',
    because: reasonFor(input),
    candidate,
    build: [
      {
        kind: 'statement',
        purpose: 'build',
        sql: dialect.createTable(candidate, columns),
        countsRows: false,
      },
      {
        kind: 'rows',
        into: candidate,
        columns: given.map(({ column }) => column),
        label: node.path,
        from: () => cellsOf(rows(), given),
        placeOf,
      },
      ...arrivalChecks(dialect, candidate, node.arrival?.column),
    ],
    checks: shaped.value.checks,
    effect: 'rewrite',
    touchedKeys: (key) =>
      keysOfDifference(dialect, { before: existing, after: candidate }, columns)(key),
    isPublishedLast: true,
    testsRun: 'before-publish',
    publish: () =>
      success([{ kind: 'swap', candidate, target: node.relation, key: [], method: input.swap }]),
    fingerprint: fingerprintOf(['seed', node.checksum]),
  })
}

function reasonFor({ existing, isFullRefresh }: SeedInput): string {
  if (existing === undefined) return 'first build'
  return isFullRefresh ? 'full refresh' : 'a seed is refilled in every run'
}

interface SeedShape {
  /** Of the table. */
  readonly columns: readonly Column[]
  /** Those that the file fills, and where in a row their cells stand. */
  readonly given: readonly { readonly column: Column; readonly index: number }[]
  readonly checks: PublishUnit['checks']
}

/** What `on_schema_change` makes of a header that is not the table's. */
function shapeSeed({
  node,
  dialect,
  existing,
  columns,
  isFullRefresh,
}: SeedInput): Result<SeedShape> {
  const given = columns.map((column, index) => ({ column, index }))
  const asInFile: SeedShape = { columns, given, checks: undefined }
  const { onSchemaChange } = node
  if (existing?.kind !== 'table' || isFullRefresh) return success(asInFile)
  if (onSchemaChange === 'sync_all_columns') return success(asInFile)
  const held = existing.columns
  if (onSchemaChange === 'fail') {
    // The database's own spelling of the types is known once the new table is there.
    const checks = (built: readonly Column[] | undefined): Result<readonly Step[]> => {
      const found = compareColumns(dialect, { table: held, batch: built ?? held }, false)
      const isOther = found.added.length + found.removed.length + found.retyped.length > 0
      return isOther ? refused(found, hintFor(node)) : success([])
    }
    return success({ ...asInFile, checks })
  }
  const isSame = (left: Column, right: Column) => isSameColumn(dialect, left.name, right.name)
  const removed = held.filter((column) => !columns.some((other) => isSame(column, other)))
  if (onSchemaChange === 'ignore' && removed.length > 0) {
    return refused({ added: [], removed, retyped: [] }, hintFor(node))
  }
  const kept = given.flatMap(({ column, index }) => {
    const known = held.find((other) => isSame(column, other))
    if (known !== undefined) return [{ column: known, index, isNew: false }]
    return onSchemaChange === 'ignore' ? [] : [{ column, index, isNew: true }]
  })
  const added = kept.filter(({ isNew }) => isNew).map(({ column }) => column)
  return success({ columns: [...held, ...added], given: kept, checks: undefined })
}

function hintFor({ fullRefresh }: SeedNode): string {
  const sync = 'set on_schema_change to "sync_all_columns"'
  return fullRefresh === false ? sync : `load it with --full-refresh, or ${sync}`
}

async function* cellsOf(
  rows: AsyncIterable<readonly (string | null)[]>,
  given: SeedShape['given'],
): AsyncIterable<readonly (string | null)[]> {
  for await (const row of rows) yield given.map(({ index }) => row[index] ?? null)
}
