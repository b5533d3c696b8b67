/** What a test looked at: its SQL, what decides about it, and the versions of the rows. Equal, and it passed: it would again. */
import type { Session } from '../../../core/adapter.ts'
import { textCell } from '../../../core/adapter.ts'
import { placesOf } from '../../../core/database/places.ts'
import type { TestNode } from '../../../core/node.ts'
import { compileAsking } from '../ask/compile-asking.ts'
import { canonicaliserVersion, canonicalSql } from '../../plan/state/canonical-sql.ts'
import { unknownVersion } from '../../plan/state/data-version.ts'
import { stableHash } from '../../plan/state/stable-hash.ts'
import { findUnstable } from '../../plan/state/wall-clock.ts'
import { dataVersionOf } from './read-data-version.ts'
import { inputNodes } from './input-nodes.ts'
import type { SurveyContext } from './survey-context.ts'

/** Stands for what each run has another of: a test that prints it cannot be answered from an earlier run. */
const ofTheRun = '__assay__of_the_run'

/** undefined: what it looks at may have changed without a trace. */
export async function testFingerprint(
  context: SurveyContext,
  session: Session,
  node: TestNode,
): Promise<string | undefined> {
  const { manifest, dialect } = context
  const { ask } = context
  // Rows that the answers hang on may be changed by now: they are asked for anew.
  const asker = { session, standIns: new Map(), explainError: ask?.explainError ?? rethrow }
  const compiled = await compileAsking(
    {
      manifest,
      dialect,
      invocationId: ofTheRun,
      runStartedAt: ofTheRun,
      standIns: new Map(),
      reads: new Map(),
      isIncremental: false,
    },
    { ...asker, answers: new Map(), isAllowed: ask !== undefined },
    node,
  )
  if (!compiled.ok || compiled.value.sql.includes(ofTheRun)) return undefined
  if (findUnstable(compiled.value.sql) !== undefined) return undefined
  const versions: string[] = []
  for (const input of inputNodes(manifest, node)) {
    const version = await dataVersionOf(context, session, input)
    if (version === unknownVersion) return undefined
    versions.push(version)
  }
  const { severity, warnIf, errorIf, failCalc, limit } = node
  return stableHash([
    canonicaliserVersion,
    canonicalSql(compiled.value.sql),
    [severity, warnIf, errorIf, failCalc, limit ?? null],
    versions,
  ])
}

function rethrow(error: unknown): never {
  throw error
}

/** Those of the fingerprints under which a test has passed. */
export async function readPassed(
  session: Session,
  fingerprints: readonly string[],
): Promise<ReadonlySet<string>> {
  if (fingerprints.length === 0) return new Set()
  const rows = await session.query(
    `select distinct fingerprint from _assay.test_results where status = 'pass' and fingerprint in (${placesOf(fingerprints)})`,
    fingerprints,
  )
  return new Set(rows.map((row) => textCell(row, 'fingerprint')))
}
