/** Reads a time as people write it: ISO 8601, a space in place of the T, UTC unless it has a zone. */

const written =
  /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(?::(\d{2})(\.\d{1,6})?\d*)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/

export interface Instant {
  /** To the second. */
  readonly date: Date
  /** Of the second, with its point; '' when none was written. */
  readonly fraction: string
  /** False: a day alone. */
  readonly hasTime: boolean
}

/** undefined when it is no time. */
export function parseInstant(text: string): Instant | undefined {
  const match = written.exec(text.trim())
  if (match === null) return undefined
  const [, day = '', minutes, seconds = '00', fraction = '', zone = 'Z'] = match
  const offset = /^[+-]\d{2}$/.test(zone) ? `${zone}:00` : zone.replace(/^(...)(\d\d)$/, '$1:$2')
  const date = new Date(`${day}T${minutes ?? '00:00'}:${seconds}${offset}`)
  // JavaScript makes the 2nd of March of the 30th of February.
  if (Number.isNaN(date.getTime())) return undefined
  if (!new Date(`${day}T00:00Z`).toISOString().startsWith(day)) return undefined
  return { date, fraction, hasTime: minutes !== undefined }
}
