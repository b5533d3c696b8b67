/** A table: built beside the old one, tested, then swapped in. */
import { success } from '../../../core/result.ts'
import type { PublishUnit, Step } from '../publish-unit.ts'
import {
  candidateOf,
  fingerprintOf,
  type MaterializationInput,
  wrapped,
} from './materialization.ts'

/** `checks` look at the candidate before it is published: the keys of an incremental model hold on first run too. */
export function planTable(
  input: MaterializationInput,
  checks: readonly Step[] = [],
  because?: string,
): PublishUnit {
  const { relation, compiled, dialect, existing } = input
  const candidate = candidateOf(relation)
  const create = wrapped(compiled, dialect.createTableAs(candidate, compiled.sql), {
    purpose: 'build',
    countsRows: true,
  })
  return {
    action: existing === undefined ? 'create table' : 'replace table',
    because:
      because ?? (existing === undefined ? 'first build' : 'a table is rebuilt in every run'),
    candidate,
    build: [create, ...checks],
    rewritesRows: true,
    testsRun: 'before-publish',
    publish: () => success([{ kind: 'swap', candidate, target: relation }]),
    fingerprint: fingerprintOf(['table', compiled.sql]),
  }
}
