/** A microbatch model: batches of event time, each taking the place of the rows that the table has of its span. */
import { errorDiagnostic } from '../../../../core/diagnostic.ts'
import { type EventWindow, inWindow, momentText } from '../../../../core/time/event-window.ts'
import type { Incremental } from '../../../../core/node/incremental.ts'
import type { Column } from '../../../../core/relation.ts'
import { failure, type Result, success } from '../../../../core/result.ts'
import type { Compiled } from '../../compile/compile-context.ts'
import { createTable, heldToConstraints } from '../../contracts/create-table.ts'
import { mergeWindows } from '../../microbatch/batches.ts'
import type { PublishUnit, Step } from '../../publish-unit.ts'
import { spliceSql } from '../../sql/splice-sql.ts'
import {
  type BatchText,
  candidateOf,
  fingerprintOf,
  type MaterializationInput,
  reasonForTable,
  wrapped,
} from '../materialization.ts'
import { planTable } from '../table.ts'
import { planBackfill } from './backfill.ts'
import { changeSchema } from './change-schema.ts'
import { findColumn, unknownColumns } from './column-names.ts'

type BatchedInput = MaterializationInput & { readonly batches: readonly BatchText[] }
type Microbatched = Extract<Incremental, { readonly strategy: 'microbatch' }>

export function planMicrobatch(
  given: MaterializationInput,
  materialization: Microbatched,
): PublishUnit {
  const input: BatchedInput = { ...given, batches: given.batches ?? [] }
  const { existing, backfill } = input
  const checks = (columns: readonly Column[] | undefined) =>
    checkEventTime(materialization, columns)
  if (existing?.kind !== 'table' || input.isFullRefresh) {
    const table = planTable(input)
    const build = buildSteps(input, materialization, { isConstrained: true })
    return { ...table, build, checks, because: reasonFor(input) }
  }
  if (backfill !== undefined) {
    const [all] = input.batches
    const condition =
      all === undefined
        ? backfill
        : `(${backfill})\nand ${within(input, materialization, all.window)}`
    return planBackfill(input, condition, { existing, checks, materialization })
  }
  const [only] = input.batches.length === 1 && countsOutside(input) ? input.batches : []
  const whole = only === undefined ? undefined : { ...input, buildFrom: only.buildFrom }
  return {
    action: 'microbatch',
    because: reasonForBatches(input),
    candidate: input.relation,
    batch: candidateOf(input.relation),
    build:
      whole === undefined
        ? buildSteps(input, materialization, { isConstrained: false })
        : createTable(whole, candidateOf(input.relation), { isConstrained: false }),
    ...(whole === undefined ? {} : { leavesRowsOut: true }),
    checks,
    effect: 'batch',
    touchedKeys: (key) => touchedKeys(input, materialization, { key, table: existing.columns }),
    isPublishedLast: false,
    testsRun: 'after-publish',
    publish: (batch) => replaceSteps(input, materialization, { table: existing.columns, batch }),
    fingerprint: fingerprintOf(['incremental', 'microbatch', input.compiled.sql]),
  }
}

/**
 * Whether its rows come of rows of the batch, so that one outside of it is lost: no batch but this one is given what it was
 * made of. Where inputs are read whole, each row comes in its own batch, too. All of them are built then, and left out and
 * counted when they are published.
 */
function countsOutside({ batches, dialect }: BatchedInput): boolean {
  return batches.every(({ window, buildFrom }) =>
    buildFrom.sql.includes(dialect.literal(momentText(window.start))),
  )
}

function reasonFor(input: BatchedInput): string {
  return `${reasonForTable(input)}; ${countOf(input)}`
}

function reasonForBatches(input: BatchedInput): string {
  return input.batches.length === 0
    ? 'it is incremental and its table exists; no batch'
    : `it is incremental and its table exists; ${countOf(input)}`
}

function countOf({ batches }: BatchedInput): string {
  const [first, last] = [batches[0]?.window.start, batches.at(-1)?.window.end]
  const count = batches.length === 1 ? '1 batch' : `${batches.length} batches`
  return first === undefined || last === undefined
    ? count
    : `${count} from ${shortText(first)} to ${shortText(last)}`
}

function shortText(iso: string): string {
  return iso.replace('T00:00:00.000Z', '').replace(':00.000Z', '').replace('T', ' ')
}

/** All batches into one table beside; none: a table without rows. */
function buildSteps(
  input: BatchedInput,
  materialization: Microbatched,
  { isConstrained }: { readonly isConstrained: boolean },
): readonly Step[] {
  const { relation, batches, buildFrom } = input
  const candidate = candidateOf(relation)
  const [first, ...rest] = batches.map(({ buildFrom: text, window }) =>
    filtered(text, within(input, materialization, window), materialization.eventTime),
  )
  const made = {
    ...input,
    buildFrom: first ?? filtered(buildFrom, 'false', materialization.eventTime),
  }
  return [
    ...createTable(made, candidate, { isConstrained }),
    ...rest.map((text) => insertBatch(input, text)),
  ]
}

