/** A history of a dimension from events: the versions of the keys that new events touch are made anew from all of their events. */
import type { Dialect } from '../../../../core/dialect.ts'
import type { Column, Relation } from '../../../../core/relation.ts'
import { failure, type Result, success } from '../../../../core/result.ts'
import type { Compiled } from '../../compile/compile-context.ts'
import type { PublishUnit, Step } from '../../publish-unit.ts'
import {
  candidateOf,
  fingerprintOf,
  type MaterializationInput,
  wrapped,
} from '../materialization.ts'
import { checkEvents, eventChecks } from './check-events.ts'
import { outputColumns, type Scd2, versionsOf } from './versions.ts'

export function planScd2(input: MaterializationInput, scd2: Scd2): PublishUnit {
  const { whole, existing } = input
  if (whole === undefined || existing === undefined) return wholeUnit(input, scd2)
  // Without a cursor every event is read in any case.
  if (whole.sql === input.buildFrom.sql) return wholeUnit(input, scd2, 'it reads all events')
  return batchUnit(input, scd2, { whole, tableColumns: existing.columns })
}

/** The events that versions are made of. */
function eventsOf(relation: Relation): Relation {
  return { ...relation, identifier: `${relation.identifier}__assay_next` }
}

/** The keys whose versions are made anew. */
function keysOf(relation: Relation): Relation {
  return { ...relation, identifier: `${relation.identifier}__assay_key` }
}

function wholeUnit(input: MaterializationInput, scd2: Scd2, because?: string): PublishUnit {
  const { relation, compiled, buildFrom, dialect, existing } = input
  const [events, candidate] = [eventsOf(relation), candidateOf(relation)]
  const create = wrapped(buildFrom, dialect.createTableAs(events, buildFrom.sql), {
    purpose: 'build',
    countsRows: false,
  })
  return {
    action: existing === undefined ? 'create table' : 'replace table',
    because: because ?? reasonForWhole(input),
    candidate,
    batch: events,
    build: [create],
    effect: 'rewrite',
    touchedKeys: () => undefined,
    isPublishedLast: true,
    checks: (columns) => {
      const steps = makeVersions({ dialect, relation, scd2 }, columns)
      if (!steps.ok) return steps
      return success([...steps.value, statement(dialect.drop('table', events), 'clean up')])
    },
    testsRun: 'before-publish',
    publish: () =>
      success([
        {
          kind: 'swap',
          candidate,
          target: relation,
          key: [scd2.surrogateKey],
          method: input.swap,
        },
      ]),
    fingerprint: fingerprintOf(['scd2', JSON.stringify(scd2), compiled.sql]),
  }
}

function reasonForWhole({ existing, isFullRefresh, refreshReason }: MaterializationInput): string {
  if (existing === undefined) return 'first build'
  if (existing.kind !== 'table') return `it is a ${existing.kind} now`
  if (!isFullRefresh) return 'full refresh: its columns changed'
  return refreshReason === undefined ? 'full refresh' : `full refresh: ${refreshReason}`
}

interface Making {
  readonly dialect: Dialect
  readonly relation: Relation
  readonly scd2: Scd2
}

/** Looks at the events, then makes the candidate. `columns`: of the events; undefined: a plan cannot know them. */
function makeVersions(
  { dialect, relation, scd2 }: Making,
  columns: readonly Column[] | undefined,
): Result<readonly Step[]> {
  const events = eventsOf(relation)
  const faults = columns === undefined ? [] : checkEvents(scd2, columns)
  if (faults.length > 0) return failure(faults)
  const select = versionsOf(dialect, { scd2, events, columns: columns ?? [] })
  return success([
    ...eventChecks(dialect, { scd2, events, columns: columns ?? [] }),
    statement(dialect.createTableAs(candidateOf(relation), select), 'build', true),
  ])
}

interface Batch {
  /** The SELECT with all events, where the model's own has those that are new. */
  readonly whole: Compiled
  readonly tableColumns: readonly Column[]
}

function batchUnit(
  input: MaterializationInput,
  scd2: Scd2,
  { whole, tableColumns }: Batch,
): PublishUnit {
  const { relation, compiled, buildFrom, dialect } = input
  const [events, candidate, keys] = [eventsOf(relation), candidateOf(relation), keysOf(relation)]
  const list = scd2.uniqueKey.map((column) => dialect.quote(column)).join(', ')
  const isTouched = `(${list}) in (select ${list} from ${dialect.relation(keys)})`
  const whatIsGone = goneKeys(input, list, tableColumns)
  const touched = `select distinct ${list} from (\n${buildFrom.sql}\n) as assay_events${whatIsGone}`
  const rebuilt = `select * from (\n${whole.sql}\n) as assay_events\nwhere ${isTouched}`
  const options = { purpose: 'build', countsRows: false } as const
  return {
    action: 'rebuild versions',
    because: 'it is incremental and its table exists',
    candidate: relation,
    batch: events,
    build: [
      wrapped(buildFrom, dialect.createTableAs(keys, touched), options),
      wrapped(whole, dialect.createTableAs(events, rebuilt), options),
    ],
    effect: 'batch',
    touchedKeys: (key) => {
      const columns = key.map((column) => dialect.quote(column)).join(', ')
      return `select ${columns} from ${dialect.relation(relation)} where ${isTouched}
union all
select ${columns} from ${dialect.relation(candidate)}`
    },
    isPublishedLast: false,
    checks: (columns) => {
      const steps = makeVersions({ dialect, relation, scd2 }, columns)
      return steps.ok ? success([nullKeys(dialect, keys, scd2), ...steps.value]) : steps
    },
    testsRun: 'after-publish',
    publish: () =>
      success([
        statement(dialect.deleteWhere(relation, isTouched)),
        statement(dialect.insertSelect(relation, outputColumns(scd2), candidate)),
        ...[candidate, events, keys].map((each) =>
          statement(dialect.drop('table', each), 'clean up'),
        ),
      ]),
    fingerprint: fingerprintOf(['scd2', JSON.stringify(scd2), compiled.sql]),
  }
}

/** Keys in the table whose touched rows may have no events any more, so that nothing else names them. */
function goneKeys(
  { dialect, relation, touched }: MaterializationInput,
  list: string,
  columns: readonly Column[],
): string {
  const names = new Set(columns.map(({ name }) => name))
  return touched
    .filter(({ key }) => key.every((column) => names.has(column)))
    .map(({ key, query }) => {
      const touchedList = key.map((column) => dialect.quote(column)).join(', ')
      return `\nunion\nselect ${list} from ${dialect.relation(relation)} where (${touchedList}) in (select ${touchedList} from ${query} as touched)`
    })
    .join('')
}

function nullKeys(dialect: Dialect, keys: Relation, { uniqueKey }: Scd2): Step {
  const isNull = uniqueKey.map((column) => `${dialect.quote(column)} is null`).join(' or ')
  return {
    kind: 'refuse-rows',
    code: 'null-key',
    configs: ['unique_key'],
    sql: `select *\nfrom ${dialect.relation(keys)}\nwhere ${isNull}\nlimit 5`,
    message: `expected no NULL in the unique key (${uniqueKey.map((column) => `"${column}"`).join(', ')}), found`,
    hint: 'filter such events out, or give them a key',
  }
}

function statement(
  sql: string,
  purpose: 'build' | 'publish' | 'clean up' = 'publish',
  countsRows = false,
): Step {
  return { kind: 'statement', purpose, sql, countsRows }
}
