/** The query that compares the rows of now with the current versions: what is ended, when, and what opens. */
import type { Column, Relation } from '../../../../core/relation.ts'
import { withoutEquality } from '../materialization.ts'
import { currentCondition, openEnd } from './check-snapshot.ts'
import {
  cellList,
  expressionOf,
  findColumn,
  hashOf,
  ownColumns,
  type SnapshotInput,
  timeOf,
  timeText,
} from './snapshot-input.ts'

/** The rows of now, and the table of versions as it is before anything is written. */
export interface Compared {
  readonly input: SnapshotInput
  readonly source: Relation
  /** Of the query. */
  readonly columns: readonly Column[]
  readonly known: readonly Column[]
}

/** Columns that versions are written to: of the query, then those of rows that are gone, then the snapshot's own. */
export function writtenColumns({ input, columns, known }: Compared): readonly string[] {
  const { node } = input
  const own = Object.values(node.metaColumns)
  const onlyKnown = known.filter(
    (column) =>
      findColumn(columns, column.name) === undefined &&
      !own.some((name) => name.toLowerCase() === column.name.toLowerCase()),
  )
  const gone = node.hardDeletes === 'new_record' ? onlyKnown : []
  const { scdId, updatedAt, validFrom, validTo, isDeleted } = node.metaColumns
  const marks = findColumn(known, isDeleted) === undefined ? [] : [isDeleted]
  const names = [...columns, ...gone].map(
    (column) => findColumn(known, column.name)?.name ?? column.name,
  )
  return [...names, scdId, updatedAt, validFrom, validTo, ...marks]
}

export function findMoves(compared: Compared): string {
  const { node } = compared.input
  const moves = [openedMoves(compared)]
  if (node.hardDeletes !== 'ignore') moves.push(deletedMoves(compared))
  return `with source as (
${sourceQuery(compared)}
), current_version as (
${currentQuery(compared)}
), opened as (
${openedQuery(compared)}
), history as (
${historyQuery(compared)}
), timed as (
${timedQuery(compared)}
)
${moves.join('\nunion all\n')}`
}

function keyNames({ input }: Compared): readonly string[] {
  return input.node.uniqueKey.map((_, index) => ownColumns.key(index))
}

function keysAs({ input }: Compared, columns: readonly Column[]): readonly string[] {
  const { dialect, node } = input
  return node.uniqueKey.map(
    (key, index) => `${expressionOf(dialect, key, columns)} as ${ownColumns.key(index)}`,
  )
}

function onKeys(compared: Compared, left: string, right: string): string {
  return keyNames(compared)
    .map((name) => `${left}.${name} = ${right}.${name}`)
    .join(' and ')
}

function sourceQuery(compared: Compared): string {
  const { input, columns, source } = compared
  const { strategy } = input.node
  const updatedAt =
    strategy.updatedAt === undefined
      ? []
      : [`${expressionOf(input.dialect, strategy.updatedAt, columns)} as ${ownColumns.updatedAt}`]
  const cells = ['batch.*', ...keysAs(compared, columns), ...updatedAt]
  return `${cellList(cells)}\nfrom ${input.dialect.relation(source)} as batch`
}

function currentQuery(compared: Compared): string {
  const { input, known } = compared
  const cells = ['snapshot.*', ...keysAs(compared, known)]
  return `${cellList(cells)}
from ${input.dialect.relation(input.node.relation)} as snapshot
where ${currentCondition(input, 'snapshot.')}`
}

/** Rows that are new, changed, or back. */
function openedQuery(compared: Compared): string {
  const { dialect, node } = compared.input
  const { scdId, validFrom } = node.metaColumns
  const cells = [
    'source.*',
    `current_version.${dialect.quote(scdId)} as ${ownColumns.closes}`,
    `current_version.${dialect.quote(validFrom)} as __assay_since`,
    `${isDeletedRow(compared)} as __assay_was_deleted`,
  ]
  return `${cellList(cells)}
from source
left join current_version on ${onKeys(compared, 'source', 'current_version')}
where current_version.${dialect.quote(scdId)} is null or ${isDeletedRow(compared)} or ${changedCondition(compared)}`
}

/** NULL in a row that is older than the column: it was not deleted. */
function isDeletedRow({ input, known }: Compared): string {
  const column = findColumn(known, input.node.metaColumns.isDeleted)
  if (column === undefined) return 'false'
  return `coalesce(current_version.${input.dialect.quote(column.name)}, 'False') = 'True'`
}

function changedCondition({ input, columns, known }: Compared): string {
  const { node, dialect } = input
  const { strategy, metaColumns } = node
  if (strategy.name === 'timestamp') {
    const before = [metaColumns.updatedAt, metaColumns.validFrom].map(
      (name) => `current_version.${dialect.quote(name)}`,
    )
    return `coalesce(${before.join(', ')}) < source.${ownColumns.updatedAt}`
  }
  const checked =
    strategy.columns === 'all'
      ? columns
      : strategy.columns.flatMap((name) => findColumn(columns, name) ?? [])
  const pairs = checked.map((column) => ({ column, before: findColumn(known, column.name) }))
  if (pairs.some(({ before }) => before === undefined)) return 'true'
  const differs = pairs.map(({ column, before }) => {
    const cell = (alias: string, { name, dataType }: Column) =>
      withoutEquality.test(dataType)
        ? `cast(${alias}.${dialect.quote(name)} as text)`
        : `${alias}.${dialect.quote(name)}`
    return `${cell('source', column)} is distinct from ${cell('current_version', before ?? column)}`
  })
  return differs.length === 0 ? 'false' : `(${differs.join(' or ')})`
}

