/** A table: built beside the old one, tested, then put in its place. */
import { success } from '../../../core/result.ts'
import type { PublishUnit } from '../publish-unit.ts'
import {
  arrivalChecks,
  candidateOf,
  fingerprintOf,
  keysOfDifference,
  type MaterializationInput,
  wrapped,
} from './materialization.ts'

export function planTable(input: MaterializationInput): PublishUnit {
  const { relation, compiled, buildFrom, dialect, existing } = input
  const candidate = candidateOf(relation)
  const create = wrapped(buildFrom, dialect.createTableAs(candidate, buildFrom.sql), {
    purpose: 'build',
    countsRows: true,
  })
  return {
    action: existing === undefined ? 'create table' : 'replace table',
    because: existing === undefined ? 'first build' : 'a table is rebuilt in every run',
    candidate,
    build: [create, ...arrivalChecks(dialect, candidate, input.arrivalColumn)],
    checks: undefined,
    effect: 'rewrite',
    touchedKeys: (key, columns) =>
      keysOfDifference(dialect, { before: existing, after: candidate }, columns)(key),
    isPublishedLast: true,
    testsRun: 'before-publish',
    publish: () =>
      success([
        { kind: 'swap', candidate, target: relation, key: input.uniqueKey, method: input.swap },
      ]),
    fingerprint: fingerprintOf(['table', compiled.sql]),
  }
}
