/** The shape every materialization has: a pure function from the node and what the database holds to a publish unit. */
import { createHash } from 'node:crypto'
import type { RelationState } from '../../../core/database/warehouse-state.ts'
import type { Dialect } from '../../../core/dialect.ts'
import type { EventWindow } from '../../../core/time/event-window.ts'
import type { Column, Relation } from '../../../core/relation.ts'
import type { Result } from '../../../core/result.ts'
import type { SwapMethod } from '../../../core/target.ts'
import type { TableContract } from '../contracts/table-contract.ts'
import type { Compiled } from '../compile/compile-context.ts'
import type { StrategyArguments } from '../compile-strategy.ts'
import type { Step } from '../publish-unit.ts'
import type { QuarantineInput } from './quarantine/quarantine-input.ts'

export interface MaterializationInput {
  readonly relation: Relation
  readonly compiled: Compiled
  /** The same with stand-ins for what the transaction will publish later (--atomic); else `compiled`. */
  readonly buildFrom: Compiled
  /** scd2, in a run that adds to its table: the SELECT with all rows of what it reads by a cursor. */
  readonly whole: Compiled | undefined
  readonly dialect: Dialect
  /** What the database holds under the name now. */
  readonly existing: RelationState | undefined
  /** Of the last publication, by the ledger. */
  readonly lastFingerprint: string | undefined
  /** Changes when something changed that is not in the SQL: the columns of what a view reads. */
  readonly inputsSignature: string
  readonly isFullRefresh: boolean
  /** Why it is a full refresh, where no flag asked for it. */
  readonly refreshReason: string | undefined
  /** True when a view's candidate is read before it is published: by its tests, or by later nodes of the transaction. */
  readonly needsCandidate: boolean
  /** A condition on the model's columns: only those rows are built and replaced. */
  readonly backfill: string | undefined
  /** Rows are told apart by it when a table is refilled. */
  readonly uniqueKey: readonly string[]
  readonly swap: SwapMethod | undefined
  readonly isUnlogged: boolean
  /** Of a materialized view that stands. */
  readonly refresh: {
    /** It still reads what a swap has left behind. */
    readonly readsDetached: boolean
    /** Readers go on while it is refreshed: it has a unique index over plain columns. */
    readonly isConcurrent: boolean
  }
  /** undefined: its rows are followed by no cursor. */
  readonly arrivalColumn: string | undefined
  /** What the `touched_keys` of its SQL stand for in this build. */
  readonly touched: readonly TouchedKeys[]
  /** undefined: none is enforced. */
  readonly contract: TableContract | undefined
  /** undefined: no row is set aside. */
  readonly quarantine: QuarantineInput | undefined
  /** Of a microbatch model: what this transaction builds, in order. */
  readonly batches?: readonly BatchText[]
  /** The statements that a strategy of the project's own writes the batch with. */
  readonly strategyStatements: (call: StrategyArguments) => Result<readonly Step[]>
}

/** The SQL of one batch. */
export interface BatchText {
  readonly window: EventWindow
  readonly buildFrom: Compiled
}

export interface TouchedKeys {
  readonly key: readonly string[]
  /** In parentheses, with these columns. */
  readonly query: string
}

/** Beside the target, in its schema; also the longest name a publication needs, so what is checked against limits. */
export function candidateOf(relation: Relation): Relation {
  return { ...relation, identifier: `${relation.identifier}__assay_new` }
}

export function fingerprintOf(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\u0000')).digest('hex')
}

/** A statement made around the node's SQL, knowing where in it that SQL stands. */
export function wrapped(
  compiled: Compiled,
  statement: string,
  options: { readonly purpose: 'build' | 'publish'; readonly countsRows: boolean },
): Step {
  const start = statement.lastIndexOf(compiled.sql)
  return {
    kind: 'statement',
    ...options,
    sql: statement,
    origin: { start: Math.max(start, 0), map: compiled.map },
  }
}

/** Why rows that could be added to are made anew. */
export function reasonForTable({
  existing,
  isFullRefresh,
  refreshReason,
}: MaterializationInput): string {
  if (existing === undefined) return 'first build'
  if (!isFullRefresh) return `it is a ${existing.kind} now`
  return refreshReason === undefined ? 'full refresh' : `full refresh: ${refreshReason}`
}

/** Types that a database cannot compare are compared as text. */
export const withoutEquality = /^(?:json|xml|point|line|lseg|box|path|polygon|circle)(?:\[\])?$/

/**
 * The keys of rows that are in one of two tables and not in the other, counted. undefined: they have other columns,
 * so no row of the one is a row of the other.
 */
export function keysOfDifference(
  dialect: Dialect,
  { before, after }: { readonly before: RelationState | undefined; readonly after: Relation },
  columns: readonly Column[],
): (key: readonly string[]) => string | undefined {
  if (before?.kind !== 'table' || !haveSameColumns(before.columns, columns)) return () => undefined
  const cells = columns.map(({ name, dataType }) =>
    withoutEquality.test(dataType)
      ? `cast(${dialect.quote(name)} as text) as ${dialect.quote(name)}`
      : dialect.quote(name),
  )
  const rowsOf = (relation: Relation) =>
    `select ${cells.join(', ')} from ${dialect.relation(relation)}`
  const [old, next] = [rowsOf(before.relation), rowsOf(after)]
  return (key) => {
    const list = key.map((column) => dialect.quote(column)).join(', ')
    return `select ${list} from (${old} except all ${next}) as deleted\nunion all\nselect ${list} from (${next} except all ${old}) as inserted`
  }
}

function haveSameColumns(left: readonly Column[], right: readonly Column[]): boolean {
  const text = (columns: readonly Column[]) =>
    JSON.stringify(columns.map(({ name, dataType }) => [name, dataType]))
  return text(left) === text(right)
}

/** A row that readers are to follow by its arrival value must have one. */
export function arrivalChecks(
  dialect: Dialect,
  candidate: Relation,
  column: string | undefined,
): readonly Step[] {
  if (column === undefined) return []
  const name = dialect.quote(column)
  return [
    {
      kind: 'refuse-rows',
      code: 'null-arrival',
      configs: ['arrival_column'],
      sql: `select *\nfrom ${dialect.relation(candidate)}\nwhere ${name} is null\nlimit 5`,
      message: `expected a value in the arrival column "${column}" of every row, found`,
      hint: 'fill it where the rows are loaded: a reader would never see such a row',
    },
  ]
}
