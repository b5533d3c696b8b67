/** Helpers that write and move times: texts in, texts out, all UTC. Their arguments are known. */
import { type Instant, parseInstant } from '../../../../core/time/instant.ts'
import { nothing, type Value } from '../../evaluate/value.ts'
import { argumentAt, fail, type HelperCall, numberAt, textAt, wrongType } from '../helper-call.ts'

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const
const dayMs = 86_400_000

/** What each letter behind a `%` stands for, as in Python. */
const directives: Readonly<Record<string, (instant: Instant) => string>> = {
  Y: ({ date }) => String(date.getUTCFullYear()).padStart(4, '0'),
  y: ({ date }) => two(date.getUTCFullYear() % 100),
  m: ({ date }) => two(date.getUTCMonth() + 1),
  d: ({ date }) => two(date.getUTCDate()),
  H: ({ date }) => two(date.getUTCHours()),
  I: ({ date }) => two(date.getUTCHours() % 12 || 12),
  M: ({ date }) => two(date.getUTCMinutes()),
  S: ({ date }) => two(date.getUTCSeconds()),
  f: ({ fraction }) => fraction.slice(1).padEnd(6, '0'),
  p: ({ date }) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
  j: ({ date }) => String(dayOfYear(date)).padStart(3, '0'),
  B: ({ date }) => months[date.getUTCMonth()] ?? '',
  b: ({ date }) => (months[date.getUTCMonth()] ?? '').slice(0, 3),
  A: ({ date }) => days[date.getUTCDay()] ?? '',
  a: ({ date }) => (days[date.getUTCDay()] ?? '').slice(0, 3),
  u: ({ date }) => String(date.getUTCDay() || 7),
  w: ({ date }) => String(date.getUTCDay()),
  V: ({ date }) => two(isoWeek(date).week),
  G: ({ date }) => String(isoWeek(date).year).padStart(4, '0'),
  F: (instant) => written(instant, '%Y-%m-%d'),
  T: (instant) => written(instant, '%H:%M:%S'),
  s: ({ date }) => String(Math.floor(date.getTime() / 1000)),
  z: () => '+0000',
  Z: () => 'UTC',
  '%': () => '%',
}

/** `(date_format run_started_at "%Y-%m-%d")`. */
export function dateFormat(call: HelperCall): Value {
  const instant = instantAt(call, 0)
  const format = textAt(call, 1)
  if (instant === nothing || format === nothing) return nothing
  const unknown = [...format.matchAll(/%(.?)/gs)].find(([, letter = '']) => !hasDirective(letter))
  if (unknown === undefined) return written(instant, format)
  return fail(
    call,
    {
      code: 'wrong-arguments',
      message: `expected directives of date_format, found "${unknown[0]}"`,
      hint: `there are ${Object.keys(directives)
        .map((letter) => `%${letter}`)
        .join(' ')}`,
    },
    1,
  )
}

function hasDirective(letter: string): boolean {
  return Object.hasOwn(directives, letter)
}

function written(instant: Instant, format: string): string {
  return format.replaceAll(/%(.)/g, (_, letter: string) => directives[letter]?.(instant) ?? '')
}

const units = ['second', 'minute', 'hour', 'day', 'week', 'month', 'year'] as const
type Unit = (typeof units)[number]

/** `(add_time run_started_at -3 "day")`: a day stays a day unless hours or less are added. */
export function addTime(call: HelperCall): Value {
  const instant = instantAt(call, 0)
  const count = numberAt(call, 1)
  const name = textAt(call, 2)
  if (instant === nothing || count === nothing || name === nothing) return nothing
  const unit = units.find((each) => name === each || name === `${each}s`)
  if (unit === undefined) return wrongType(call, units.slice(0, -1).join(', ') + ' or year', 2)
  if (!Number.isInteger(count)) return wrongType(call, 'a whole number', 1)
  const moved = movedBy(instant.date, count, unit)
  if (Number.isNaN(moved.getTime())) return wrongType(call, 'a number that leads to a date', 1)
  const text = moved.toISOString()
  const isWithinDay = unit === 'second' || unit === 'minute' || unit === 'hour'
  if (!instant.hasTime && !isWithinDay) return text.slice(0, text.indexOf('T'))
  return text.replace(/\.000Z$/, `${instant.fraction}Z`)
}

function movedBy(date: Date, count: number, unit: Unit): Date {
  if (unit === 'month') return monthsLater(date, count)
  if (unit === 'year') return monthsLater(date, 12 * count)
  return new Date(date.getTime() + count * milliseconds[unit])
}

const milliseconds: Readonly<Record<Exclude<Unit, 'month' | 'year'>, number>> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: dayMs,
  week: 7 * dayMs,
}

/** The 31st becomes the last day of a shorter month. */
function monthsLater(date: Date, count: number): Date {
  const later = new Date(date)
  later.setUTCMonth(date.getUTCMonth() + count)
  if (later.getUTCDate() !== date.getUTCDate()) later.setUTCDate(0)
  return later
}

function instantAt(call: HelperCall, index: number): Instant | typeof nothing {
  const value = argumentAt(call, index)
  const instant = typeof value === 'string' ? parseInstant(value) : undefined
  return instant ?? wrongType(call, 'a time such as "2026-01-31" or run_started_at', index)
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / dayMs) + 1
}

/** Of the Thursday of its week. */
function isoWeek(date: Date): { readonly year: number; readonly week: number } {
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * dayMs)
  return { year: thursday.getUTCFullYear(), week: Math.ceil(dayOfYear(thursday) / 7) }
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}
