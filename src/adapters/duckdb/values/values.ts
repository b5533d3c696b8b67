/** DuckDB values to the `SqlValue`s that every adapter gives for the same data. */
import {
  DuckDBArrayType,
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDecimalValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBMapType,
  DuckDBMapValue,
  DuckDBStructType,
  DuckDBStructValue,
  type DuckDBType,
  DuckDBTypeId,
  DuckDBUnionType,
  DuckDBUnionValue,
  type DuckDBValue,
} from '@duckdb/node-api'
import type { SqlValue, TableColumn } from '../../../core/adapter.ts'
import { temporalText } from './temporal-text.ts'

export function toSqlValue(value: DuckDBValue, type: DuckDBType): SqlValue {
  if (value === null) return null
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return fromNumber(value, type)
  if (typeof value === 'bigint') return fromBigInt(value)
  if (typeof value === 'string') return isJson(type) ? parseJson(value) : value
  return fromObject(value, type)
}

const kinds: ReadonlyMap<DuckDBTypeId, TableColumn['kind']> = new Map([
  [DuckDBTypeId.TINYINT, 'integer'],
  [DuckDBTypeId.SMALLINT, 'integer'],
  [DuckDBTypeId.INTEGER, 'integer'],
  [DuckDBTypeId.BIGINT, 'integer'],
  [DuckDBTypeId.HUGEINT, 'integer'],
  [DuckDBTypeId.UTINYINT, 'integer'],
  [DuckDBTypeId.USMALLINT, 'integer'],
  [DuckDBTypeId.UINTEGER, 'integer'],
  [DuckDBTypeId.UBIGINT, 'integer'],
  [DuckDBTypeId.UHUGEINT, 'integer'],
  [DuckDBTypeId.BIGNUM, 'integer'],
  [DuckDBTypeId.DECIMAL, 'decimal'],
  [DuckDBTypeId.FLOAT, 'double'],
  [DuckDBTypeId.DOUBLE, 'double'],
  [DuckDBTypeId.BOOLEAN, 'boolean'],
  [DuckDBTypeId.VARCHAR, 'text'],
  [DuckDBTypeId.UUID, 'text'],
  [DuckDBTypeId.DATE, 'date'],
  [DuckDBTypeId.TIMESTAMP, 'timestamp'],
  [DuckDBTypeId.TIMESTAMP_S, 'timestamp'],
  [DuckDBTypeId.TIMESTAMP_MS, 'timestamp'],
  [DuckDBTypeId.TIMESTAMP_NS, 'timestamp'],
  [DuckDBTypeId.TIMESTAMP_TZ, 'timestamp'],
])

export function tableColumn(name: string, type: DuckDBType): TableColumn {
  const kind = isJson(type) ? 'other' : (kinds.get(type.typeId) ?? 'other')
  return { name, dataType: type.alias ?? type.toString(), kind }
}

function isJson(type: DuckDBType): boolean {
  return type.alias === 'JSON'
}

function fromNumber(value: number, type: DuckDBType): SqlValue {
  if (!Number.isFinite(value)) return String(value)
  return type.typeId === DuckDBTypeId.FLOAT ? shortestFloat(value) : value
}

/** The shortest decimal that is this 32-bit float, as databases print it; widened it would have false digits. */
function shortestFloat(value: number): number {
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return Number(value.toPrecision(9))
}

function fromBigInt(value: bigint): SqlValue {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value.toString()
}

/** Text that is not JSON stays as it is: a JSON column may hold what an older DuckDB let in. */
function parseJson(text: string): SqlValue {
  try {
    const value: SqlValue = JSON.parse(text)
    return value
  } catch {
    return text
  }
}

type ObjectValue = Exclude<DuckDBValue, null | boolean | number | bigint | string>

function fromObject(value: ObjectValue, type: DuckDBType): SqlValue {
  if (value instanceof DuckDBDecimalValue) return value.toString()
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('hex')
  if (value instanceof DuckDBListValue) {
    const itemType = type instanceof DuckDBListType ? type.valueType : type
    return value.items.map((item) => toSqlValue(item, itemType))
  }
  if (value instanceof DuckDBArrayValue) {
    const itemType = type instanceof DuckDBArrayType ? type.valueType : type
    return value.items.map((item) => toSqlValue(item, itemType))
  }
  if (value instanceof DuckDBStructValue) return fromStruct(value, type)
  if (value instanceof DuckDBMapValue) return fromMap(value, type)
  if (value instanceof DuckDBUnionValue) {
    const member = type instanceof DuckDBUnionType ? type.memberTypeForTag(value.tag) : type
    return toSqlValue(value.value, member)
  }
  return temporalText(value) ?? value.toString()
}

function fromStruct(value: DuckDBStructValue, type: DuckDBType): SqlValue {
  const typeOf = (name: string) =>
    type instanceof DuckDBStructType ? type.typeForEntry(name) : type
  const entries = Object.entries(value.entries)
  return Object.fromEntries(entries.map(([name, item]) => [name, toSqlValue(item, typeOf(name))]))
}

/** Keys become text, since JSON has no others. */
function fromMap(value: DuckDBMapValue, type: DuckDBType): SqlValue {
  const { keyType, valueType } =
    type instanceof DuckDBMapType ? type : { keyType: type, valueType: type }
  const entries = value.entries.map((entry) => {
    const key = toSqlValue(entry.key, keyType)
    const name = typeof key === 'string' ? key : JSON.stringify(key)
    return [name, toSqlValue(entry.value, valueType)] as const
  })
  return Object.fromEntries(entries)
}
