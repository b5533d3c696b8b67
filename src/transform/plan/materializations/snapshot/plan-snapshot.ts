/** A snapshot: the rows of now beside its table, compared with the current versions; what changed is ended, what is new opens. */
import type { RelationState } from '../../../../core/database/warehouse-state.ts'
import type { Column, Relation } from '../../../../core/relation.ts'
import { failure, type Result, success } from '../../../../core/result.ts'
import type { PublishUnit, Step } from '../../publish-unit.ts'
import { candidateOf, fingerprintOf, wrapped } from '../materialization.ts'
import { checkColumns, checkTarget, currentCondition, keyChecks } from './check-snapshot.ts'
import { withExpressionPlaces } from './expression-places.ts'
import { findMoves, writtenColumns } from './find-moves.ts'
import {
  cellList,
  expressionOf,
  findColumn,
  hashOf,
  ownColumns,
  type SnapshotInput,
  timeOf,
} from './snapshot-input.ts'
import { widenColumns } from './widen-columns.ts'

/** The history is never made anew: there is no full refresh. */
export function planSnapshot(input: SnapshotInput): Result<PublishUnit> {
  const { existing } = input
  const fault = existing === undefined ? undefined : checkTarget(input, existing)
  if (fault !== undefined) return failure([fault])
  return success(existing === undefined ? firstUnit(input) : nextUnit(input, existing))
}

/** What ends and opens, until it is written. */
function movesOf(relation: Relation): Relation {
  return { ...relation, identifier: `${relation.identifier}__assay_next` }
}

type SharedPart = Pick<
  PublishUnit,
  'candidate' | 'batch' | 'build' | 'isPublishedLast' | 'testsRun' | 'fingerprint'
>

function shared({ node, buildFrom, compiled, dialect }: SnapshotInput): SharedPart {
  const { relation } = node
  const batch = candidateOf(relation)
  const build = wrapped(buildFrom, dialect.createTableAs(batch, buildFrom.sql), {
    purpose: 'build',
    countsRows: false,
  })
  return {
    candidate: relation,
    batch,
    build: [build],
    isPublishedLast: false,
    testsRun: 'after-publish',
    fingerprint: fingerprintOf(['snapshot', compiled.sql]),
  }
}

function firstUnit(input: SnapshotInput): PublishUnit {
  const { node, dialect } = input
  const batch = candidateOf(node.relation)
  return {
    ...shared(input),
    action: 'create snapshot',
    because: 'first build',
    effect: 'rewrite',
    touchedKeys: () => undefined,
    checks: (columns = []) => {
      const faults = checkColumns(input, columns)
      return faults.length > 0
        ? failure(faults)
        : success(withExpressionPlaces(input, columns, keyChecks(input, batch, columns)))
    },
    publish: (columns) =>
      success(
        withExpressionPlaces(input, columns, [
          statement(dialect.createTableAs(node.relation, firstVersions(input, columns)), true),
          cleanUp(dialect.drop('table', batch)),
        ]),
      ),
  }
}

/** Every row is a version that is current. */
function firstVersions({ node, dialect, now }: SnapshotInput, columns: readonly Column[]): string {
  const { strategy, uniqueKey, validToCurrent } = node
  const { scdId, updatedAt, validFrom, validTo, isDeleted } = node.metaColumns
  const expression = (text: string) => expressionOf(dialect, text, columns)
  const since = firstTime({ strategy, now, columns, expression })
  const open = `nullif(${since}, ${since})`
  const end = validToCurrent === undefined ? open : `coalesce(${open}, ${validToCurrent})`
  const marks =
    node.hardDeletes === 'new_record'
      ? [`cast('False' as text) as ${dialect.quote(isDeleted)}`]
      : []
  const cells = [
    'batch.*',
    `${hashOf([...uniqueKey.map(expression), since])} as ${dialect.quote(scdId)}`,
    `${since} as ${dialect.quote(updatedAt)}`,
    `${since} as ${dialect.quote(validFrom)}`,
    `${end} as ${dialect.quote(validTo)}`,
    ...marks,
  ]
  return `${cellList(cells)}\nfrom ${dialect.relation(candidateOf(node.relation))} as batch`
}

