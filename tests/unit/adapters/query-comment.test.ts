/** Places of errors are those of the statement, whatever was sent before it. */
import { DatabaseError } from 'pg'
import { expect, test } from 'vitest'
import { toDuckdbError } from '../../../src/adapters/duckdb/errors.ts'
import { toPostgresError } from '../../../src/adapters/postgres/errors.ts'
import { aroundStatement } from '../../../src/core/database/query-comment.ts'

const { before } = aroundStatement({ text: '/* ünï 😀 */', isAppended: false })
const sql = "select 'é😀' as a, wrong"
const offset = sql.indexOf('wrong')

test('A19: on Postgres, which counts characters', () => {
  const error = new DatabaseError('no such column', 0, 'error')
  error.position = String(Array.from(before + sql.slice(0, offset)).length + 1)
  expect(toPostgresError(error, sql, before).fault.offset).toBe(offset)
  error.position = '3'
  expect(toPostgresError(error, sql, before).fault.offset).toBeUndefined()
})

test('A19: on DuckDB, whose parser counts characters and all else bytes', () => {
  const said = (type: string, position: number) =>
    new Error(
      JSON.stringify({
        exception_type: type,
        exception_message: 'wrong',
        position: String(position),
      }),
    )
  const characters = Array.from(before + sql.slice(0, offset)).length
  const bytes = Buffer.byteLength(before + sql.slice(0, offset))
  expect(toDuckdbError(said('Parser', characters), sql, before).fault.offset).toBe(offset)
  expect(toDuckdbError(said('Binder', bytes), sql, before).fault.offset).toBe(offset)
  expect(toDuckdbError(said('Binder', 3), sql, before).fault.offset).toBeUndefined()
})

test('A19: behind a statement it moves nothing', () => {
  expect(aroundStatement({ text: '/* a */', isAppended: true })).toEqual({
    before: '',
    behind: '\n/* a */',
  })
  expect(aroundStatement(undefined)).toEqual({ before: '', behind: '' })
})
