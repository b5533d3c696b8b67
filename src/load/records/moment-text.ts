/** Dates and times as people and machines write them to one form that every database reads alike. */

const datePattern = /^(\d{4})-(\d{2})-(\d{2})$/
const timePattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*([Zz]|UTC|[+-]\d{2}(?::?\d{2})?)?$/

/** undefined when it is no day of the calendar. */
export function dateText(text: string): string | undefined {
  const match = datePattern.exec(text)
  return match !== null && isDay(match) ? text : undefined
}

/** Year, month and day are the first that a pattern has found. Read by index: each record of a file comes by. */
function isDay(match: RegExpExecArray): boolean {
  const month = Number(match[2])
  const day = Number(match[3])
  if (month < 1 || month > 12 || day < 1 || day > 31) return false
  const year = Number(match[1])
  return year > 0 && (day <= 28 || day <= daysIn(year, month))
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return isLeap ? 29 : 28
}

/**
 * A zone is reckoned to UTC and written as `+00` or left out: of a zone behind a time without one Postgres makes nothing
 * and DuckDB does. Without a zone a time stays as it is. To the microsecond, which is cut and not rounded.
 */
export function timestampText(
  text: string,
  { keepsZone }: { readonly keepsZone: boolean },
): string | undefined {
  const match = timePattern.exec(text)
  if (match === null || !isDay(match)) return undefined
  const date = text.slice(0, 10)
  const hour = match[4] ?? '00'
  const minute = match[5] ?? '00'
  const second = match[6] ?? '00'
  const micros = match[7]?.slice(0, 6).replace(/0+$/, '') ?? ''
  const zone = match[8]
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const tail = micros === '' ? '' : `.${micros}`
  if (zone === undefined) return `${date} ${hour}:${minute}:${second}${tail}`
  const offset = offsetMinutes(zone)
  if (offset === undefined) return undefined
  const ending = `${tail}${keepsZone ? '+00' : ''}`
  if (offset === 0) return `${date} ${hour}:${minute}:${second}${ending}`
  const local = Date.parse(`${date}T${hour}:${minute}:${second}Z`)
  const utc = new Date(local - offset * 60_000).toISOString()
  // The years before 1 and beyond 9999 are written with a sign.
  if (!/^\d{4}-/.test(utc) || utc.startsWith('0000')) return undefined
  return `${utc.slice(0, 10)} ${utc.slice(11, 19)}${ending}`
}

function offsetMinutes(zone: string): number | undefined {
  if (/^(?:z|utc)$/i.test(zone)) return 0
  const [, sign, hours = '', minutes = '00'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? []
  if (Number(hours) > 15 || Number(minutes) > 59) return undefined
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}