function filtered(text: Compiled, condition: string, eventTime: string): Compiled {
  const after = `\n) as assay_batch\nwhere ${condition}`
  const spliced = spliceSql({ sql: '', map: [] }, 0, { before: 'select * from (\n', text, after })
  // What the model reads is put before its text: what ends it is of its file, or called from there.
  const last = text.map.at(-1)
  if (last === undefined) return { ...text, ...spliced }
  const { path } = last.callers.at(-1)?.span ?? last.span
  const own = {
    start: spliced.sql.length - condition.length,
    span: { path, line: 1, column: 1, length: 1 },
    isLiteral: false,
    callers: [],
    config: 'event_time',
    says: `expected "event_time" to name a column of the model, found "${eventTime}"`,
  }
  return { ...text, sql: spliced.sql, map: [...spliced.map, own] }
}

/** By name where a contract says the order of the columns. */
function insertBatch(
  { dialect, relation, contract: promised }: BatchedInput,
  text: Compiled,
): Step {
  const name = dialect.relation(candidateOf(relation))
  const options = { purpose: 'build', countsRows: true } as const
  if (promised === undefined || promised.contract.columns.length === 0) {
    return wrapped(text, `insert into ${name}\n${text.sql}`, options)
  }
  return {
    kind: 'contract',
    contract: promised.contract,
    select: text.sql,
    origin: { start: 0, map: text.map },
    build: (columns) => {
      const list = columns.map(({ spelled }) => dialect.quote(spelled)).join(', ')
      const select = `select ${list}\nfrom (\n${text.sql}\n) as model`
      return [wrapped(text, `insert into ${name} (${list})\n${select}`, options)]
    },
  }
}

/** A row outside belongs to another batch, or to none. */
function within(
  { dialect, existing }: MaterializationInput,
  { eventTime }: Microbatched,
  window: EventWindow,
): string {
  const name = findColumn(existing?.columns ?? [], eventTime)?.name ?? eventTime
  return inWindow(dialect.quote(name), window, (text) => dialect.literal(text))
}

/** Of another type no row would be in any batch, or one in the wrong: nothing would say so. */
function checkEventTime(
  { eventTime, batchSize }: Microbatched,
  columns: readonly Column[] | undefined,
): Result<readonly Step[]> {
  if (columns === undefined || columns.length === 0) return success([])
  const unknown = unknownColumns(columns, 'event_time', [eventTime])
  if (unknown.length > 0) return failure(unknown)
  const dataType = findColumn(columns, eventTime)?.dataType.toLowerCase() ?? ''
  const isMoment = dataType.startsWith('timestamp')
  if (isMoment || (dataType === 'date' && batchSize !== 'hour')) return success([])
  const expected = batchSize === 'hour' ? 'a timestamp' : 'a date or timestamp'
  return failure([
    errorDiagnostic({
      code: 'invalid-value',
      message: `expected ${expected} as event_time "${eventTime}" of batches of one ${batchSize}, found ${dataType}`,
      config: 'event_time',
      hint: `cast it in the SELECT: cast(${eventTime} as timestamp) as ${eventTime}`,
    }),
  ])
}

interface Columns {
  readonly table: readonly Column[]
  readonly batch: readonly Column[]
}

function replaceSteps(
  input: BatchedInput,
  materialization: Microbatched,
  columns: Columns,
): Result<readonly Step[]> {
  const { dialect, relation, batches } = input
  const change = changeSchema(dialect, relation, { materialization, ...columns })
  if (!change.ok) return change
  const { alter, insertColumns } = change.value
  const candidate = candidateOf(relation)
  const names = insertColumns.map(({ name }) => name)
  const steps: readonly Step[] = [
    ...spansOf(batches).map((window) =>
      publishing(dialect.deleteWhere(relation, within(input, materialization, window))),
    ),
    ...(batches.length === 0 ? [] : [inserting(input, materialization, names)]),
  ]
  const clean: Step = {
    kind: 'statement',
    purpose: 'clean up',
    sql: dialect.drop('table', candidate),
    countsRows: false,
  }
  return success(heldToConstraints(input, [...alter, ...steps, clean]))
}

/** What lies outside of its batch stays behind. */
function inserting(
  input: BatchedInput,
  materialization: Microbatched,
  names: readonly string[],
): Step {
  const { dialect, relation, batches } = input
  const sql = dialect.insertSelect(relation, names, candidateOf(relation))
  const [only] = batches
  if (only === undefined || batches.length > 1 || !countsOutside(input)) return publishing(sql)
  const condition = within(input, materialization, only.window)
  const step = publishing(`${sql}\nwhere ${condition}`)
  return step.kind === 'statement' ? { ...step, countsRows: true } : step
}

function publishing(sql: string): Step {
  return { kind: 'statement', purpose: 'publish', sql, countsRows: false }
}

function touchedKeys(
  input: BatchedInput,
  materialization: Microbatched,
  { key, table }: { readonly key: readonly string[]; readonly table: readonly Column[] },
): string | undefined {
  const { dialect, relation, batches } = input
  // A column that comes with this batch: the rows that go have no such key.
  if (key.some((column) => findColumn(table, column) === undefined)) return undefined
  const list = key.map((column) => dialect.quote(column)).join(', ')
  const deleted = spansOf(batches).map(
    (window) =>
      `select ${list} from ${dialect.relation(relation)} where ${within(input, materialization, window)}`,
  )
  const spans = spansOf(batches).map((window) => `(${within(input, materialization, window)})`)
  const brought = `select ${list} from ${dialect.relation(candidateOf(relation))} where ${spans.join(' or ') || 'false'}`
  return [...deleted, brought].join('\nunion all\n')
}

/** Batches side by side are one span. */
function spansOf(batches: readonly BatchText[]): readonly EventWindow[] {
  return mergeWindows(batches.map(({ window }) => window))
}
