/** A view: replaced only if its SQL, or the columns of what it reads, changed, so readers are never blocked for nothing. */
import { success } from '../../../core/result.ts'
import type { PublishUnit, Step } from '../publish-unit.ts'
import {
  candidateOf,
  fingerprintOf,
  type MaterializationInput,
  wrapped,
} from './materialization.ts'
import { checkContract } from '../contracts/create-table.ts'

export function planView(input: MaterializationInput): PublishUnit {
  const { relation, compiled, dialect, existing } = input
  const promise = input.contract?.contract.checksum
  const fingerprint = fingerprintOf([
    'view',
    compiled.sql,
    input.inputsSignature,
    ...(promise === undefined ? [] : [promise]),
  ])
  const isUnchanged = existing?.kind === 'view' && input.lastFingerprint === fingerprint
  const readsStandIns = input.buildFrom.sql !== compiled.sql
  if (isUnchanged && !readsStandIns) {
    const because = 'its SQL and the columns it reads are as before'
    return {
      action: 'view unchanged',
      because,
      candidate: relation,
      build: [],
      checks: undefined,
      effect: 'view',
      touchedKeys: () => undefined,
      isPublishedLast: false,
      testsRun: 'before-publish',
      publish: () => success([{ kind: 'reuse', because }]),
      fingerprint,
    }
  }
  const candidate = candidateOf(relation)
  const replace: Step = {
    kind: 'replace-view',
    relation,
    select: compiled.sql,
    origin: { start: 0, map: compiled.map },
  }
  const { buildFrom, needsCandidate } = input
  const build = wrapped(buildFrom, dialect.createView(candidate, buildFrom.sql), {
    purpose: 'build',
    countsRows: false,
  })
  const clean: Step = {
    kind: 'statement',
    purpose: 'clean up',
    sql: dialect.drop('view', candidate),
    countsRows: false,
  }
  const replacement: readonly Step[] = isUnchanged ? [] : [replace]
  return {
    action:
      existing === undefined ? 'create view' : isUnchanged ? 'view unchanged' : 'replace view',
    because: reasonFor(input),
    // Where nobody reads the candidate before it is published, the view is its own.
    candidate: needsCandidate ? candidate : relation,
    build: [...checkContract(input), ...(needsCandidate ? [build] : [])],
    checks: undefined,
    effect: 'view',
    touchedKeys: () => undefined,
    isPublishedLast: true,
    testsRun: 'before-publish',
    publish: () => success(needsCandidate ? [clean, ...replacement] : replacement),
    fingerprint,
  }
}

function reasonFor({ existing, lastFingerprint }: MaterializationInput): string {
  if (existing === undefined) return 'first build'
  if (existing.kind !== 'view') return `it is a ${existing.kind} now`
  return lastFingerprint === undefined
    ? 'not built by assay before'
    : 'its SQL or what it reads changed'
}
