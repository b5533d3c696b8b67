import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ledgerTypes, ledgerTypesPath } from '../../scripts/write-ledger-types.ts'
import { repository } from './pages.ts'

test('the types of the ledger are those of its tables', async () => {
  expect(readFileSync(join(repository, ledgerTypesPath), 'utf8')).toBe(await ledgerTypes())
})
