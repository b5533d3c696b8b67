/** A table: built beside the old one, tested, then put in its place. */
import { success } from '../../../core/result.ts'
import type { PublishUnit } from '../publish-unit.ts'
import {
  arrivalChecks,
  candidateOf,
  fingerprintOf,
  keysOfDifference,
  type MaterializationInput,
} from './materialization.ts'
import { constrainedTable, refillKey, swapConstraints } from '../contracts/create-table.ts'
import { dropAllRows, replaceQuarantine } from './quarantine/set-aside.ts'
import { buildRows } from './quarantine/split-rows.ts'

export function planTable(input: MaterializationInput): PublishUnit {
  const { relation, compiled, dialect, existing } = input
  const candidate = candidateOf(relation)
  const { contract } = input
  return {
    action: existing === undefined ? 'create table' : 'replace table',
    because: existing === undefined ? 'first build' : 'a table is rebuilt in every run',
    candidate,
    build: [
      ...buildRows(input, { isConstrained: true }),
      ...dropAllRows(input),
      ...arrivalChecks(dialect, candidate, input.arrivalColumn),
    ],
    checks: undefined,
    effect: 'rewrite',
    touchedKeys: (key, columns) =>
      keysOfDifference(dialect, { before: existing, after: candidate }, columns)(key),
    isPublishedLast: true,
    testsRun: 'before-publish',
    publish: () =>
      success([
        {
          kind: 'swap',
          candidate,
          target: relation,
          key: refillKey(input),
          method: contract?.isChanged === true ? 'rename' : input.swap,
          ...(contract === undefined
            ? {}
            : {
                constraints: swapConstraints(input, contract),
                constrained: constrainedTable(input, contract, candidate),
              }),
        },
        ...replaceQuarantine(input),
      ]),
    fingerprint: fingerprintOf(['table', compiled.sql]),
  }
}
