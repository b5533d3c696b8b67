/** Numbers and moments as people read them; the number itself stays beside what is shown. */
import { momentOf, numberIn, type Row } from '../data/cells.ts'
import { element } from './element.ts'

export type Format = (value: number) => string

const counts = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 })
const decimals = new Intl.NumberFormat(undefined, {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
})
const percents = new Intl.NumberFormat(undefined, {
  style: 'percent',
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
})
const axisPercents = new Intl.NumberFormat(undefined, {
  style: 'percent',
  maximumFractionDigits: 2,
})
const significant = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 4 })
/** Below each other they end alike. */
const figures = new Intl.NumberFormat(undefined, {
  minimumSignificantDigits: 4,
  maximumSignificantDigits: 4,
})
const shortDecimals = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 })
const shortPercents = new Intl.NumberFormat(undefined, {
  style: 'percent',
  maximumFractionDigits: 1,
})
const moments = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
})
const days = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' })

export const asCount: Format = (value) => counts.format(value)
export const asMoney: Format = (value) => decimals.format(value)
export const asPercent: Format = (value) => percents.format(value)
/** On an axis: no more digits than it needs. */
export const asAxisPercent: Format = (value) => axisPercents.format(value)
/** In a sentence: nobody is certain. */
export const asShortChance: Format = (value) =>
  value > 0.999
    ? `over ${shortPercents.format(0.999)}`
    : value < 0.001
      ? `under ${shortPercents.format(0.001)}`
      : shortPercents.format(value)
/** A p-value: nobody asks how far below the last digit it is. */
export const asChance: Format = (value) =>
  value < 1e-4 ? `< ${significant.format(1e-4)}` : asNumber(value)
/** Four figures, more of what stands before the point. */
export const asNumber: Format = (value) =>
  Number.isInteger(value) || Math.abs(value) >= 1000 ? counts.format(value) : figures.format(value)
/** On an axis: no more digits than it needs. */
export const asAxisNumber: Format = (value) =>
  Math.abs(value) >= 1000 ? counts.format(value) : significant.format(value)
export const asAxisMoney: Format = (value) => shortDecimals.format(value)
export const asAxisPoints: Format = (value) => `${shortDecimals.format(100 * value)} pp`
/** Between two percentages. */
export const asPoints: Format = (value) => `${decimals.format(100 * value)} pp`
/** Beside others that say so. */
export const asBarePoints: Format = (value) => decimals.format(100 * value)
export const asSigned =
  (format: Format): Format =>
  (value) =>
    value > 0 ? `+${format(value)}` : format(value)

export function asMoment(text: string): string {
  const moment = momentOf(text)
  return moment === null ? text : `${moments.format(moment)} UTC`
}

/** `Mar 14, 2025`, in UTC. */
export function asDay(text: string): string {
  const moment = momentOf(text)
  return moment === null ? text : days.format(moment)
}

export function asWindow(text: string, window: 'day' | 'hour'): string {
  const moment = momentOf(text)
  if (moment === null) return text
  const isMidnight = moment.getTime() % 86_400_000 === 0
  return window === 'day' && isMidnight ? days.format(moment) : `${moments.format(moment)} UTC`
}

/** `3 min ago`. */
export function asAge(text: string, now: Date): string {
  const moment = momentOf(text)
  if (moment === null) return ''
  const seconds = Math.max(0, Math.round((now.getTime() - moment.getTime()) / 1000))
  if (seconds < 90) return `${seconds} s ago`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`
  if (seconds < 129_600) return `${Math.round(seconds / 3600)} h ago`
  return `${Math.round(seconds / 86_400)} days ago`
}

/** Days where it spans more than two, else hours. */
export function asAxisTime(times: readonly number[]): Format {
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0)
  const format = new Intl.DateTimeFormat(undefined, {
    timeZone: 'UTC',
    ...(span > 2 * 86_400
      ? { month: 'short', day: 'numeric' }
      : { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' }),
  })
  return (seconds) => format.format(new Date(seconds * 1000))
}

/** The cell of a view: shown rounded, whole in its value. */
export function numberCell(row: Row | undefined, name: string, format: Format): Node {
  const value = numberIn(row, name)
  if (value === null) return none()
  return element('data', { value, 'data-column': name, title: value }, [format(value)])
}

export function none(): Node {
  return element('span', { class: 'quiet' }, ['–'])
}

/** `add_to_cart_rate`: Add to cart rate. */
export function wordsOf(name: string): string {
  const words = name.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
