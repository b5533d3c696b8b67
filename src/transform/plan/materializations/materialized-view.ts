/** A materialized view: refreshed where only its inputs changed, else built beside the old one and put in its place. */
import { success } from '../../../core/result.ts'
import { checkContract } from '../contracts/create-table.ts'
import type { PublishUnit, Step } from '../publish-unit.ts'
import {
  candidateOf,
  fingerprintOf,
  type MaterializationInput,
  wrapped,
} from './materialization.ts'

export function planMaterializedView(input: MaterializationInput): PublishUnit {
  const { relation, compiled, dialect, existing } = input
  const fingerprint = fingerprintOf(['materialized_view', compiled.sql, input.inputsSignature])
  const because = reasonToReplace(input, fingerprint)
  if (because !== undefined) return replacement(input, { fingerprint, because })
  // A refresh locks readers out from its first moment, so it cannot come before tests that may fail.
  if (input.needsCandidate && !input.refresh.isConcurrent) {
    return replacement(input, {
      fingerprint,
      because: 'its tests look at the new rows before readers have to wait for them',
    })
  }
  const refresh: Step = {
    kind: 'statement',
    purpose: 'publish',
    sql: dialect.refreshMaterializedView(relation, { isConcurrent: input.refresh.isConcurrent }),
    countsRows: false,
  }
  return {
    action: 'refresh materialized view',
    because: existing === undefined ? 'first build' : 'its SQL and its config are as before',
    candidate: relation,
    build: [],
    checks: undefined,
    effect: 'rewrite',
    touchedKeys: () => undefined,
    isPublishedLast: false,
    testsRun: 'after-publish',
    publish: () => success([refresh]),
    fingerprint,
  }
}

function replacement(
  input: MaterializationInput,
  { fingerprint, because }: Pick<PublishUnit, 'fingerprint' | 'because'>,
): PublishUnit {
  const { relation, compiled, buildFrom, dialect, existing } = input
  const candidate = candidateOf(relation)
  const create = wrapped(compiled, dialect.createMaterializedView(candidate, compiled.sql), {
    purpose: 'build',
    countsRows: true,
  })
  // What stands in for its inputs is gone when it is published: until then its rows are in a table.
  const readsStandIns = buildFrom.sql !== compiled.sql
  const rows = wrapped(buildFrom, dialect.createTableAs(candidate, buildFrom.sql), {
    purpose: 'build',
    countsRows: true,
  })
  const clean: Step = {
    kind: 'statement',
    purpose: 'clean up',
    sql: dialect.drop('table', candidate),
    countsRows: false,
  }
  return {
    action: existing === undefined ? 'create materialized view' : 'replace materialized view',
    because,
    candidate,
    build: [...checkContract(input), readsStandIns ? rows : create],
    checks: undefined,
    effect: 'rewrite',
    touchedKeys: () => undefined,
    isPublishedLast: true,
    testsRun: 'before-publish',
    publish: () =>
      success([
        ...(readsStandIns ? [clean, create] : []),
        {
          kind: 'swap',
          candidate,
          candidateKind: 'materialized view',
          target: relation,
          key: [],
          method: 'rename',
        },
      ]),
    fingerprint,
  }
}

function reasonToReplace(input: MaterializationInput, fingerprint: string): string | undefined {
  const { existing, lastFingerprint, isFullRefresh, buildFrom, compiled } = input
  if (existing === undefined) return 'first build'
  if (existing.kind !== 'materialized view') return `it is a ${existing.kind} now`
  if (isFullRefresh) return 'full refresh'
  if (lastFingerprint === undefined) return 'not built by assay before'
  if (lastFingerprint !== fingerprint) return 'its SQL or what it reads changed'
  if (buildFrom.sql !== compiled.sql) return 'it reads what this transaction replaces'
  return input.refresh.readsDetached ? 'what it reads was replaced' : undefined
}
