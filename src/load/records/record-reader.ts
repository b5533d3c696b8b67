/** The declaration of a table to a function from the text of a record to the cells of a row, or the reason why it is none. */
import type { DeadReason } from './dead-record.ts'
import { isJsonArray, type Json, type JsonObject } from '../../core/json.ts'
import type { RecordFault } from '../../core/load/load.ts'
import type { ListText } from '../../core/list-text.ts'
import { cellReader, type DeclaredColumn } from './cell.ts'
import { cut, type ToCell } from './cell-result.ts'
import { halfCharacter, halfCharacterReason, holdsNul, nulReason } from './characters.ts'
import { columnType } from './column-type.ts'
import { listed } from './listed.ts'
import { type ParsedRecord, parseRecord } from './parse-json.ts'

/** The first fault of a value; undefined: it fits. */
export type CheckRecord = (value: Json) => RecordFault | undefined
export type CompileCheck = (schema: JsonObject) => CheckRecord

export interface RecordRules {
  readonly columns: readonly DeclaredColumn[]
  readonly extraFields: 'ignore' | 'dead_letter'
  /** Texts that mean NULL, in files whose values are all text. */
  readonly nullValues: readonly string[]
  /** How the database writes the text of a list. */
  readonly listText: ListText
  /** The project's own schema of the record; undefined: none. */
  readonly schema: JsonObject | undefined
}

export type ReadRecord =
  | {
      readonly ok: true
      readonly cells: readonly (string | null)[]
      /** Fields that are not declared. */
      readonly extra: readonly string[]
    }
  | { readonly ok: false; readonly reason: DeadReason }

export type RecordReader = (text: string) => ReadRecord

export function recordReader(rules: RecordRules, compile: CompileCheck): RecordReader {
  const check = compile(shapeOf(rules))
  const checkOwn = rules.schema === undefined ? undefined : compile(rules.schema)
  const columns = rules.columns.map((column) => ({
    ...column,
    read: cellReader(column.dataType, rules.listText),
    isJson: columnType(column.dataType).kind === 'json',
  }))
  const readers = new Map(columns.map(({ name, read }) => [name, read]))
  const declared = new Set(rules.columns.map(({ name }) => name))
  const nulls = new Set(rules.nullValues)
  const toRow = ({ fields, written }: ParsedRecord): ReadRecord => {
    const cells: (string | null)[] = []
    for (const { name, read, isJson } of columns) {
      const value = Object.hasOwn(fields, name) ? (fields[name] ?? null) : null
      const cell = read(value, written?.get(name))
      if (!cell.ok) {
        const message = `${cell.message} in "${name}"`
        return { ok: false, reason: { code: cell.code, message, field: name } }
      }
      if (cell.text !== null && holdsNul(cell.text, isJson)) {
        return { ok: false, reason: nulReason(name) }
      }
      if (cell.text !== null && halfCharacter.test(cell.text)) {
        return { ok: false, reason: halfCharacterReason(name) }
      }
      cells.push(cell.text)
    }
    const extra = Object.keys(fields).filter((name) => !declared.has(name))
    return { ok: true, cells, extra }
  }
  return (text) => {
    const parsed = parseRecord(text)
    if (!parsed.ok) return parsed
    const record = withoutNullValues(parsed.record, nulls)
    const fault = check(record.fields)
    if (fault !== undefined) return { ok: false, reason: reasonOf(fault, record.fields, readers) }
    const ownFault = checkOwn?.(record.fields)
    if (ownFault !== undefined) return { ok: false, reason: ownReasonOf(ownFault) }
    const names = Object.keys(record.fields)
    if (declared.size > 0 && !names.some((name) => declared.has(name))) {
      return { ok: false, reason: strangerReason(names, [...declared]) }
    }
    return toRow(record)
  }
}

function withoutNullValues(record: ParsedRecord, nulls: ReadonlySet<string>): ParsedRecord {
  if (nulls.size === 0) return record
  const entries = Object.entries(record.fields).map(([name, value]): readonly [string, Json] => [
    name,
    typeof value === 'string' && nulls.has(value) ? null : value,
  ])
  return { ...record, fields: Object.fromEntries(entries) }
}

/** What JSON can say of the columns; ranges and calendars are checked cell by cell. */
export function shapeOf({ columns, extraFields }: RecordRules): JsonObject {
  const required = columns.filter(({ isRequired }) => isRequired).map(({ name }) => name)
  return {
    type: 'object',
    properties: Object.fromEntries(
      columns.map(({ name, dataType, isRequired }) => [name, valueSchema(dataType, isRequired)]),
    ),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: extraFields === 'ignore',
  }
}

const anything = ['string', 'number', 'boolean', 'object', 'array'] as const

function valueSchema(dataType: string, isRequired: boolean): JsonObject {
  const types = typesOf(dataType)
  return { type: isRequired ? types : [...types, 'null'] }
}

function typesOf(dataType: string): readonly string[] {
  const { kind } = columnType(dataType)
  switch (kind) {
    case 'integer':
    case 'decimal':
    case 'double':
      return ['number', 'string']
    case 'boolean':
      return ['boolean', 'string', 'number']
    case 'date':
    case 'timestamp':
    case 'timestamptz':
    case 'uuid':
      return ['string']
    case 'list':
    case 'json':
    case 'text':
    case 'other':
      return anything
    default:
      return kind
  }
}

function reasonOf(
  { keyword, path, rule, property }: RecordFault,
  fields: JsonObject,
  readers: ReadonlyMap<string, ToCell>,
): DeadReason {
  const field = property ?? path[0] ?? ''
  if (keyword === 'required') {
    return { code: 'missing-field', message: `expected the field "${field}", found none`, field }
  }
  if (keyword === 'additionalProperties') {
    const message = `expected only declared fields, found "${field}"`
    return { code: 'unknown-field', message, field }
  }
  const value = fields[field] ?? null
  if (value === null) {
    return { code: 'missing-field', message: `expected a value in "${field}", found null`, field }
  }
  const cell = readers.get(field)?.(value, undefined)
  if (cell?.ok === false) {
    return { code: cell.code, message: `${cell.message} in "${field}"`, field }
  }
  const types: Json = JSON.parse(rule)
  const names = (isJsonArray(types) ? types : [types]).filter((name) => typeof name === 'string')
  const found = cut(JSON.stringify(value))
  const message = `expected ${names.filter((name) => name !== 'null').join(' or ')} in "${field}", found ${found}`
  return { code: 'wrong-type', message, field }
}

/** It would be a row of nothing but NULL. */
function strangerReason(fields: readonly string[], declared: readonly string[]): DeadReason {
  const other = declared.find((name) =>
    fields.some((field) => field.toLowerCase() === name.toLowerCase()),
  )
  const hint = other === undefined ? '' : ` (a name is the same only in the same case: "${other}")`
  return {
    code: 'no-declared-field',
    message: `expected a field that is declared, found ${fields.length === 0 ? 'no field' : `only ${listed(fields)}`}${hint}`,
  }
}

function ownReasonOf({ keyword, path, rule, property }: RecordFault): DeadReason {
  const field = [...path, ...(property === undefined ? [] : [property])].join('.')
  const shown = rule.length <= 80 ? rule : `${rule.slice(0, 80)}...`
  const message = `expected "${field}" to meet "${keyword}": ${shown}, found that it does not`
  return { code: 'breaks-schema', message, ...(field === '' ? {} : { field }) }
}
