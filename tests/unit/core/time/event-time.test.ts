/** Moments and batches of event time. */
import { describe, expect, test } from 'vitest'
import { readSample } from '../../../../src/app/run/input-limit.ts'
import {
  ceiling,
  readMoment,
  shift,
  startOfLast,
  truncate,
} from '../../../../src/core/time/event-time.ts'
import { momentText } from '../../../../src/core/time/event-window.ts'

describe('E14: moments are UTC where they name no zone', () => {
  test.each([
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2026-01', '2026-01-01T00:00:00.000Z'],
    ['2026-01-31 06:30', '2026-01-31T06:30:00.000Z'],
    ['2026-01-31T06:30:15.250', '2026-01-31T06:30:15.250Z'],
    ['2026-01-31T06:30:15.123456+00:00', '2026-01-31T06:30:15.123Z'],
    ['2026-01-31 00:30:00+02', '2026-01-30T22:30:00.000Z'],
    ['2026-02-30', undefined],
    ['2026-13-01', undefined],
    ['yesterday', undefined],
    ['', undefined],
  ])('%s', (text, moment) => {
    expect(readMoment(text)).toBe(moment)
  })
})

const iso = (text: string) => new Date(text).toISOString()

test.each([
  ['hour', '2026-03-31T10:20:30Z', '2026-03-31T10:00:00Z', '2026-03-31T11:00:00Z'],
  ['day', '2026-03-31T10:20:30Z', '2026-03-31T00:00:00Z', '2026-04-01T00:00:00Z'],
  ['month', '2026-12-31T10:20:30Z', '2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'],
  ['year', '2026-12-31T10:20:30Z', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'],
] as const)('a batch of one %s', (size, moment, start, end) => {
  expect(truncate(moment, size)).toBe(iso(start))
  expect(ceiling(moment, size)).toBe(iso(end))
  expect(ceiling(start, size)).toBe(iso(start))
  expect(shift(end, size, -1)).toBe(iso(start))
})

test('months back end on the last day of a shorter one', () => {
  expect(startOfLast('2026-03-31T10:00:00.000Z', { count: 1, size: 'month' })).toBe(
    iso('2026-02-28T10:00:00Z'),
  )
  expect(startOfLast('2026-03-01T10:00:00.000Z', { count: 3, size: 'day' })).toBe(
    iso('2026-02-26T10:00:00Z'),
  )
})

test.each([
  ['3 days', { kind: 'last', count: 3, size: 'day' }],
  ['1 Hour', { kind: 'last', count: 1, size: 'hour' }],
  [
    "{'start': '2026-01-01', 'end': '2026-01-02T18:00:00'}",
    { kind: 'between', start: iso('2026-01-01'), end: iso('2026-01-02T18:00:00Z') },
  ],
  ['0 days', undefined],
  ['3 weeks', undefined],
  ['{start: 2026-01-01}', undefined],
])('L14: --sample %s', (text, sample) => {
  expect(readSample(text)).toEqual(sample)
})

test('a moment in SQL casts to a date, a timestamp and one with time zone', () => {
  expect(momentText('2026-01-31T00:00:00.000Z')).toBe('2026-01-31 00:00:00+00')
  expect(momentText('2026-01-31T06:30:15.250Z')).toBe('2026-01-31 06:30:15.250+00')
})
