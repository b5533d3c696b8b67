/** The declaration of a table to a function from the text of a record to the cells of a row, or the reason why it is none. */
import type { DeadReason } from './dead-record.ts'
import type { Json, JsonObject } from '../../core/json.ts'
import type { RecordFault } from '../../core/load/load.ts'
import type { ListText } from '../../core/list-text.ts'
import { cellReader } from './cell.ts'
import { cellReason } from './cell-result.ts'
import { mayHoldOdd, oddityIn } from './characters.ts'
import { columnType } from './column-type.ts'
import { listed } from './listed.ts'
import { type ParsedRecord, parseRecord } from './parse-json.ts'
import { type RecordShape, shapeCheck } from './record-shape.ts'

/** The first fault of a value; undefined: it fits. */
export type CheckRecord = (value: Json) => RecordFault | undefined
export type CompileCheck = (schema: JsonObject) => CheckRecord

export interface RecordRules extends RecordShape {
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
  const checkOwn = rules.schema === undefined ? undefined : compile(rules.schema)
  const columns = rules.columns.map((column) => ({
    ...column,
    read: cellReader(column.dataType, rules.listText),
    isJson: columnType(column.dataType).kind === 'json',
  }))
  const checkShape = shapeCheck(columns, rules.extraFields)
  const declared = new Set(rules.columns.map(({ name }) => name))
  const nulls = new Set(rules.nullValues)
  const toRow = ({ fields, written }: ParsedRecord, mayHoldOddities: boolean): ReadRecord => {
    const cells: (string | null)[] = []
    for (const { name, read, isJson } of columns) {
      const value = Object.hasOwn(fields, name) ? (fields[name] ?? null) : null
      const cell = read(value, written?.get(name))
      if (!cell.ok) return { ok: false, reason: cellReason(cell, name) }
      const { text } = cell
      const reason = mayHoldOddities && text !== null ? oddityIn(text, { name, isJson }) : undefined
      if (reason !== undefined) return { ok: false, reason }
      cells.push(text)
    }
    const names = Object.keys(fields)
    const extra = names.filter((name) => !declared.has(name))
    if (declared.size > 0 && extra.length === names.length) {
      return { ok: false, reason: strangerReason(names, [...declared]) }
    }
    return { ok: true, cells, extra }
  }
  return (text) => {
    const parsed = parseRecord(text)
    if (!parsed.ok) return parsed
    const record = withoutNullValues(parsed.record, nulls)
    const reason = checkShape(record.fields)
    if (reason !== undefined) return { ok: false, reason }
    const ownFault = checkOwn?.(record.fields)
    if (ownFault !== undefined) return { ok: false, reason: ownReasonOf(ownFault) }
    return toRow(record, mayHoldOdd(text))
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
