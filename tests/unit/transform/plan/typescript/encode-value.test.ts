/** What a generator may yield for a column of each type, and how it is said what it may not. */
import { describe, expect, test } from 'vitest'
import { encoderOf } from '../../../../../src/transform/plan/typescript/encode-value.ts'
import { valueKind } from '../../../../../src/transform/plan/typescript/value-kinds.ts'

function encoded(
  type: string,
  value: unknown,
  adapter: 'duckdb' | 'postgres' = 'postgres',
): string {
  const outcome = encoderOf(valueKind(type), adapter)(value)
  return outcome.ok ? outcome.text : `expected ${outcome.expected}`
}

describe('values to cells', () => {
  test.each([
    ['smallint', 32_767, '32767'],
    ['bigint', 9_007_199_254_740_993n, '9007199254740993'],
    ['BIGINT', '-9223372036854775808', '-9223372036854775808'],
    ['numeric(12, 2)', 1e-7, '0.0000001'],
    ['numeric', -1.25e-8, '-0.0000000125'],
    ['numeric', 1.5e21, '1500000000000000000000'],
    ['numeric', 0.1, '0.1'],
    ['decimal', '12.50', '12.50'],
    ['double precision', Number.NaN, 'NaN'],
    ['double', 1e300, '1e+300'],
    ['varchar(10)', '', ''],
    ['timestamp', new Date('2026-01-31T09:30:00.5Z'), '2026-01-31 09:30:00.500'],
    ['timestamp with time zone', new Date('2026-01-31T09:30:00Z'), '2026-01-31 09:30:00.000+00'],
    ['timestamptz', '2026-01-31 09:30:00+02', '2026-01-31 09:30:00+02'],
    ['date', new Date('2026-01-31'), '2026-01-31'],
    ['jsonb', 'text', '"text"'],
    ['json', null, 'null'],
    ['bytea', new Uint8Array([1, 255]), '\\x01ff'],
    ['text[]', ['a "b"', null, 'c\\d'], '{"a \\"b\\"",NULL,"c\\\\d"}'],
    ['integer[][]', [[1], [2]], '{{"1"},{"2"}}'],
    ['inet', '10.0.0.1', '10.0.0.1'],
  ])('%s takes %s', (type, value, text) => {
    expect(encoded(type, value)).toBe(text)
  })

  test.each([
    ['smallint', 32_768, 'a whole number from -32768 to 32767'],
    ['utinyint', -1, 'a whole number from 0 to 255'],
    ['integer', 1.5, 'a whole number'],
    ['bigint', 2 ** 53, 'a whole number below 2^53'],
    ['integer', '1.0', 'a whole number'],
    ['numeric', Number.POSITIVE_INFINITY, 'a finite number'],
    ['numeric', '1,5', 'a number, or one as text'],
    ['boolean', 'true', 'true or false'],
    ['text', 1, 'a text'],
    ['text', 'a\u0000b', 'a text without the NUL character, which Postgres cannot store'],
    ['text', '\ud83d', 'a text of whole characters'],
    ['date', new Date('2026-01-31T01:00:00Z'), 'a date'],
    ['date', new Date('nothing'), 'a date'],
    ['timestamp', 'soon', 'a moment (a Date, or a text like "2026-01-31 09:30:00")'],
    ['uuid', 'x', 'a UUID as text'],
    ['json', 1n, 'a JSON value'],
    ['bytea', 'xyz', 'bytes (a Uint8Array, or their hexadecimal text)'],
    ['integer[]', [1, 'a'], 'a list with a whole number in it'],
    ['integer[]', 1, 'a list'],
  ])('%s refuses %s', (type, value, expected) => {
    expect(encoded(type, value)).toBe(`expected ${expected}`)
  })

  test('DuckDB writes lists and bytes in its own way, and takes the NUL character', () => {
    expect(encoded('varchar[]', ["it's", 'a'], 'duckdb')).toBe("['it\\'s', 'a']")
    expect(encoded('blob', new Uint8Array([1, 255]), 'duckdb')).toBe('\\x01\\xff')
    expect(encoded('varchar', 'a\u0000b', 'duckdb')).toBe('a\u0000b')
  })
})
