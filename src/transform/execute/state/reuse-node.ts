/** `build --changed`: a node whose code, config and inputs are as they were is left as it is, and so are its tests. */
import type { Session } from '../../../core/adapter.ts'
import type { RelationState } from '../../../core/database/warehouse-state.ts'
import type { Dialect } from '../../../core/dialect.ts'
import type { BuiltNode } from '../../../core/node.ts'
import { relationKey } from '../../../core/relation.ts'
import type { RunResult } from '../../../core/run-result.ts'
import { type Publication, recordNodeRun } from '../../../ledger/runs/node-runs.ts'
import { recordTestResults } from '../../../ledger/runs/test-results.ts'
import type { BlockingTest } from '../../plan/plan.ts'
import { type Change, compareComponents } from '../../plan/state/changes.ts'
import { type Components, readComponents } from '../../plan/state/components.ts'
import type { SurveyContext } from './survey-context.ts'
import type { Published, PublishRequest } from '../publish/publish-request.ts'
import type { RunContext } from '../run-context.ts'
import { runTest } from '../data-tests/run-test.ts'
import { readPassed, testFingerprint } from './test-state.ts'
import { stopOnFailure } from '../data-tests/stop-on-failure.ts'
import { testRow } from '../data-tests/test-row.ts'

export interface NodeSurvey {
  readonly existing: RelationState | undefined
  readonly last: Publication | undefined
  readonly components: Components
  /** Since the last publication; empty: none. */
  readonly changes: readonly Change[]
}

export function changesSince(
  last: Publication | undefined,
  components: Components,
): readonly Change[] {
  if (last === undefined) return compareComponents({ kind: 'none' }, components)
  const recorded = readComponents(last.components)
  return compareComponents(
    recorded === undefined ? { kind: 'not-recorded' } : { kind: 'recorded', components: recorded },
    components,
  )
}

const unchanged = 'its code, its config and what it reads are as they were'

/** What stands there is what was published, and would be published again. */
export async function isReusable(
  { dialect }: SurveyContext,
  session: Session,
  node: BuiltNode,
  { existing, last, changes }: NodeSurvey,
): Promise<boolean> {
  if (existing === undefined || last === undefined) return false
  const isView = node.resourceType === 'model' && node.materialization.name === 'view'
  if (isView)
    return existing.kind === 'view' && !changes.some((each) => concernsView(dialect, each))
  if (changes.length > 0) return false
  return existing.kind !== 'view' && (await session.identify(node.relation)) === last.identity
}

/** A view has no rows of its own; where it is bound to columns, those of what changed below have to be looked at. */
function concernsView({ supportsViewsBoundByName }: Dialect, { kind }: Change): boolean {
  if (kind === 'not-stable') return false
  if (kind === 'input-changed' || kind === 'input-unknown') return !supportsViewsBoundByName
  return true
}

export interface Reuse {
  readonly session: Session
  readonly started: Date
  readonly survey: SurveyContext
  readonly node: NodeSurvey
}

/** Tests that passed on these rows are not asked again; the others look at what is published. */
export async function reuseNode(
  context: RunContext,
  request: PublishRequest,
  { session, started, survey, node: known }: Reuse,
): Promise<Published> {
  const { node } = request.step
  const tests = await reuseTests(context, request.tests, { session, survey })
  const compiledCode = undefined
  stopOnFailure(context, request.step, { started, tests, compiledCode, isReused: true })
  const { last } = known
  await recordNodeRun(session, {
    runId: context.run.runId,
    uniqueId: node.uniqueId,
    relation: node.relation,
    status: 'reused',
    fingerprint: '',
    rowCount: undefined,
    epoch: last?.epoch ?? '',
    fencingToken: context.run.tokens.get(relationKey(node.relation)) ?? 0,
    version: undefined,
    dataVersion: undefined,
    identity: undefined,
    because: unchanged,
    components: undefined,
    startedAt: started.toISOString(),
    finishedAt: context.now().toISOString(),
    message: 'reused',
  })
  const result = {
    uniqueId: node.uniqueId,
    startedAt: started.toISOString(),
    elapsedMs: context.now().getTime() - started.getTime(),
    status: 'reused',
    because: unchanged,
  } as const
  return { result, tests }
}

async function reuseTests(
  context: RunContext,
  tests: readonly BlockingTest[],
  { session, survey }: Pick<Reuse, 'session' | 'survey'>,
): Promise<readonly RunResult[]> {
  const fingerprints = new Map<string, string>()
  for (const { node } of tests) {
    const fingerprint = await testFingerprint(survey, session, node)
    if (fingerprint !== undefined) fingerprints.set(node.uniqueId, fingerprint)
  }
  const passed = await readPassed(session, [...fingerprints.values()])
  const results: RunResult[] = []
  for (const { node } of tests) {
    const fingerprint = fingerprints.get(node.uniqueId)
    if (fingerprint !== undefined && passed.has(fingerprint)) {
      results.push({
        uniqueId: node.uniqueId,
        startedAt: context.now().toISOString(),
        elapsedMs: 0,
        status: 'reused',
        because: 'it passed on these rows before',
      })
      continue
    }
    const result = await runTest(context, session, node)
    results.push(result)
    await recordTestResults(session, [testRow(context, result, fingerprint)])
    if (result.status === 'error') break
  }
  return results
}
