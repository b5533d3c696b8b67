/** DuckDB's errors in our words. */
import { expect, test } from 'vitest'
import { explainDuckdbError, toDuckdbError } from '../../../../src/adapters/duckdb/errors.ts'

const report = (fields: object, prefix = '') => new Error(`${prefix}${JSON.stringify(fields)}`)

test('a column far from all others lists what there is', () => {
  const error = report({
    exception_type: 'Binder',
    exception_message:
      'Referenced column "zz" not found in FROM clause!\nCandidate bindings: "user_id", "a,b"',
    candidates: 'user_id,a,b',
    position: '7',
    error_subtype: 'COLUMN_NOT_FOUND',
    name: 'zz',
  })
  expect(toDuckdbError(error, 'select zz from t').fault).toEqual({
    message: 'referenced column "zz" not found in FROM clause',
    candidates: ['user_id', 'a,b'],
    offset: 7,
    missingColumn: 'zz',
    retryable: false,
  })
})

test('a position counts bytes, but characters in the parser', () => {
  const sql = "select 'é🦆' x y"
  const at = (exception_type: string, position: number) =>
    toDuckdbError(
      report({ exception_type, exception_message: 'm', position: String(position) }),
      sql,
    ).fault.offset
  expect(at('Binder', Buffer.byteLength("select 'é🦆' "))).toBe(sql.indexOf('x'))
  expect(at('Parser', Array.from("select 'é🦆' ").length)).toBe(sql.indexOf('x'))
  expect(at('Binder', 900)).toBe(undefined)
})

test('text that is not JSON is read too', () => {
  const error = new Error('TransactionContext Error: Conflict on update!')
  expect(explainDuckdbError(error)).toEqual({ message: 'conflict on update', retryable: true })
  expect(explainDuckdbError(new Error('Parser Error: {broken'))).toEqual({
    message: '{broken',
    retryable: false,
  })
})
