/** Times and intervals as Postgres prints them to the text every adapter gives: six digits of a fraction or none, zones in UTC. */

export function sixDigits(text: string): string {
  return text.replace(/\.(\d+)/, (_, digits: string) => `.${digits.padEnd(6, '0')}`)
}

const zoned =
  /^(\d+)-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d+))?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?( BC)?$/

/** The session's zone says how it was printed; `infinity` passes. */
export function zonedText(text: string): string {
  if (text.endsWith('+00')) return sixDigits(text)
  const match = zoned.exec(text)
  if (match === null) return text
  const [, year, month, day, hour, minute, second, fraction] = match
  const offsetSeconds =
    Number(match[9]) * 3600 + Number(match[10] ?? 0) * 60 + Number(match[11] ?? 0)
  const sign = match[8] === '-' ? -1 : 1
  const isBeforeChrist = match[12] !== undefined
  const date = new Date(0)
  // Year 1 BC is year 0 of a Date.
  date.setUTCFullYear(
    isBeforeChrist ? 1 - Number(year) : Number(year),
    Number(month) - 1,
    Number(day),
  )
  date.setUTCHours(Number(hour), Number(minute), Number(second) - sign * offsetSeconds)
  return utcText(date, fraction)
}

function utcText(date: Date, fraction: string | undefined): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const fullYear = date.getUTCFullYear()
  const year = String(fullYear > 0 ? fullYear : 1 - fullYear).padStart(4, '0')
  const day = `${year}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
  const tail = fraction === undefined ? '' : `.${fraction.padEnd(6, '0')}`
  return `${day} ${time}${tail}+00${fullYear > 0 ? '' : ' BC'}`
}

/** A unit is plural unless it is exactly 1; Postgres says `-1 days` and so do we. */
export function intervalText(text: string): string {
  return sixDigits(text)
}
