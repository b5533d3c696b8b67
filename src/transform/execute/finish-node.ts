/** The second half of publishing a node: it takes its place, the lease is looked at once more, the ledger says so. */
import { errorDiagnostic } from '../../core/diagnostic.ts'
import { relationKey } from '../../core/relation.ts'
import { recordCursors } from '../../ledger/cursors.ts'
import { checkLease, LeaseLostError } from '../../ledger/leases.ts'
import { type Publication, recordNodeRun } from '../../ledger/node-runs.ts'
import { recordTestResults } from '../../ledger/test-results.ts'
import { type Built, testCandidate } from './build-node.ts'
import { StepError } from './database-diagnostic.ts'
import type { Published } from './publish-request.ts'
import type { RunContext } from './run-context.ts'
import { runSteps } from './run-steps.ts'
import { testRow } from './test-row.ts'

export interface Finished extends Published {
  readonly publication: Publication
}

/** Throws a `StepError` or `RolledBack` for a fault of the node. */
export async function finishNode(context: RunContext, built: Built): Promise<Finished> {
  const { session, request, prepared, started } = built
  const { node } = request.step
  const { unit, compiled } = prepared
  await publish(built)
  const after = unit.testsRun === 'after-publish' ? await testCandidate(context, built) : []
  const tests = [...built.tests, ...after]
  const finished = context.now()
  const message = pastTense(unit.action)
  const publication = await record(context, built, { finishedAt: finished.toISOString(), message })
  await recordTestResults(
    session,
    tests.map((test) => testRow(context, test)),
  )
  return {
    publication,
    tests,
    result: {
      uniqueId: node.uniqueId,
      startedAt: started.toISOString(),
      elapsedMs: finished.getTime() - started.getTime(),
      status: 'success',
      rows: built.rows,
      message,
      ...(compiled === undefined ? {} : { compiledCode: compiled.sql }),
    },
  }
}

async function publish({ runner, prepared, columns }: Built): Promise<void> {
  const steps = prepared.unit.publish(columns)
  if (!steps.ok) {
    const { span } = runner.node
    throw new StepError(steps.diagnostics.map((fault) => ({ span, ...fault })))
  }
  await runSteps(runner, steps.value)
}

/** In the transaction of the data it speaks of. */
async function record(
  context: RunContext,
  built: Built,
  { finishedAt, message }: { readonly finishedAt: string; readonly message: string },
): Promise<Publication> {
  const { session, request, prepared, epoch, version, rows, started } = built
  const { node } = request.step
  const { run } = context
  const { unit, cursors } = prepared
  const key = relationKey(node.relation)
  await recordCursors(session, { relationKey: key, version, runId: run.runId }, cursors)
  const fencingToken = run.tokens.get(key) ?? 0
  const publication: Publication = {
    fingerprint: unit.fingerprint,
    epoch,
    fencingToken,
    version,
    rowCount: rows,
    dataVersion: `${run.runId}/${version}`,
    identity: unit.effect === 'view' ? undefined : await session.identify(node.relation),
    components: undefined,
    runId: run.runId,
    finishedAt,
  }
  await stillHolds(context, built, { relationKey: key, token: fencingToken })
  await recordNodeRun(session, {
    ...publication,
    uniqueId: node.uniqueId,
    relation: node.relation,
    status: 'success',
    because: unit.because,
    startedAt: started.toISOString(),
    message,
  })
  return publication
}

/** Who was taken for dead finds it out here, before anything of it is seen. */
async function stillHolds(
  context: RunContext,
  { session, request }: Built,
  lease: { readonly relationKey: string; readonly token: number },
): Promise<void> {
  try {
    await checkLease(context.adapter, session, lease)
  } catch (error) {
    if (!(error instanceof LeaseLostError)) throw error
    const diagnostic = errorDiagnostic({
      code: 'lease-lost',
      message: error.message,
      span: request.step.node.span,
      hint: 'not published; the other run has the last word. A longer "lease_timeout" on the target makes a run that sleeps keep its leases',
    })
    throw new StepError([diagnostic], { cause: error })
  }
}

const pastTenses: Readonly<Record<string, string>> = {
  'create view': 'created view',
  'replace view': 'replaced view',
  'create table': 'created table',
  'replace table': 'replaced table',
  'load seed': 'loaded seed',
  'reload seed': 'reloaded seed',
  append: 'appended',
  merge: 'merged',
  'delete+insert': 'deleted and inserted',
  backfill: 'backfilled',
}

function pastTense(action: string): string {
  return pastTenses[action] ?? action
}
