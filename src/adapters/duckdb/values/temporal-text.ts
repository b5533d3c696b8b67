/** Dates, times and intervals of DuckDB to the text every adapter gives: six digits of a fraction or none, zones in UTC. */
import {
  DuckDBDateValue,
  DuckDBIntervalValue,
  DuckDBTimeTZValue,
  DuckDBTimeValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api'

/** undefined for a value that is none of them. */
export function temporalText(value: DuckDBValue): string | undefined {
  if (value instanceof DuckDBTimestampTZValue) return zonedText(value)
  if (value instanceof DuckDBIntervalValue) return intervalText(value)
  const isPlain =
    value instanceof DuckDBDateValue ||
    value instanceof DuckDBTimeValue ||
    value instanceof DuckDBTimeTZValue ||
    value instanceof DuckDBTimestampValue ||
    value instanceof DuckDBTimestampSecondsValue ||
    value instanceof DuckDBTimestampMillisecondsValue ||
    value instanceof DuckDBTimestampNanosecondsValue
  return isPlain ? sixDigits(eraText(value.toString())) : undefined
}

/** The driver would print it in the time zone of the process. */
function zonedText({ micros }: DuckDBTimestampTZValue): string {
  const plain = new DuckDBTimestampValue(micros)
  const text = sixDigits(eraText(plain.toString()))
  if (!plain.isFinite) return text
  return text.endsWith(' BC') ? `${text.slice(0, -3)}+00 BC` : `${text}+00`
}

/** DuckDB has the era behind the day. */
function eraText(text: string): string {
  return text.replace(/^(.*?) \(BC\)(.*)$/, '$1$2 BC')
}

/** Nanoseconds that a microsecond cannot say keep nine digits. */
function sixDigits(text: string): string {
  return text.replace(/\.(\d+)/, (_, digits: string) => {
    return `.${digits.padEnd(digits.length > 6 ? 9 : 6, '0')}`
  })
}

function intervalText({ months, days, micros }: DuckDBIntervalValue): string {
  const parts = [
    ...counted(Math.trunc(months / 12), 'year'),
    ...counted(months % 12, 'mon'),
    ...counted(days, 'day'),
  ]
  return micros === 0n && parts.length > 0 ? parts.join(' ') : [...parts, clock(micros)].join(' ')
}

function counted(count: number, unit: string): readonly string[] {
  if (count === 0) return []
  return [`${count} ${unit}${count === 1 ? '' : 's'}`]
}

function clock(micros: bigint): string {
  const size = micros < 0n ? -micros : micros
  const seconds = size / 1_000_000n
  const two = (part: bigint) => part.toString().padStart(2, '0')
  const whole = `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}`
  const fraction = size % 1_000_000n
  const text = fraction === 0n ? whole : `${whole}.${fraction.toString().padStart(6, '0')}`
  return micros < 0n ? `-${text}` : text
}
