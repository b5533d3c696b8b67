/** Postgres's text of a value to the `SqlValue`s that every adapter gives for the same data. */
import type { SqlValue, TableColumn } from '../../../core/adapter.ts'
import { arrayItems, type ArrayItem } from './array-text.ts'
import { intervalText, sixDigits, zonedText } from './temporal-text.ts'

type Parse = (text: string) => SqlValue

interface TypeFacts {
  readonly kind: TableColumn['kind']
  /** Without a modifier, as `format_type` spells it. */
  readonly name: string
  readonly parse: Parse
  readonly arrayOid: number
}

const asText: Parse = (text) => text

/** By OID: those of Postgres's own types never change. */
const types: ReadonlyMap<number, TypeFacts> = new Map<number, TypeFacts>([
  [16, { kind: 'boolean', name: 'boolean', parse: (text) => text === 't', arrayOid: 1000 }],
  [17, { kind: 'other', name: 'bytea', parse: (text) => text.slice(2), arrayOid: 1001 }],
  [20, { kind: 'integer', name: 'bigint', parse: parseInteger, arrayOid: 1016 }],
  [21, { kind: 'integer', name: 'smallint', parse: parseInteger, arrayOid: 1005 }],
  [23, { kind: 'integer', name: 'integer', parse: parseInteger, arrayOid: 1007 }],
  [26, { kind: 'integer', name: 'oid', parse: parseInteger, arrayOid: 1028 }],
  [25, { kind: 'text', name: 'text', parse: asText, arrayOid: 1009 }],
  [18, { kind: 'text', name: '"char"', parse: asText, arrayOid: 1002 }],
  [19, { kind: 'text', name: 'name', parse: asText, arrayOid: 1003 }],
  [1042, { kind: 'text', name: 'character', parse: asText, arrayOid: 1014 }],
  [1043, { kind: 'text', name: 'character varying', parse: asText, arrayOid: 1015 }],
  [2950, { kind: 'text', name: 'uuid', parse: asText, arrayOid: 2951 }],
  [114, { kind: 'other', name: 'json', parse: parseJson, arrayOid: 199 }],
  [3802, { kind: 'other', name: 'jsonb', parse: parseJson, arrayOid: 3807 }],
  [700, { kind: 'double', name: 'real', parse: parseDouble, arrayOid: 1021 }],
  [701, { kind: 'double', name: 'double precision', parse: parseDouble, arrayOid: 1022 }],
  [1700, { kind: 'decimal', name: 'numeric', parse: asText, arrayOid: 1231 }],
  [1082, { kind: 'date', name: 'date', parse: asText, arrayOid: 1182 }],
  [1083, { kind: 'other', name: 'time without time zone', parse: sixDigits, arrayOid: 1183 }],
  [1266, { kind: 'other', name: 'time with time zone', parse: sixDigits, arrayOid: 1270 }],
  [
    1114,
    { kind: 'timestamp', name: 'timestamp without time zone', parse: sixDigits, arrayOid: 1115 },
  ],
  [1184, { kind: 'timestamp', name: 'timestamp with time zone', parse: zonedText, arrayOid: 1185 }],
  [1186, { kind: 'other', name: 'interval', parse: intervalText, arrayOid: 1187 }],
])

const arrays: ReadonlyMap<number, Parse> = new Map(
  [...types.values()].map(({ arrayOid, parse }) => [
    arrayOid,
    (text: string) => parseArray(text, parse),
  ]),
)

/** For the driver: how the text of a type is read. Types it does not know stay text. */
export function parserOf(oid: number): Parse {
  return types.get(oid)?.parse ?? arrays.get(oid) ?? asText
}

export function kindOf(oid: number): TableColumn['kind'] {
  return types.get(oid)?.kind ?? 'other'
}

/** undefined: the database has to be asked, for the modifier or for a type of its own. */
export function plainTypeName(oid: number, modifier: number): string | undefined {
  return modifier === -1 ? types.get(oid)?.name : undefined
}

function parseInteger(text: string): SqlValue {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : text
}

/** `NaN`, `Infinity` and `-Infinity` stay text: JSON has no such numbers. */
function parseDouble(text: string): SqlValue {
  const number = Number(text)
  return Number.isFinite(number) ? number : text
}

function parseJson(text: string): SqlValue {
  const value: SqlValue = JSON.parse(text)
  return value
}

function parseArray(text: string, parse: Parse): SqlValue {
  const read = (item: ArrayItem): SqlValue => {
    if (item === null) return null
    return typeof item === 'string' ? parse(item) : item.map(read)
  }
  return arrayItems(text).map(read)
}
