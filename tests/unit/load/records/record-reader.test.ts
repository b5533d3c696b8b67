import { describe, expect, test } from 'vitest'
import { duckdbDialect } from '../../../../src/adapters/duckdb/dialect.ts'
import { postgresDialect } from '../../../../src/adapters/postgres/dialect.ts'
import { recordReader, type RecordRules } from '../../../../src/load/records/record-reader.ts'
import { compileRecordCheck } from '../../../../src/project/read/compile-schema.ts'

const plain: Omit<RecordRules, 'columns'> = {
  extraFields: 'ignore',
  nullValues: [],
  listText: duckdbDialect.listText,
  schema: undefined,
}

function readerOf(types: Readonly<Record<string, string>>, rules: Partial<RecordRules> = {}) {
  const columns = Object.entries(types).map(([name, dataType]) => ({
    name,
    dataType: dataType.replace(' not null', ''),
    isRequired: dataType.endsWith(' not null'),
  }))
  return recordReader({ ...plain, ...rules, columns }, compileRecordCheck)
}

/** The cell of a record of one column, or the code and message of why it is none. */
function cell(dataType: string, json: string): string | null {
  const read = readerOf({ a: dataType })(`{"a": ${json}}`)
  return read.ok ? (read.cells[0] ?? null) : `${read.reason.code}: ${read.reason.message}`
}

