/** Contract: an error of the database says what, where and what to do. */
import { describe, expect, test } from 'vitest'
import type { DatabaseFault } from '../../../src/core/database/database-errors.ts'
import type { Subject } from '../contract.ts'
import { freshSchema } from './sessions.ts'

export function errorContract(get: () => Subject): void {
  const faultOf = async (sql: string): Promise<DatabaseFault> => {
    const { adapter } = get()
    const running = adapter.session({}, (session) => session.query(sql))
    const error = await running.then(
      () => new Error('the statement was taken'),
      (reason: unknown) => reason,
    )
    return adapter.explainError(error)
  }

  describe('errors', () => {
    test('a syntax error has its place, counted in UTF-16 units from 0', async () => {
      const sql = "select 'é 🦆',\n  1 +\nfrom"
      const fault = await faultOf(sql)
      expect(fault.message).toMatch(/^syntax error at/)
      expect(fault.offset).toBeGreaterThanOrEqual(sql.indexOf('from'))
      expect(fault.offset).toBeLessThanOrEqual(sql.length)
      expect(fault.retryable).toBe(false)
    })

    test('an unknown column has its place and a hint', async () => {
      const { adapter, target } = get()
      await freshSchema(adapter, 'errs')
      await adapter.session({}, (session) =>
        session.execute('create table errs.t as select 1 as user_id, 2 as amount'),
      )
      const sql = "select '🦆', usr_id\nfrom errs.t"
      const fault = await faultOf(sql)
      const expected = {
        duckdb: {
          message: 'referenced column "usr_id" not found in FROM clause',
          hint: 'did you mean "user_id"?',
          offset: sql.indexOf('usr_id'),
          missingColumn: 'usr_id',
          retryable: false,
        },
        postgres: {
          message: 'column "usr_id" does not exist',
          hint: 'did you mean "t.user_id"?',
          offset: sql.indexOf('usr_id'),
          sqlState: '42703',
          missingColumn: 'usr_id',
          retryable: false,
        },
      }
      expect(fault).toEqual(expected[target.type])
    })

    test('an unknown table has its place', async () => {
      const sql = 'select *\nfrom errs_nope.t'
      const fault = await faultOf(sql)
      expect(fault.message).toMatch(/errs_nope/)
      expect(fault.offset).toBe(sql.indexOf('errs_nope'))
    })

    test('a value that does not fit is named', async () => {
      const fault = await faultOf("select cast('abc' as integer) as a")
      expect(fault.message).toMatch(/["']abc["']/)
    })

    test('what is no error of a database is explained too', () => {
      const { adapter } = get()
      expect(adapter.explainError(new RangeError('odd'))).toEqual({
        message: 'odd',
        retryable: false,
      })
      expect(adapter.explainError('text')).toEqual({ message: 'text', retryable: false })
    })
  })
}
