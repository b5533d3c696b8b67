/** What must hold before a snapshot writes anything: its table, the columns of its query, its keys. */
import type { RelationState } from '../../../../core/database/warehouse-state.ts'
import { type Diagnostic, errorDiagnostic, nearestName } from '../../../../core/diagnostic.ts'
import { configSpan } from '../../../../core/node/config-places.ts'
import type { UniqueId } from '../../../../core/node.ts'
import type { Column, Relation } from '../../../../core/relation.ts'
import { relationKey } from '../../../../core/relation.ts'
import type { Step } from '../../publish-unit.ts'
import { expressionOf, findColumn, isTemporal, type SnapshotInput } from './snapshot-input.ts'

/** F19: what stands under the name is a snapshot of this config, or nothing. */
export function checkTarget(
  { node, dialect }: SnapshotInput,
  existing: RelationState,
): Diagnostic | undefined {
  const name = relationKey(node.relation)
  if (existing.kind !== 'table') {
    return errorDiagnostic({
      code: 'not-a-snapshot',
      message: `expected "${name}" to be the table of the snapshot, found a ${existing.kind}`,
      span: configSpan(node, 'alias', 'schema', 'target_schema'),
      hint: 'give the snapshot another "schema" or "alias": nothing of what is there is touched',
    })
  }
  const { isDeleted, ...always } = node.metaColumns
  const isMissing = (column: string) => findColumn(existing.columns, column) === undefined
  const missing = Object.values(always).filter(isMissing)
  if (missing.length > 0) {
    return errorDiagnostic({
      code: 'not-a-snapshot',
      message: `expected "${name}" to be the table of the snapshot, found a table without ${missing.map((column) => `"${column}"`).join(', ')}`,
      span: configSpan(node, 'snapshot_meta_column_names', 'alias', 'schema', 'target_schema'),
      hint: 'give the snapshot another "schema" or "alias", or say what its columns are called: "snapshot_meta_column_names"; nothing of what is there is touched',
    })
  }
  if (node.hardDeletes !== 'new_record' || !isMissing(isDeleted)) return undefined
  const column = dialect.quote(isDeleted)
  const table = dialect.relation(node.relation)
  return errorDiagnostic({
    code: 'not-a-snapshot',
    message: `expected the column "${isDeleted}" in "${name}" for hard_deletes "new_record", found none`,
    span: configSpan(node, 'hard_deletes'),
    hint: `alter table ${table} add column ${column} text; update ${table} set ${column} = 'False'`,
  })
}

/** `columns`: of the query. */
export function checkColumns(
  { node, existing }: SnapshotInput,
  columns: readonly Column[],
): readonly Diagnostic[] {
  const { strategy, metaColumns } = node
  const own = Object.values(metaColumns).filter((name) => findColumn(columns, name) !== undefined)
  const taken = own.map((name) =>
    errorDiagnostic({
      code: 'invalid-value',
      message: `expected a query without the snapshot's own columns, found "${name}"`,
      span: configSpan(node, 'snapshot_meta_column_names'),
      hint: 'rename it in the query, or the column of the snapshot: "snapshot_meta_column_names"',
    }),
  )
  const checked = strategy.name === 'check' && strategy.columns !== 'all' ? strategy.columns : []
  const unknown = checked
    .filter((name) => findColumn(columns, name) === undefined)
    .map((name) => {
      const near = nearestName(
        name,
        columns.map((column) => column.name),
      )
      return errorDiagnostic({
        code: 'invalid-value',
        message: `expected "check_cols" to name columns of the query, found "${name}"`,
        span: configSpan(node, 'check_cols'),
        hint: near === undefined ? undefined : `did you mean "${near}"?`,
      })
    })
  return [...taken, ...unknown, ...checkTime(node, [...columns, ...(existing?.columns ?? [])])]
}

const makeOne =
  'make it one: "updated_at" may be an expression, e.g. updated_at: cast(changed as timestamp)'

/** Its header alone tells no types. */
function ofSeed(uniqueId: UniqueId): string {
  const name = uniqueId.split('.').slice(2).join('.')
  return `a column of a seed without values is text: declare its type under "column_types" of "${name}"`
}

