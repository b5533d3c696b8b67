/** A source to how old its newest row is: one query, and what its limits say of the answer. */
import type { Adapter, Table, TableColumn } from '../../core/adapter.ts'
import { type Freshness, freshnessStatus } from '../../core/node/freshness.ts'
import type { SourceNode } from '../../core/node.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { readableText } from '../plan/compile/relation-text.ts'
import { renderHook } from '../plan/hooks/render-hook.ts'

/** A source whose age is checked. */
export type CheckedSource = SourceNode & { readonly freshness: Freshness }

interface Checked {
  readonly node: CheckedSource
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly elapsedMs: number
}

export type FreshnessResult = Checked &
  (
    | {
        readonly status: 'pass' | 'warn' | 'error'
        /** ISO 8601, UTC; year 1 when there are no rows, as in dbt. */
        readonly maxLoadedAt: string
        readonly snapshottedAt: string
        readonly ageSeconds: number
        readonly hasRows: boolean
      }
    | { readonly status: 'runtime error'; readonly message: string }
  )

export interface FreshnessContext {
  readonly adapter: Adapter
  readonly manifest: Manifest
  readonly invocationId: string
  /** ISO 8601, UTC. */
  readonly runStartedAt: string
  readonly signal: AbortSignal
  readonly now: () => Date
}

export async function checkFreshness(
  context: FreshnessContext,
  node: CheckedSource,
): Promise<FreshnessResult> {
  const started = context.now()
  const answer = await ask(context, node)
  const checked = {
    node,
    startedAt: started.toISOString(),
    elapsedMs: context.now().getTime() - started.getTime(),
  }
  if (answer.kind === 'failed') {
    return { ...checked, status: 'runtime error', message: answer.message }
  }
  const ageSeconds = (answer.snapshottedMs - answer.newestMs) / 1000
  return {
    ...checked,
    status: freshnessStatus(node.freshness, ageSeconds),
    maxLoadedAt: new Date(answer.newestMs).toISOString(),
    snapshottedAt: new Date(answer.snapshottedMs).toISOString(),
    ageSeconds,
    hasRows: answer.hasRows,
  }
}

type Answer =
  | {
      readonly kind: 'answered'
      readonly newestMs: number
      readonly snapshottedMs: number
      readonly hasRows: boolean
    }
  | { readonly kind: 'failed'; readonly message: string }

async function ask(context: FreshnessContext, node: CheckedSource): Promise<Answer> {
  const sql = freshnessQuery(context, node)
  if (sql.kind === 'failed') return sql
  const { adapter, signal } = context
  try {
    const table = await adapter.readOnly({ signal }, (session) => session.queryTable(sql.text))
    return readAnswer(table)
  } catch (error) {
    if (signal.aborted) throw error
    return failed(adapter.explainError(error).message)
  }
}

function failed(message: string) {
  return { kind: 'failed', message } as const
}

/** The database's clock, not ours: the age is a difference of its own times. */
function freshnessQuery(context: FreshnessContext, node: CheckedSource) {
  const { loadedAt, freshness } = node
  if (loadedAt === undefined) {
    return failed('expected "loaded_at_field" or "loaded_at_query" to tell its age, found neither')
  }
  if (loadedAt.kind === 'query') {
    const rendered = renderQuery(context, node)
    if (rendered.kind === 'failed') return rendered
    const text = `select
  (
${rendered.text}
  ) as max_loaded_at,
  current_timestamp as snapshotted_at`
    return { kind: 'text', text } as const
  }
  const where = freshness.filter === undefined ? '' : `\nwhere ${freshness.filter}`
  const text = `select
  max(${loadedAt.expression}) as max_loaded_at,
  current_timestamp as snapshotted_at
from ${readableText(context.adapter.dialect, node)}${where}`
  return { kind: 'text', text } as const
}

function renderQuery(
  { manifest, adapter, invocationId, runStartedAt }: FreshnessContext,
  node: CheckedSource,
) {
  const { loadedAt } = node
  if (loadedAt?.kind !== 'query') return failed('expected a query, found none')
  const rendered = renderHook(
    {
      manifest,
      dialect: adapter.dialect,
      invocationId,
      runStartedAt,
      standIns: new Map(),
      reads: new Map(),
      isIncremental: false,
      own: node.relation,
      packageName: node.packageName,
    },
    loadedAt.query,
  )
  if (!rendered.ok) return failed(rendered.diagnostics.map(({ message }) => message).join('\n'))
  const [only, ...others] = rendered.value.statements
  if (only === undefined || others.length > 0) {
    const count = rendered.value.statements.length
    return failed(`expected one statement as "loaded_at_query", found ${count}`)
  }
  return { kind: 'text', text: only.sql } as const
}

function readAnswer({ columns, rows }: Table): Answer {
  const [newest, snapshotted] = rows[0] ?? []
  const [column, clock] = columns
  const snapshottedMs = timeOf(snapshotted, clock)
  if (snapshottedMs === undefined) throw new Error('the database told no time')
  if (newest === null || newest === undefined) {
    return { kind: 'answered', newestMs: yearOneMs, snapshottedMs, hasRows: false }
  }
  const newestMs = timeOf(newest, column)
  if (newestMs === undefined) {
    return failed(
      `expected a date or timestamp as the time of loading, found ${column?.dataType ?? 'another thing'}: cast it, e.g. loaded_at_field: "cast(loaded as timestamp)"`,
    )
  }
  return { kind: 'answered', newestMs, snapshottedMs, hasRows: true }
}

/** What no rows are as old as: infinitely old, as far as a date goes. */
const yearOneMs = Date.parse('0001-01-01T00:00:00Z')

/** A time without a zone is UTC, as in dbt. */
function timeOf(value: unknown, column: TableColumn | undefined): number | undefined {
  if (typeof value !== 'string') return undefined
  if (column?.kind !== 'timestamp' && column?.kind !== 'date') return undefined
  const match = /^(\d{4}-\d{2}-\d{2})(?:[ T]([\d:.]+))?([+-]\d{2}(?::?\d{2})?|Z)?$/.exec(value)
  if (match === null) return undefined
  const [, day = '', time = '00:00:00', zone = 'Z'] = match
  const offset = /^[+-]\d{2}$/.test(zone) ? `${zone}:00` : zone
  const ms = Date.parse(`${day}T${time}${offset}`)
  return Number.isNaN(ms) ? undefined : ms
}
