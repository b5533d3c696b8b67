/** A column of one database to the column of another that holds the same values, and the text that carries them over. */
import type { Dialect } from '../../../core/dialect.ts'
import type { Column } from '../../../core/relation.ts'

export interface CarriedColumn {
  readonly name: string
  /** In the other database. */
  readonly dataType: string
  /** In the database it comes from: gives a value whose text the other one casts to the same value. */
  readonly expression: string
  /** What is not the same there; undefined: nothing. */
  readonly note: string | undefined
}

/** What the values of a bare `numeric` need, as measured in the snapshot. */
export interface NumericNeed {
  /** Digits before the point, at most. */
  readonly integerDigits: number
  readonly scale: number
  /** NaN or infinity is among them. */
  readonly hasSpecial: boolean
}

const mostDigits = 38
/** Decimals of a bare numeric where that is enough: the same type whatever rows the day has. */
const usualScale = 18

export function carryColumn(
  column: Column,
  from: Dialect,
  to: Dialect['name'],
  need?: NumericNeed,
): CarriedColumn {
  const name = from.quote(column.name)
  const plain = { name: column.name, expression: name, note: undefined }
  if (from.name === to) return { ...plain, dataType: column.dataType }
  const carried =
    to === 'duckdb' ? toDuckdb(column, name, need) : toPostgres(column.dataType.toUpperCase(), name)
  return { ...plain, ...carried }
}

type Carried = Pick<CarriedColumn, 'dataType'> &
  Partial<Pick<CarriedColumn, 'expression'>> & { readonly note?: string }

const duckdbTypes: Readonly<Partial<Record<string, string>>> = {
  boolean: 'BOOLEAN',
  smallint: 'SMALLINT',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  oid: 'BIGINT',
  real: 'FLOAT',
  'double precision': 'DOUBLE',
  text: 'VARCHAR',
  name: 'VARCHAR',
  '"char"': 'VARCHAR',
  uuid: 'UUID',
  json: 'JSON',
  jsonb: 'JSON',
  'time without time zone': 'TIME',
  interval: 'INTERVAL',
}

function toDuckdb({ dataType }: Column, name: string, need: NumericNeed | undefined): Carried {
  const known = duckdbTypes[dataType]
  if (known !== undefined) return { dataType: known }
  if (dataType.startsWith('character')) return { dataType: 'VARCHAR' }
  if (dataType.startsWith('interval')) return { dataType: 'INTERVAL' }
  if (/^time\(\d\) without/.test(dataType)) return { dataType: 'TIME' }
  if (/^date$|^timestamp/.test(dataType)) {
    const type = dataType.includes('with time zone') ? 'TIMESTAMPTZ' : 'TIMESTAMP'
    const expression = `regexp_replace(cast(${name} as text), '^(\\d+-\\d+-\\d+)(.*) BC$', '\\1 (BC)\\2')`
    return { dataType: dataType === 'date' ? 'DATE' : type, expression }
  }
  if (dataType === 'bytea') {
    const expression = `regexp_replace(encode(${name}, 'hex'), '(..)', '\\x\\1', 'g')`
    return { dataType: 'BLOB', expression }
  }
  if (dataType.startsWith('numeric')) return numericToDuckdb(dataType, need)
  if (dataType.endsWith('[]')) {
    return { dataType: 'JSON', expression: `to_json(${name})`, note: `${dataType} as JSON` }
  }
  return { dataType: 'VARCHAR', note: `${dataType} as text` }
}

function numericToDuckdb(dataType: string, need: NumericNeed | undefined): Carried {
  const [, precision = '0', scale = '0'] = /\((\d+),(-?\d+)\)/.exec(dataType) ?? []
  const [digits, decimals] = [Number(precision), Number(scale)]
  const isDeclared = digits > 0 && digits <= mostDigits && decimals >= 0 && decimals <= digits
  if (isDeclared && need?.hasSpecial !== true) return { dataType: `DECIMAL(${digits},${decimals})` }
  const asText = { dataType: 'VARCHAR', note: `${dataType} as text` }
  if (need === undefined || need.hasSpecial) return asText
  const room = mostDigits - need.integerDigits
  if (need.scale > room) return asText
  const chosen = need.scale <= usualScale && usualScale <= room ? usualScale : need.scale
  const type = `DECIMAL(${mostDigits},${chosen})`
  return { dataType: type, note: `${dataType} as ${type.toLowerCase()}` }
}

/** True for a type whose need must be measured before it can be carried to DuckDB. */
export function needsMeasuring({ dataType }: Column): boolean {
  return dataType.startsWith('numeric')
}

const postgresTypes: Readonly<Partial<Record<string, string>>> = {
  BOOLEAN: 'boolean',
  TINYINT: 'smallint',
  SMALLINT: 'smallint',
  INTEGER: 'integer',
  BIGINT: 'bigint',
  HUGEINT: 'numeric',
  UTINYINT: 'smallint',
  USMALLINT: 'integer',
  UINTEGER: 'bigint',
  UBIGINT: 'numeric(20,0)',
  UHUGEINT: 'numeric',
  BIGNUM: 'numeric',
  FLOAT: 'real',
  DOUBLE: 'double precision',
  VARCHAR: 'text',
  DATE: 'date',
  TIME: 'time',
  'TIME WITH TIME ZONE': 'time with time zone',
  TIMESTAMP: 'timestamp',
  TIMESTAMP_S: 'timestamp',
  TIMESTAMP_MS: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'timestamptz',
  INTERVAL: 'interval',
  UUID: 'uuid',
}

function toPostgres(dataType: string, name: string): Carried {
  const known = postgresTypes[dataType]
  if (known !== undefined) {
    const isDated = /^(?:DATE|TIMESTAMP)/.test(dataType)
    const zoned = dataType === 'TIMESTAMP WITH TIME ZONE'
    // The zone would stand behind the era; the text of a session in UTC needs none.
    const text = zoned
      ? `case when isfinite(${name}) then cast(timezone('UTC', ${name}) as text) || '+00' else cast(${name} as text) end`
      : `cast(${name} as text)`
    if (!isDated) return { dataType: known }
    return {
      dataType: known,
      expression: `case when ${text} like '%(BC)%' then replace(${text}, ' (BC)', '') || ' BC' else ${text} end`,
    }
  }
  if (dataType.startsWith('DECIMAL')) return { dataType: dataType.replace('DECIMAL', 'numeric') }
  if (dataType === 'BLOB') return { dataType: 'bytea', expression: `'\\x' || hex(${name})` }
  if (dataType === 'JSON') return { dataType: 'jsonb' }
  if (/\[\d*\]$|^(?:STRUCT|MAP)\(/.test(dataType)) {
    return { dataType: 'jsonb', expression: `to_json(${name})`, note: 'nested values as jsonb' }
  }
  return { dataType: 'text', note: `${dataType.toLowerCase()} as text` }
}
