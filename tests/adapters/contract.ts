/** The contract of an adapter: one suite that every adapter passes. */
import { afterAll, beforeAll, describe } from 'vitest'
import type { Adapter } from '../../src/core/adapter.ts'
import type { Target } from '../../src/core/target.ts'
import { openAdapter, type TestAdapter } from '../support/adapters.ts'
import { changingRowsContract } from './contract/changing-rows.ts'
import { errorContract } from './contract/errors.ts'
import { ledgerContract } from './contract/ledger.ts'
import { livenessContract } from './contract/liveness.ts'
import { publishingContract } from './contract/publishing.ts'
import { readerContract } from './contract/readers.ts'
import { readingContract } from './contract/reading.ts'
import { sessionContract } from './contract/sessions.ts'
import { transactionContract } from './contract/transactions.ts'
import { valueContract } from './contract/values.ts'

/** What the parts of the suite work on: one database, filled by several tests, each in a schema of its own. */
export interface Subject {
  readonly adapter: Adapter
  readonly target: Target
}

export function describeContract(testAdapter: TestAdapter): void {
  describe(testAdapter.name, () => {
    let subject: Subject | undefined
    const get = (): Subject => {
      if (subject === undefined) throw new Error('the adapter is not open')
      return subject
    }
    beforeAll(async () => {
      const target = await testAdapter.createTarget()
      subject = { target, adapter: await openAdapter(target) }
      await subject.adapter.connect()
    })
    afterAll(() => subject?.adapter.close())

    valueContract(get)
    sessionContract(get)
    readingContract(get)
    readerContract(get)
    transactionContract(get)
    publishingContract(get)
    changingRowsContract(get)
    livenessContract(get)
    errorContract(get)
    ledgerContract(testAdapter)
  })
}
