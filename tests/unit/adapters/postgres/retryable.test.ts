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
