/** Rows that a generator yields to text cells in the order of the columns; what is missing, unknown or of another type is a fault. */
import {
  type Diagnostic,
  errorDiagnostic,
  nearestName,
  type SourceSpan,
} from '../../../core/diagnostic.ts'
import type { WrittenColumn } from '../../../core/node.ts'
import type { AdapterName } from '../../../core/target.ts'
import { type Encode, encoderOf } from './encode-value.ts'
import { valueKind } from './value-kinds.ts'

export interface RowEncoder {
  /** `number`: which of the rows it is, from 1. */
  encode(row: unknown, number: number): RowOutcome
}

export type RowOutcome =
  | { readonly ok: true; readonly cells: readonly (string | null)[] }
  | { readonly ok: false; readonly fault: Diagnostic }

export interface EncodedModel {
  readonly name: string
  readonly columns: readonly (WrittenColumn & { readonly span: SourceSpan })[]
  readonly adapter: AdapterName
  /** Where the model is defined. */
  readonly span: SourceSpan
}

export function createRowEncoder({ name, columns, adapter, span }: EncodedModel): RowEncoder {
  const encoders = columns.map((column) => ({
    column,
    encode: encoderOf(valueKind(column.dataType), adapter),
  }))
  const names = columns.map((column) => column.name)
  const known = new Set(names)
  const refuse = (
    fault: Pick<Diagnostic, 'message'> & { readonly hint?: string | undefined },
    place = span,
  ): RowOutcome => ({
    ok: false,
    fault: errorDiagnostic({ code: 'invalid-row', span: place, ...fault }),
  })
  return {
    encode(row, number) {
      const of = `in row ${number} of "${name}"`
      if (!isRow(row)) {
        return refuse({ message: `expected an object ${of}, found ${describeOutput(row)}` })
      }
      const cells: (string | null)[] = []
      for (const { column, encode } of encoders) {
        const value = row[column.name]
        if (value === undefined) {
          return refuse(missing(column.name, of, unknownIn(row, known)), column.span)
        }
        const cell = cellOf(value, column, encode)
        if (!cell.ok) {
          return refuse(
            {
              message: `expected ${cell.expected} for "${column.name}" (${column.dataType}) ${of}, found ${describeOutput(value)}`,
              hint: cell.hint,
            },
            column.span,
          )
        }
        cells.push(cell.text)
      }
      const keys = Object.keys(row)
      if (keys.length === names.length) return { ok: true, cells }
      const [unknown] = unknownIn(row, known)
      if (unknown === undefined) return { ok: true, cells }
      const nearest = nearestName(unknown, names)
      return refuse({
        message: `expected a column of "${name}" ${of.replace(` of "${name}"`, '')}, found "${unknown}"`,
        hint:
          nearest === undefined
            ? `declare it under "columns", or leave it out; there are ${names.join(', ')}`
            : `did you mean "${nearest}"?`,
      })
    },
  }
}

function unknownIn(
  row: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
): readonly string[] {
  return Object.keys(row).filter((key) => !known.has(key))
}

/** A field of another name is most likely the value that is missing. */
function missing(column: string, of: string, unknown: readonly string[]) {
  const message = `expected a value for "${column}" ${of}, found none`
  const nearest = nearestName(column, unknown)
  if (nearest !== undefined) {
    const found = `expected a value for "${column}" ${of}, found "${nearest}"`
    return { message: found, hint: `did you mean "${column}" instead of "${nearest}"?` }
  }
  const [other] = unknown
  return other === undefined
    ? { message, hint: 'write null where there is none' }
    : {
        message: `${message}, but "${other}", which is no column`,
        hint: 'write null where there is none',
      }
}

type Cell =
  | { readonly ok: true; readonly text: string | null }
  | { readonly ok: false; readonly expected: string; readonly hint?: string }

function cellOf(value: unknown, { isNullable }: WrittenColumn, encode: Encode): Cell {
  if (value !== null) return encode(value)
  return isNullable ? { ok: true, text: null } : { ok: false, expected: 'a value' }
}

function isRow(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Short, whatever it is. */
function describeOutput(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? 'an invalid Date' : `the Date ${value.toISOString()}`
  }
  if (typeof value === 'string') {
    const short = value.length > 40 ? `${value.slice(0, 40)}..` : value
    return `the text ${JSON.stringify(short)}`
  }
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value}`
  if (typeof value === 'boolean') return String(value)
  if (value === undefined) return 'nothing'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
