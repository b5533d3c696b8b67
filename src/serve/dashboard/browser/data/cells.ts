/** Cells of rows as the server sends them: decimals and wide integers are texts, moments are UTC. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../../../core/json.ts'

export type Row = JsonObject

/** null: it has none, or it is no number. */
export function numberIn(row: Row | undefined, name: string): number | null {
  const cell = row?.[name]
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : null
  if (typeof cell !== 'string' || cell === '') return null
  const number = Number(cell)
  return Number.isFinite(number) ? number : null
}

/** Empty: it has none. */
export function textIn(row: Row | undefined, name: string): string {
  const cell = row?.[name]
  if (cell === undefined || cell === null) return ''
  return typeof cell === 'string' ? cell : JSON.stringify(cell)
}

export function isTrueIn(row: Row | undefined, name: string): boolean {
  return row?.[name] === true
}

/** `2025-03-01[ 10:00:00[.5][+00]]`, or as ISO 8601 has it, in UTC where it does not say; null: it is none. */
export function momentOf(text: string): Date | null {
  const [day = '', time = '00:00:00'] = text.split(/[ T]/)
  const zoned = /(?:Z|[+-]\d\d:?\d\d|[+-]\d\d)$/.test(time) ? time : `${time}Z`
  const moment = new Date(`${day}T${zoned.replace(/([+-]\d\d)$/, '$1:00')}`)
  return Number.isNaN(moment.getTime()) ? null : moment
}

/** Empty where there are none. */
export function rowsOf(value: Json | undefined): readonly Row[] {
  return isJsonArray(value) ? value.filter((each) => isJsonObject(each)) : []
}

export function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}
