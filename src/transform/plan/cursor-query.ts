/** What `new_rows` and `touched_keys` stand for: a parenthesised query of the rows or keys that are not consumed yet. */
import type { Dialect } from '../../core/dialect.ts'
import type { Column } from '../../core/relation.ts'

/** The part of an upstream that one build reads: low < x <= high, fixed before its statements. */
export type Interval =
  | {
      readonly kind: 'arrival'
      /** With its type in the database. */
      readonly column: Column
      /** In the database's text form; undefined: from the first row. */
      readonly low: string | undefined
      /** undefined: the upstream is empty. */
      readonly high: string | undefined
    }
  | {
      /** Of the upstream's change feed, by version. */
      readonly kind: 'changes'
      readonly relationKey: string
      readonly epoch: string
      readonly low: number
      readonly high: number
    }

export interface CursorQuery {
  readonly dialect: Dialect
  /** The upstream as it stands in SQL. */
  readonly from: string
  /** undefined: all rows. */
  readonly interval: Interval | undefined
  /** Of `touched_keys`, with their types; undefined for `new_rows`. */
  readonly key: readonly Column[] | undefined
}

/** How the columns of a key stand in the change feed. */
export function keyColumnsText(key: readonly string[]): string {
  return JSON.stringify(key)
}

export function cursorQuery({ dialect, from, interval, key }: CursorQuery): string {
  if (interval?.kind === 'changes') return changesQuery(dialect, interval, key ?? [])
  const columns = key?.map((column) => dialect.quote(column.name)).join(', ')
  const what = columns === undefined ? 'select *' : `select distinct ${columns}`
  const where = interval === undefined ? '' : ` where ${arrivalCondition(dialect, interval)}`
  return `(${what} from ${from}${where})`
}

type ArrivalInterval = Extract<Interval, { readonly kind: 'arrival' }>

function arrivalCondition(dialect: Dialect, { column, low, high }: ArrivalInterval): string {
  if (high === undefined) return 'false'
  const name = dialect.quote(column.name)
  const typed = (value: string) => `cast(${dialect.literal(value)} as ${column.dataType})`
  const above = low === undefined ? [] : [`${name} > ${typed(low)}`]
  return [...above, `${name} <= ${typed(high)}`].join(' and ')
}

function changesQuery(
  dialect: Dialect,
  interval: Extract<Interval, { readonly kind: 'changes' }>,
  key: readonly Column[],
): string {
  const columns = key.map(
    (column, index) =>
      `cast(key_values[${index + 1}] as ${column.dataType}) as ${dialect.quote(column.name)}`,
  )
  const conditions = [
    `relation_key = ${dialect.literal(interval.relationKey)}`,
    `epoch = ${dialect.literal(interval.epoch)}`,
    `key_columns = ${dialect.literal(keyColumnsText(key.map((column) => column.name)))}`,
    `version > ${interval.low}`,
    `version <= ${interval.high}`,
  ]
  return `(select distinct ${columns.join(', ')} from _assay.changes where ${conditions.join(' and ')})`
}