function firstTime({
  strategy,
  now,
  columns,
  expression,
}: {
  readonly strategy: SnapshotInput['node']['strategy']
  readonly now: string
  readonly columns: readonly Column[]
  readonly expression: (text: string) => string
}): string {
  if (strategy.name === 'timestamp') return expression(strategy.updatedAt)
  if (strategy.updatedAt === undefined) return timeOf(now, 'timestamp')
  const type = findColumn(columns, strategy.updatedAt)?.dataType ?? 'timestamp'
  return `coalesce(${expression(strategy.updatedAt)}, ${timeOf(now, type)})`
}

function nextUnit(input: SnapshotInput, existing: RelationState): PublishUnit {
  const { node, dialect } = input
  const { relation } = node
  const batch = candidateOf(relation)
  const compared = (columns: readonly Column[]) => {
    return { input, source: batch, columns, known: existing.columns }
  }
  const own = Object.values(node.metaColumns)
  const expected = existing.columns.filter((column) => !own.includes(column.name))
  return {
    ...shared(input),
    action: 'update snapshot',
    because: 'its rows are compared in every run',
    effect: 'history',
    touchedKeys: (key) => touchedKeys(input, existing, key),
    checks: (columns = expected) => {
      const faults = checkColumns(input, columns)
      const widened = widenColumns(input, columns)
      const all = [...faults, ...(widened.ok ? [] : widened.diagnostics)]
      if (all.length > 0) return failure(all)
      const moves = dialect.createTableAs(movesOf(relation), findMoves(compared(columns)))
      const steps = [...keyChecks(input, batch, columns), statement(moves, false, 'build')]
      return success(withExpressionPlaces(input, columns, steps))
    },
    publish: (columns) => {
      const widened = widenColumns(input, columns)
      if (!widened.ok) return widened
      return success([
        ...widened.value.map((sql) => statement(sql)),
        ...withExpressionPlaces(
          input,
          columns,
          writeMoves(input, writtenColumns(compared(columns))),
        ),
        cleanUp(dialect.drop('table', movesOf(relation))),
        cleanUp(dialect.drop('table', batch)),
      ])
    },
  }
}

function writeMoves(input: SnapshotInput, columns: readonly string[]): readonly Step[] {
  const { node, dialect } = input
  const { scdId, validTo } = node.metaColumns
  const [table, moves] = [node.relation, movesOf(node.relation)].map((each) =>
    dialect.relation(each),
  )
  const list = columns.map((column) => dialect.quote(column)).join(', ')
  return [
    statement(`update ${table} as snapshot
set ${dialect.quote(validTo)} = moved.${ownColumns.closedAt}
from ${moves} as moved
where snapshot.${dialect.quote(scdId)} = moved.${ownColumns.closes}
  and ${currentCondition(input, 'snapshot.')}`),
    statement(
      `insert into ${table} (${list})
select ${list}
from ${moves}
where ${ownColumns.opens}`,
      true,
    ),
  ]
}

/** Of the versions that are ended and those that open. */
function touchedKeys(
  { node, dialect }: SnapshotInput,
  existing: RelationState,
  key: readonly string[],
): string {
  const list = key.map((column) => dialect.quote(column)).join(', ')
  const moves = dialect.relation(movesOf(node.relation))
  const opened = `select ${list} from ${moves} where ${ownColumns.opens}`
  if (key.some((column) => findColumn(existing.columns, column) === undefined)) return opened
  const scdId = dialect.quote(node.metaColumns.scdId)
  return `select ${list} from ${dialect.relation(node.relation)} where ${scdId} in (select ${ownColumns.closes} from ${moves})
union all
${opened}`
}

function statement(
  sql: string,
  countsRows = false,
  purpose: 'build' | 'publish' = 'publish',
): Step {
  return { kind: 'statement', purpose, sql, countsRows }
}

function cleanUp(sql: string): Step {
  return { kind: 'statement', purpose: 'clean up', sql, countsRows: false }
}