/** What came before, of the keys that get a new version. */
function historyQuery(compared: Compared): string {
  const { input, known } = compared
  const { dialect, node } = input
  const names = keyNames(compared).join(', ')
  const column = (name: string) => dialect.quote(name)
  const { validTo, updatedAt } = node.metaColumns
  return `select ${names},
  max(case when ${currentCondition(input, '')} then null else ${column(validTo)} end) as ended,
  max(${column(updatedAt)}) as newest
from (
  select snapshot.*, ${keysAs(compared, known).join(', ')}
  from ${dialect.relation(node.relation)} as snapshot
) as versions
where (${names}) in (select ${names} from opened)
group by ${names}`
}

/** A version never opens before the one before it has begun, or has ended. */
function timedQuery(compared: Compared): string {
  const { updated, opening } = times(compared)
  const cells = [
    'opened.*',
    'history.newest as __assay_newest',
    `${updated} as __assay_updated`,
    `${opening} as __assay_from`,
  ]
  return `${cellList(cells)}
from opened
left join history on ${onKeys(compared, 'opened', 'history')}`
}

function runTime({ input, known }: Compared): string {
  const type = findColumn(known, input.node.metaColumns.validFrom)?.dataType ?? 'timestamp'
  return timeOf(input.now, type)
}

function times(compared: Compared): { readonly updated: string; readonly opening: string } {
  const { strategy } = compared.input.node
  const now = runTime(compared)
  const given = `opened.${ownColumns.updatedAt}`
  // On both databases a NULL among them counts as none.
  const notBefore = (time: string) => `greatest(${time}, opened.__assay_since, history.ended)`
  if (strategy.name === 'timestamp') {
    // It was gone until now: a deletion that has been recorded is not made undone by an old time.
    const back = `case when opened.__assay_was_deleted and ${given} <= opened.__assay_since then ${now} else ${given} end`
    return { updated: given, opening: notBefore(back) }
  }
  if (strategy.updatedAt === undefined) return { updated: now, opening: notBefore(now) }
  const isNewer = `${given} is not null and (history.newest is null or ${given} > history.newest)`
  const updated = `case when ${isNewer} then ${given} else ${now} end`
  return { updated, opening: notBefore(updated) }
}

function openedMoves(compared: Compared): string {
  const { input, columns, known } = compared
  const { dialect, node } = input
  const names = writtenColumns(compared)
  const keys = keyNames(compared).map((name) => `timed.${name}`)
  const plain = hashOf([...keys, 'timed.__assay_updated'])
  // The same time twice would be the same id twice.
  const again = hashOf([...keys, 'timed.__assay_updated', `'${timeText(input.now)}'`])
  const id = `case when timed.__assay_updated <= timed.__assay_newest then ${again} else ${plain} end`
  const { scdId, updatedAt, validFrom, validTo, isDeleted } = node.metaColumns
  const own = new Map([
    [scdId, id],
    [updatedAt, 'timed.__assay_updated'],
    [validFrom, 'timed.__assay_from'],
    [validTo, openEnd(input)],
    [isDeleted, "cast('False' as text)"],
  ])
  const cells = names.map((name) => {
    const column = findColumn(columns, name)
    const type = findColumn(known, name)?.dataType ?? 'text'
    const fromSource =
      column === undefined ? `cast(null as ${type})` : `timed.${dialect.quote(column.name)}`
    return `${own.get(name) ?? fromSource} as ${dialect.quote(name)}`
  })
  const moves = [
    `timed.${ownColumns.closes} as ${ownColumns.closes}`,
    `timed.__assay_from as ${ownColumns.closedAt}`,
    `true as ${ownColumns.opens}`,
  ]
  return `${cellList([...moves, ...cells])}
from timed`
}

/** Current versions of keys that are gone: ended, and with `new_record` followed by one that says so. */
function deletedMoves(compared: Compared): string {
  const { input, columns, known } = compared
  const { dialect, node } = input
  const { scdId, updatedAt, validFrom, validTo, isDeleted } = node.metaColumns
  const since = `current_version.${dialect.quote(validFrom)}`
  const ended = `greatest(${runTime(compared)}, ${since})`
  const id = `current_version.${dialect.quote(scdId)}`
  const own = new Map([
    [scdId, hashOf([id, `'${timeText(input.now)}'`])],
    [updatedAt, ended],
    [validFrom, ended],
    [validTo, openEnd(input)],
    [isDeleted, "cast('True' as text)"],
  ])
  const cells = writtenColumns(compared).map((name) => {
    const before = findColumn(known, name)
    const type = findColumn(columns, name)?.dataType ?? 'text'
    const last =
      before === undefined
        ? `cast(null as ${type})`
        : `current_version.${dialect.quote(before.name)}`
    return `${own.get(name) ?? last} as ${dialect.quote(name)}`
  })
  const opens = node.hardDeletes === 'new_record'
  const moves = [
    `${id} as ${ownColumns.closes}`,
    `${ended} as ${ownColumns.closedAt}`,
    `${opens} as ${ownColumns.opens}`,
  ]
  return `${cellList([...moves, ...cells])}
from current_version
where not ${isDeletedRow(compared)}
  and not exists (select 1 from source where ${onKeys(compared, 'source', 'current_version')})`
}