describe('cells', () => {
  test('numbers keep their digits', () => {
    expect(cell('bigint', '9007199254740993')).toBe('9007199254740993')
    expect(cell('bigint', '"9223372036854775807"')).toBe('9223372036854775807')
    expect(cell('numeric', '123456789012345678.123456789')).toBe('123456789012345678.123456789')
    expect(cell('numeric(5, 2)', '1.5e2')).toBe('150')
    expect(cell('numeric', '1e-3')).toBe('0.001')
    expect(cell('double precision', '0.1')).toBe('0.1')
    expect(cell('double', '"-inf"')).toBe('-Infinity')
    expect(cell('integer', '12.0')).toBe('12')
    expect(cell('text', '12345678901234567890')).toBe('12345678901234567890')
    expect(cell('json', '{"n": 12345678901234567890}')).toBe('{"n": 12345678901234567890}')
  })

  test('numbers that the type does not hold', () => {
    expect(cell('integer', '2147483648')).toBe(
      'out-of-range: expected a number from -2147483648 to 2147483647 (integer), found 2147483648 in "a"',
    )
    expect(cell('smallint', '-32769')).toMatch(/^out-of-range/)
    expect(cell('bigint', '1e400')).toMatch(/^out-of-range/)
    expect(cell('numeric(4,2)', '100')).toBe(
      'out-of-range: expected at most 2 digits before the point, found 100 in "a"',
    )
    expect(cell('numeric(10, 2)', '1.005')).toBe(
      'out-of-range: expected at most 2 digits after the point, found 1.005 in "a"',
    )
    expect(cell('numeric(10, 2)', '"1.5000"')).toBe('1.5000')
    expect(cell('numeric(10)', '15e-1')).toMatch(/^out-of-range/)
    expect(cell('real', '1e39')).toMatch(/^out-of-range/)
    expect(cell('integer', '1.5')).toBe(
      'wrong-type: expected a whole number (integer), found 1.5 in "a"',
    )
    expect(cell('integer', '"abc"')).toMatch(/^wrong-type/)
    expect(cell('integer', 'true')).toMatch(/^wrong-type/)
  })

  test('booleans, days and times in one form', () => {
    expect(cell('boolean', '"Yes"')).toBe('true')
    expect(cell('boolean', '0')).toBe('false')
    expect(cell('boolean', '2')).toBe('wrong-type: expected true or false, found 2 in "a"')
    expect(cell('date', '"2024-02-29"')).toBe('2024-02-29')
    expect(cell('date', '"2023-02-29"')).toMatch(/^wrong-type/)
    expect(cell('timestamp', '"2026-01-01T01:30:00+02:00"')).toBe('2025-12-31 23:30:00')
    expect(cell('timestamptz', '"2026-01-01T01:30:00.5-0530"')).toBe('2026-01-01 07:00:00.5+00')
    expect(cell('timestamp', '"2026-01-01"')).toBe('2026-01-01 00:00:00')
    expect(cell('timestamp', '"2026-01-01 24:00:00"')).toMatch(/^wrong-type/)
    expect(cell('timestamp', '1767225600')).toMatch(/^wrong-type/)
  })

  test('texts hold anything but NUL, and no more than they may', () => {
    expect(cell('text', '[1, "a"]')).toBe('[1,"a"]')
    expect(cell('text', 'false')).toBe('false')
    expect(cell('varchar(3)', '"abcd"')).toBe(
      'out-of-range: expected at most 3 characters, found "abcd" in "a"',
    )
    expect(cell('varchar(1)', '"😀"')).toBe('😀')
    expect(cell('text', '"a\\u0000"')).toBe(
      'nul-character: expected text in "a", found the character NUL in it',
    )
    expect(cell('text', '"a\\ud83d"')).toBe(
      'invalid-encoding: expected text in "a", found half of a character in it (a lone surrogate)',
    )
    expect(cell('json', '{"b": "\\u0000"}')).toMatch(/^nul-character/)
    expect(cell('json', '{"b": "\\\\u0000"}')).toBe('{"b":"\\\\u0000"}')
    expect(cell('uuid', '"no"')).toMatch(/^wrong-type/)
    expect(cell('inet', '"whatever"')).toBe('whatever')
  })

  test('lists become the text of an array, each item checked by its own type', () => {
    const inPostgres = (dataType: string, json: string) => {
      const read = readerOf({ a: dataType }, { listText: postgresDialect.listText })
      const found = read(`{"a": ${json}}`)
      return found.ok ? found.cells[0] : found.reason.message
    }
    const texts = '["a b", "say \\"no\\"", "back\\\\slash", "NULL", null, ""]'
    const items = '"a b","say \\"no\\"","back\\\\slash","NULL",NULL,""'
    expect(cell('varchar[]', texts)).toBe(`[${items}]`)
    expect(inPostgres('text[]', texts)).toBe(`{${items}}`)
    expect(cell('integer[][]', '[[1], [], null]')).toBe('[["1"],[],NULL]')
    expect(inPostgres('integer[][]', '[[1], [2]]')).toBe('{{"1"},{"2"}}')
    expect(cell('json[]', '[{"b": [1, "x"]}, null]')).toBe('[{"b":[1,"x"]},NULL]')
    expect(inPostgres('jsonb[]', '[{"b": "x"}]')).toBe('{"{\\"b\\":\\"x\\"}"}')
    // Digits that JavaScript would change; a CSV file writes a list as JSON.
    expect(cell('numeric(30, 0) []', '[1, 123456789012345678901234567890, {}]')).toBe(
      'wrong-type: expected a number, found {} as item 3 in "a"',
    )
    expect(cell('hugeint[]', '[[1, "]"], 1]')).toMatch(/^wrong-type/)
    expect(cell('hugeint[]', '[123456789012345678901234567890, 2]')).toBe(
      '["123456789012345678901234567890","2"]',
    )
    expect(cell('bigint[]', '"[9007199254740993, null]"')).toBe('["9007199254740993",NULL]')
    expect(cell('date[]', '["2026-01-31", "2026-02-30"]')).toBe(
      'wrong-type: expected a date such as 2026-01-31, found "2026-02-30" as item 2 in "a"',
    )
    expect(cell('smallint[]', '[1, 99999]')).toBe(
      'out-of-range: expected a number from -32768 to 32767 (smallint), found 99999 as item 2 in "a"',
    )
    expect(cell('integer[2]', '[1, 2, 3]')).toBe(
      'out-of-range: expected a list of 2, found [1,2,3] in "a"',
    )
    expect(cell('text[]', '"a,b"')).toBe('wrong-type: expected a list, found "a,b" in "a"')
    expect(cell('text[]', '{"b": 1}')).toBe('wrong-type: expected a list, found {"b":1} in "a"')
    expect(cell('text[]', '["\\u0000"]')).toMatch(/^nul-character/)
    expect(cell('json[]', '[{"b": "\\u0000"}]')).toBe(
      'nul-character: expected text, found the character NUL as item 1 in "a"',
    )
    expect(cell('text[]', 'null')).toBe(null)
  })
})

