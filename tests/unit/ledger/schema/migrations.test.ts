/** The list of migrations. */
import { expect, test } from 'vitest'
import { ledgerVersion, migrations } from '../../../../src/ledger/schema/migrations.ts'

test('versions count up from 1 without a gap', () => {
  expect(migrations.map(({ version }) => version)).toEqual(
    Array.from({ length: ledgerVersion }, (_, index) => index + 1),
  )
})
