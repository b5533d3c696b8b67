/** Numbers of a report as people read them: rates in per cent, their differences in points, the rest with four digits. */
import type { ReportRow } from './report-row.ts'

/** How the values of a metric are written. */
export type Unit = 'rate' | 'amount'

export function unitOf(row: ReportRow): Unit {
  return row['test'] === 'two_proportion' ? 'rate' : 'amount'
}

export function valueText(value: number | undefined, unit: Unit): string {
  if (value === undefined) return '-'
  return unit === 'rate' ? `${fixed(value * 100)}%` : amount(value)
}

/** With its sign. */
export function changeText(value: number | undefined, unit: Unit): string {
  if (value === undefined) return '-'
  return unit === 'rate' ? signed(fixed(value * 100)) : signed(amount(value))
}

/** `-2.06 to +3.33 points` */
export function rangeText(low: number | undefined, high: number | undefined, unit: Unit): string {
  if (low === undefined || high === undefined) return '-'
  return `${changeText(low, unit)} to ${changeText(high, unit)}${unit === 'rate' ? ' points' : ''}`
}

export function differenceText(value: number | undefined, unit: Unit): string {
  const text = changeText(value, unit)
  return unit === 'rate' && value !== undefined ? `${text} points` : text
}

export function shareText(value: number | undefined): string {
  return value === undefined ? '-' : `${amount(value * 100)}%`
}

export function relativeText(value: number | undefined): string {
  return value === undefined ? '-' : signed(`${fixed(value * 100)}%`)
}

export function probabilityText(value: number | undefined): string {
  if (value === undefined) return '-'
  return value < 0.0001 ? '<0.0001' : value.toFixed(4)
}

/** `= 0.0312` or `<0.0001`, as it stands behind a p. */
export function equalsProbability(value: number | undefined): string {
  const text = probabilityText(value)
  return text.startsWith('<') ? `< ${text.slice(1)}` : `= ${text}`
}

export function countText(value: number | undefined): string {
  return value === undefined ? '-' : new Intl.NumberFormat('en-US').format(value)
}

export function amount(value: number): string {
  if (value !== 0 && (Math.abs(value) >= 1e12 || Math.abs(value) < 1e-4))
    return value.toPrecision(4)
  const digits = { minimumSignificantDigits: 1, maximumSignificantDigits: 4 }
  const format = Math.abs(value) >= 1000 ? { maximumFractionDigits: 0 } : digits
  return new Intl.NumberFormat('en-US', format)
    .format(value)
    .replace('-0', Object.is(value, -0) ? '0' : '-0')
}

function fixed(value: number): string {
  const text = value.toFixed(2)
  return text === '-0.00' ? '0.00' : text
}

function signed(text: string): string {
  return text.startsWith('-') ? text : `+${text}`
}