describe('records', () => {
  test('cells stand in the order of the columns; fields that are not there are NULL', () => {
    const read = readerOf({ b: 'text', a: 'integer' })
    expect(read('{"a": 1, "c": 2, "d": null}')).toEqual({
      ok: true,
      cells: [null, '1'],
      extra: ['c', 'd'],
    })
  })

  test('what is no record says why', () => {
    const read = readerOf({ a: 'text not null', b: 'integer not null' })
    const reasonOf = (text: string) => {
      const found = read(text)
      return found.ok ? undefined : found.reason
    }
    expect(reasonOf('nothing')).toEqual({
      code: 'invalid-json',
      message: 'expected a JSON object, found "nothing"',
    })
    expect(reasonOf('[]')).toEqual({
      code: 'not-an-object',
      message: 'expected an object with fields, found "[]"',
    })
    expect(reasonOf('{"b": 1}')).toEqual({
      code: 'missing-field',
      message: 'expected the field "a", found none',
      field: 'a',
    })
    expect(reasonOf('{"a": null, "b": 1}')).toEqual({
      code: 'missing-field',
      message: 'expected a value in "a", found null',
      field: 'a',
    })
    expect(reasonOf('{"a": "", "b": null}')).toEqual({
      code: 'missing-field',
      message: 'expected a value in "b", found null',
      field: 'b',
    })
    expect(reasonOf('{"a": "", "b": {}}')).toEqual({
      code: 'wrong-type',
      message: 'expected a whole number (integer), found {} in "b"',
      field: 'b',
    })
  })

  test('fields that are not declared may be refused', () => {
    const read = readerOf({ a: 'text' }, { extraFields: 'dead_letter' })
    expect(read('{"a": "1", "b": 2}')).toEqual({
      ok: false,
      reason: {
        code: 'unknown-field',
        message: 'expected only declared fields, found "b"',
        field: 'b',
      },
    })
  })

  test('texts that mean NULL, and a schema of the project', () => {
    const schema = {
      type: 'object',
      properties: { a: { enum: ['x', 'y', null] }, b: { minimum: 3 } },
    }
    const read = readerOf({ a: 'text', b: 'integer' }, { nullValues: ['-'], schema })
    expect(read('{"a": "-", "b": 3}')).toEqual({ ok: true, cells: [null, '3'], extra: [] })
    expect(read('{"a": "z"}')).toEqual({
      ok: false,
      reason: {
        code: 'breaks-schema',
        message: 'expected "a" to meet "enum": ["x","y",null], found that it does not',
        field: 'a',
      },
    })
  })

  test('the last of two fields of one name counts, whatever their digits', () => {
    const read = readerOf({ a: 'bigint' })
    expect(read('{"a": 1, "b": {"a": "}"}, "\\u0061": 12345678901234567}')).toMatchObject({
      cells: ['12345678901234567'],
    })
  })
})

test('a record without any declared field is none, and not a row of NULLs', () => {
  const read = readerOf({ id: 'integer', Name: 'text' })
  const said = (text: string) => {
    const found = read(text)
    return found.ok ? found.cells : [found.reason.code, found.reason.message]
  }
  expect(said('{"ID": "27"}')).toEqual([
    'no-declared-field',
    'expected a field that is declared, found only "ID" (a name is the same only in the same case: "id")',
  ])
  expect(said('{"city": "Rome", "zip": 1}')).toEqual([
    'no-declared-field',
    'expected a field that is declared, found only "city", "zip"',
  ])
  expect(said('{}')).toEqual([
    'no-declared-field',
    'expected a field that is declared, found no field',
  ])
  expect(said('{"ID": "27", "Name": null}')).toEqual([null, null])
})

test('a number where a time is declared is said with what is expected', () => {
  const found = (type: string) => readerOf({ at: type })('{"at": 1767225600}')
  const said = (message: string) => ({
    ok: false,
    reason: {
      code: 'wrong-type',
      message: `expected ${message}, found 1767225600 in "at"`,
      field: 'at',
    },
  })
  expect(found('timestamp')).toEqual(said('a time such as 2026-01-31T12:00:00'))
  expect(found('timestamptz')).toEqual(said('a time such as 2026-01-31T12:00:00Z'))
  expect(found('date')).toEqual(said('a date such as 2026-01-31'))
  expect(found('uuid')).toEqual(said('a UUID'))
})
