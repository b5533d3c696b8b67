/** Arrival values written anew: they grow in the order of arrival, in the type of their column. */
import { expect, test } from 'vitest'
import {
  arrivalKindOf,
  arrivalValues,
} from '../../../../src/transform/verify/history/arrival-values.ts'

test.each([
  ['BIGINT', 'number'],
  ['integer', 'number'],
  ['int8', 'number'],
  ['DECIMAL(18,3)', 'number'],
  ['timestamp with time zone', 'timestamp'],
  ['TIMESTAMP', 'timestamp'],
  ['date', 'date'],
  ['character varying(26)', 'text'],
  ['xid8', undefined],
  ['uuid', undefined],
  ['interval', undefined],
])('%s is written as %s', (dataType, kind) => {
  expect(arrivalKindOf(dataType)).toBe(kind)
})

const places = [
  { position: 0, delivery: 0 },
  { position: 1, delivery: 0 },
  { position: 2, delivery: 1 },
]

test.each([
  [
    'number',
    ['9007199254740993', '12345678901234567890', null],
    ['9007199254740993', '9007199254740994', '9007199254740995'],
  ],
  ['number', [], ['1', '2', '3']],
  [
    'timestamp',
    ['2026-01-02 00:00:00', '2026-01-01 23:59:59.5'],
    ['2026-01-01 23:59:59', '2026-01-02 00:00:00', '2026-01-02 00:00:01'],
  ],
  [
    'timestamp',
    ['2026-01-02 00:00:00+00'],
    ['2026-01-02 00:00:00+00', '2026-01-02 00:00:01+00', '2026-01-02 00:00:02+00'],
  ],
  ['date', ['2026-02-28'], ['2026-02-28', '2026-02-28', '2026-03-01']],
  ['text', ['01ARZ'], ['00000001', '00000002', '00000003']],
] as const)('%s from %j', (kind, values, expected) => {
  expect(places.map(arrivalValues(kind, values))).toEqual(expected)
})
