/** A relation to a select that gives each column as text in one normal form, the same from every database. */
import type { RelationState } from '../../core/database/warehouse-state.ts'
import type { Dialect } from '../../core/dialect.ts'
import { never } from '../../core/never.ts'
import type { Relation } from '../../core/relation.ts'
import type { AdapterName } from '../../core/target.ts'
import type { ComparedColumn } from './compare-columns.ts'
import { type Family, familyOf } from './family.ts'

interface CanonicalSource {
  readonly dialect: Dialect
  readonly relation: Relation
  readonly side: 'a' | 'b'
  readonly columns: readonly ComparedColumn[]
}

/** The name of a column, by its place, in every statement of a diff. */
export function cellName(index: number): string {
  return `c${index}`
}

/** Without columns there is one that holds nothing: rows can still be counted. */
export function canonicalSelect({ dialect, relation, side, columns }: CanonicalSource): string {
  const other = side === 'a' ? 'b' : 'a'
  const cells = columns.map((column, index) => {
    const cell = {
      name: dialect.quote(column[side].name),
      family: familyOf(column[side].dataType),
      other: familyOf(column[other].dataType),
    }
    return `${canonicalText(dialect.name, cell)} as ${cellName(index)}`
  })
  const list = cells.length === 0 ? [`'' as ${cellName(0)}`] : cells
  return `select\n  ${list.join(',\n  ')}\nfrom ${dialect.relation(relation)}`
}

interface Cell {
  readonly name: string
  readonly family: Family
  /** Of the other side: a date beside a timestamp is its midnight. */
  readonly other: Family
}

function canonicalText(database: AdapterName, { name, family, other }: Cell): string {
  switch (family) {
    case 'decimal':
      return decimalText(database, name)
    case 'double':
      return doubleText(database, name)
    case 'date':
      return other.startsWith('timestamp')
        ? `cast(cast(${name} as timestamp) as text)`
        : `cast(${name} as text)`
    // To the microsecond: DuckDB has timestamps of nanoseconds too.
    case 'timestamp':
      return `cast(cast(${name} as timestamp) as text)`
    case 'timestamptz':
      return `cast(${name} at time zone 'UTC' as text)`
    case 'bytes':
      return database === 'duckdb' ? `lower(hex(${name}))` : `encode(${name}, 'hex')`
    case 'json':
      return database === 'duckdb'
        ? `cast(${name} as text)`
        : `cast(cast(${name} as jsonb) as text)`
    case 'list':
    case 'struct':
      return database === 'duckdb'
        ? `cast(to_json(${name}) as text)`
        : `cast(to_jsonb(${name}) as text)`
    case 'integer':
    case 'boolean':
    case 'text':
    case 'time':
    case 'interval':
    case 'uuid':
      return `cast(${name} as text)`
    default:
      return `cast(${name} as text)`
  }
}

/** Without zeros at the end: 1.50 and 1.5 are the same number. */
function decimalText(database: AdapterName, name: string): string {
  switch (database) {
    case 'postgres':
      return `cast(trim_scale(${name}) as text)`
    case 'duckdb': {
      const text = `cast(${name} as text)`
      return `case when contains(${text}, '.') then rtrim(rtrim(${text}, '0'), '.') else ${text} end`
    }
    default:
      return never(database)
  }
}

/** Whole numbers as integers, since each database begins to write exponents elsewhere. */
function doubleText(database: AdapterName, name: string): string {
  const whole = `when abs(${name}) < 9e18 and ${name} = trunc(${name}) then cast(cast(${name} as bigint) as text)`
  switch (database) {
    case 'postgres':
      return `case ${whole} else cast(${name} as text) end`
    case 'duckdb':
      return `case ${whole} when isnan(${name}) then 'NaN' when isinf(${name}) then case when ${name} > 0 then 'Infinity' else '-Infinity' end else cast(${name} as text) end`
    default:
      return never(database)
  }
}

/**
 * Taken before the first read, so that no swap falls between it and the snapshot: a snapshot older than a swap finds
 * the table empty. undefined: readers need no lock.
 */
export function readLock(dialect: Dialect, states: readonly RelationState[]): string | undefined {
  const lockable = states.filter(({ kind }) => kind !== 'materialized view')
  if (dialect.name !== 'postgres' || lockable.length === 0) return undefined
  const names = lockable.map(({ relation }) => dialect.relation(relation)).join(', ')
  return `lock table ${names} in access share mode`
}
