/** Which faults of Postgres another try may get past, and what we advise beyond the server. */
import { expect, test } from 'vitest'
import { DatabaseError } from 'pg'
import { explainPostgresError } from '../../../../src/adapters/postgres/errors.ts'

test.each([
  ['40001', 'could not serialize access due to concurrent update', true],
  ['40P01', 'deadlock detected', true],
  // A view that another node replaced just when the views of a table were looked up.
  ['XX000', 'could not open relation with OID 16627', true],
  ['XX000', 'cache lookup failed for relation 16627', true],
  ['XX000', 'invalid page in block 3 of relation base/5/16627', false],
  ['42P01', 'relation "a" does not exist', false],
])('%s %s: %s', (code, message, isRetryable) => {
  const error = Object.assign(new DatabaseError(message, message.length, 'error'), { code })
  expect(explainPostgresError(error).retryable).toBe(isRetryable)
})

test('a database that takes no writes is told from a missing right', () => {
  const message = 'cannot execute INSERT in a read-only transaction'
  const error = Object.assign(new DatabaseError(message, 1, 'error'), { code: '25006' })
  expect(explainPostgresError(error).hint).toMatch(
    /^it is a replica, or default_transaction_read_only/,
  )
})