/** A run's time can be compared with nothing but a time. */
function checkTime(node: SnapshotInput['node'], columns: readonly Column[]) {
  const { strategy, metaColumns, dependsOn } = node
  const names = [
    metaColumns.validFrom,
    ...(strategy.updatedAt === undefined ? [] : [strategy.updatedAt]),
  ]
  const seed = dependsOn.find((id) => id.startsWith('seed.'))
  return names.flatMap((name) => {
    const column = findColumn(columns, name)
    if (column === undefined || isTemporal(column.dataType)) return []
    return [
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected "${name}" to be a date or a timestamp, found ${column.dataType}`,
        span: configSpan(node, 'updated_at'),
        hint: seed === undefined ? makeOne : `${ofSeed(seed)}; or ${makeOne}`,
      }),
    ]
  })
}

const shown = 5

/** Each names up to five rows. `source`: the table of the query's rows. */
export function keyChecks(
  input: SnapshotInput,
  source: Relation,
  columns: readonly Column[],
): readonly Step[] {
  const { node, dialect } = input
  const keys = node.uniqueKey.map((key) => expressionOf(dialect, key, columns))
  const names = node.uniqueKey.map((key) => `"${key}"`).join(', ')
  const from = `from ${dialect.relation(source)}`
  const nulls: Step = {
    kind: 'refuse-rows',
    code: 'null-key',
    configs: ['unique_key'],
    sql: `select *\n${from}\nwhere ${keys.map((key) => `${key} is null`).join(' or ')}\nlimit ${shown}`,
    message: `expected no NULL in the unique key (${names}) of the snapshot, found`,
    hint: 'filter such rows out, or give them a key; nothing was written',
  }
  return [
    nulls,
    duplicates(input, { from, columns, keys }, `expected each unique key (${names}) once, found`),
    ...updatedAtChecks(input, from, columns),
    ...currentChecks(input, names),
  ]
}

function duplicates(
  { node, dialect }: Pick<SnapshotInput, 'node' | 'dialect'>,
  of: {
    readonly from: string
    readonly columns: readonly Column[]
    readonly keys: readonly string[]
  },
  message: string,
  hint = 'a snapshot needs a key that tells the rows of its query apart; nothing was written',
): Step {
  const names = of.keys.map(
    (key, index) => `${key} as ${dialect.quote(node.uniqueKey[index] ?? key)}`,
  )
  return {
    kind: 'refuse-rows',
    code: 'duplicate-key',
    configs: ['unique_key'],
    sql: `select ${names.join(', ')}, count(*) as n_rows\n${of.from}\ngroup by ${of.keys.join(', ')}\nhaving count(*) > 1\norder by count(*) desc, ${of.keys.join(', ')}\nlimit ${shown}`,
    message,
    hint,
  }
}

function updatedAtChecks(
  { node, dialect }: SnapshotInput,
  from: string,
  columns: readonly Column[],
): readonly Step[] {
  const { strategy } = node
  if (strategy.name !== 'timestamp') return []
  return [
    {
      kind: 'refuse-rows',
      code: 'null-updated-at',
      configs: ['updated_at'],
      sql: `select *\n${from}\nwhere ${expressionOf(dialect, strategy.updatedAt, columns)} is null\nlimit ${shown}`,
      message: `expected a value in "updated_at" (${strategy.updatedAt}) of every row, found`,
      hint: 'it may be an expression, e.g. updated_at: coalesce(updated_at, created_at); nothing was written',
    },
  ]
}

/** Other tools let a key have two: which of them is to be ended, nobody can tell. */
function currentChecks(input: SnapshotInput, names: string): readonly Step[] {
  const { existing, dialect, node } = input
  if (existing === undefined) return []
  const { columns } = existing
  const from = `from ${dialect.relation(node.relation)}\nwhere ${currentCondition(input, '')}`
  const keys = node.uniqueKey.map((key) => expressionOf(dialect, key, columns))
  return [
    duplicates(
      input,
      { from, columns, keys },
      `expected one current version of each unique key (${names}) in the snapshot, found`,
      `end all but the newest of them by hand: set "${node.metaColumns.validTo}"`,
    ),
  ]
}

/** Whether a version of the table is current; `alias` with its dot. */
export function currentCondition(input: SnapshotInput, alias: string): string {
  const { node, dialect } = input
  const column = `${alias}${dialect.quote(node.metaColumns.validTo)}`
  const isOpen = `${column} is null`
  if (node.validToCurrent === undefined) return isOpen
  return `(${isOpen} or ${column} = ${openEnd(input)})`
}

/** What a current version has in the place of an end. */
export function openEnd({ node, existing }: SnapshotInput): string {
  const type =
    findColumn(existing?.columns ?? [], node.metaColumns.validTo)?.dataType ?? 'timestamp'
  return `cast(${node.validToCurrent === undefined ? 'null' : `(${node.validToCurrent})`} as ${type})`
}
