/** The fields that a record must have and may have: what JSON can say of its columns; ranges and calendars are for cells. */
import type { JsonObject } from '../../core/json.ts'
import type { DeclaredColumn } from './cell.ts'
import { cellReason, type ToCell } from './cell-result.ts'
import { columnType } from './column-type.ts'
import type { DeadReason } from './dead-record.ts'

export interface RecordShape {
  readonly columns: readonly DeclaredColumn[]
  readonly extraFields: 'ignore' | 'dead_letter'
}

/** A schema of such records, to be published. */
export function shapeOf({ columns, extraFields }: RecordShape): JsonObject {
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

function valueSchema(dataType: string, isRequired: boolean): JsonObject {
  const types = typesOf(dataType)
  return { type: isRequired ? types : [...types, 'null'] }
}

const anything: readonly string[] = ['string', 'number', 'boolean', 'object', 'array']

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

export interface ReadColumn extends DeclaredColumn {
  readonly read: ToCell
}

/** By hand and not by the schema: compiling that takes longer than reading a file of thousands of records. */
export function shapeCheck(
  columns: readonly ReadColumn[],
  extraFields: RecordShape['extraFields'],
): (fields: JsonObject) => DeadReason | undefined {
  const declared = new Set(columns.map(({ name }) => name))
  const required = columns.filter(({ isRequired }) => isRequired)
  const checked = columns
    .map((column) => ({ ...column, types: typesOf(column.dataType) }))
    .filter(({ isRequired, types }) => isRequired || types !== anything)
  return (fields) => {
    for (const { name: field } of required) {
      if (Object.hasOwn(fields, field)) continue
      return { code: 'missing-field', message: `expected the field "${field}", found none`, field }
    }
    if (extraFields === 'dead_letter') {
      const field = Object.keys(fields).find((name) => !declared.has(name))
      if (field !== undefined) return strangeField(field)
    }
    for (const { name, isRequired, types, read } of checked) {
      const value = Object.hasOwn(fields, name) ? fields[name] : null
      if (value === undefined || value === null) {
        if (isRequired) return missingValue(name)
      } else if (!types.includes(typeof value)) {
        const cell = read(value, undefined)
        if (!cell.ok) return cellReason(cell, name)
      }
    }
    return undefined
  }
}

function strangeField(field: string): DeadReason {
  const message = `expected only declared fields, found "${field}"`
  return { code: 'unknown-field', message, field }
}

function missingValue(field: string): DeadReason {
  return { code: 'missing-field', message: `expected a value in "${field}", found null`, field }
}
