/** Runs the contract on every adapter that is there. */
import { testAdapters } from '../support/adapters.ts'
import { describeContract } from './contract.ts'

for (const adapter of testAdapters()) describeContract(adapter)
