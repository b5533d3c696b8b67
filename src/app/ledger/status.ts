/** `status`: last runs, what failed, what is stale, who holds leases; an exit code for probes. Changes nothing. */
import type { Adapter, Session } from '../../core/adapter.ts'
import type { TestNode } from '../../core/node.ts'
import { relationKey } from '../../core/relation.ts'
import { readWaitingLoads, type WaitingLoads } from '../../ledger/loads/waiting-loads.ts'
import { type Attempt, readDataSince, readLastAttempts } from '../../ledger/runs/attempts.ts'
import { type LastTestResult, readLastTestResults } from '../../ledger/runs/last-test-results.ts'
import { readUnfinishedErasures, type UnfinishedErasure } from '../../ledger/erasures.ts'
import { type OwedHook, readOwed } from '../../ledger/pending-hooks.ts'
import {
  type Holding,
  type RecentRun,
  readHoldings,
  readLedgerSize,
  readRecentRuns,
} from '../../ledger/runs/recent-runs.ts'
import { type PlannedBatches, readPlanned } from '../../ledger/runs/wanted-batches.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { countRefused } from './count-refused.ts'
import { explainCursors } from './explain-cursors.ts'
import { findStale } from './find-stale.ts'
import type {
  StatusFailure,
  StatusLagging,
  StatusOptions,
  StatusRun,
  StatusValue,
} from './ledger-use-cases.ts'
import { loadProject } from '../load-project.ts'
import { builtNodes, type Look, lookAround } from './look-at-ledger.ts'
import { describeDatabase, withAdapter } from '../open-adapter.ts'
import { isMicrobatch } from '../../transform/plan/microbatch/microbatch-node.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import { findUnowned } from './unowned-relations.ts'

const runsShown = 5

/** 1 when something is failed or stale; a database that cannot be looked at is `invalid`. */
export async function status(
  options: StatusOptions,
  surroundings: Surroundings,
): Promise<Outcome<StatusValue>> {
  const loaded = await loadProject(options, surroundings)
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  const { manifest } = loaded.value
  const done = await withAdapter(manifest.project.target, (adapter) => look(adapter, manifest))
  if (!done.ok) return { kind: 'invalid', diagnostics: done.diagnostics }
  const { value } = done
  const isFine =
    value.failures.length === 0 && value.stale.length === 0 && !value.waitingLoads.some(isUnsettled)
  return { kind: 'done', exitCode: isFine ? 0 : 1, value: { ...value, isFine } }
}

/** Records that are dead are data to mend; what is in quarantine or failed holds whole files back. */
function isUnsettled({ quarantinedBatches, leftAlone, failing }: WaitingLoads): boolean {
  return quarantinedBatches.length > 0 || leftAlone.length > 0 || failing.length > 0
}

/** On one snapshot of the database. */
async function look(adapter: Adapter, manifest: Manifest): Promise<Omit<StatusValue, 'isFine'>> {
  const { target, root } = manifest.project
  const found = await adapter.readOnly({}, async (session) => {
    const around = await lookAround(adapter, session, manifest)
    const ledger =
      around.ledger.kind === 'current' ? await readLedger(around, session) : emptyLedger
    const { attempts, since, ...shown } = ledger
    return {
      ledger: around.ledger,
      ...shown,
      stale: await findStale(around, { attempts, since }),
    }
  })
  const isRead = found.ledger.kind === 'current'
  const unowned = isRead ? await findUnowned(adapter, manifest) : []
  return {
    target: target.name,
    database: describeDatabase(target, root),
    ...found,
    refused: isRead ? await countRefused(adapter, manifest) : [],
    unowned: unowned.map(({ relation }) => relationKey(relation)),
  }
}

interface LedgerPart
  extends Pick<
    StatusValue,
    'ledgerRows' | 'runs' | 'failures' | 'lagging' | 'locks' | 'waitingLoads'
  > {
  readonly attempts: ReadonlyMap<string, Attempt>
  readonly since: Awaited<ReturnType<typeof readDataSince>>
}

const emptyLedger: LedgerPart = {
  ledgerRows: {},
  runs: [],
  failures: [],
  lagging: [],
  locks: [],
  waitingLoads: [],
  attempts: new Map(),
  since: new Map(),
}

async function readLedger(around: Look, session: Session): Promise<LedgerPart> {
  const { manifest } = around.survey
  const { target } = manifest.project
  const locks = await readHoldings(around.adapter, session, target.leaseTimeoutMs)
  const runs = (await readRecentRuns(session, runsShown)).map((run) => withState(run, locks))
  const attempts = await readLastAttempts(session)
  const results = await readLastTestResults(session, {
    target: target.name,
    uniqueIds: testsIn(manifest).map(({ uniqueId }) => uniqueId),
  })
  return {
    ledgerRows: await readLedgerSize(session),
    runs,
    failures: [
      ...lostRun(runs, target.name),
      ...failedNodes(manifest, attempts),
      ...missingBatches(manifest, { attempts, locks, planned: await readPlanned(session) }),
      ...failedTests(manifest, results),
      ...owedHooks(await readOwed(session), locks),
      ...unfinishedErasures(await readUnfinishedErasures(session), locks),
    ],
    lagging: await findLagging(around),
    locks,
    waitingLoads: await readWaitingLoads(session),
    attempts,
    since: await readDataSince(session),
  }
}

function withState(run: RecentRun, locks: readonly Holding[]): StatusRun {
  if (run.end !== undefined) return { ...run, state: run.end.phase }
  const holding = locks.find(({ runId }) => runId === run.runId)
  if (holding !== undefined) return { ...run, state: holding.state === 'dead' ? 'died' : 'running' }
  // Tests alone take no lease, so nothing shows such a run alive.
  return { ...run, state: run.command === 'test' ? 'open' : 'died' }
}

/** Only the newest: what came after it has done its work again. */
function lostRun(runs: readonly StatusRun[], target: string): readonly StatusFailure[] {
  const newest = runs.find((run) => run.target === target)
  if (newest === undefined) return []
  const { runId, command, startedAt: at } = newest
  const name = `assay ${command}`
  if (newest.state === 'died') {
    const message = 'the run died; what it had not published is as it was before: run it again'
    return [{ kind: 'run', name, message, at, runId }]
  }
  if (command !== 'erase' || newest.state !== 'interrupted' || isPublished(newest)) return []
  const message = 'it was interrupted before anything was changed: the same command begins it again'
  return [{ kind: 'erasure', name, message, at, runId }]
}

/** Of an erasure, whose tables are committed together. */
function isPublished({ end }: StatusRun): boolean {
  return end?.counts['skipped'] === undefined && end?.counts['error'] === undefined
}

function failedNodes(
  manifest: Manifest,
  attempts: ReadonlyMap<string, Attempt>,
): readonly StatusFailure[] {
  return builtNodes(manifest).flatMap((node) => {
    const attempt = attempts.get(relationKey(node.relation))
    if (attempt?.status !== 'error') return []
    const { message, finishedAt, runId } = attempt
    return [{ kind: 'node', name: node.name, message, at: finishedAt, runId } as const]
  })
}

/** Of a model whose last attempt succeeded: other batches of it did not. Those of a run that lives are about to come. */
function missingBatches(
  manifest: Manifest,
  {
    attempts,
    locks,
    planned,
  }: {
    readonly attempts: ReadonlyMap<string, Attempt>
    readonly locks: readonly Holding[]
    readonly planned: readonly PlannedBatches[]
  },
): readonly StatusFailure[] {
  const alive = aliveRuns(locks)
  return builtNodes(manifest).flatMap((node) => {
    const key = relationKey(node.relation)
    if (!isMicrobatch(node) || attempts.get(key)?.status === 'error') return []
    const { begin } = node.materialization
    const missing = planned.filter(
      (each) => each.relationKey === key && each.window.end > begin && !alive.has(each.runId),
    )
    const [first] = missing
    if (first === undefined) return []
    const spans = missing.map(({ window: { start, end } }) => `${start} to ${end}`).join(', ')
    const message = `not built: batches from ${spans}; the next run builds them`
    return [{ kind: 'node', name: node.name, message, at: first.recordedAt, runId: first.runId }]
  })
}

function testsIn(manifest: Manifest): readonly TestNode[] {
  return [...manifest.nodes.values()].filter((node) => node.resourceType === 'test')
}

function failedTests(
  manifest: Manifest,
  results: ReadonlyMap<string, LastTestResult>,
): readonly StatusFailure[] {
  return testsIn(manifest).flatMap((node) => {
    const result = results.get(node.uniqueId)
    if (result?.status !== 'fail' && result?.status !== 'error') return []
    const { message, recordedAt, runId } = result
    return [{ kind: 'test', name: node.name, message, at: recordedAt, runId } as const]
  })
}

/** Those of a run that lives are about to run. */
function owedHooks(owed: readonly OwedHook[], locks: readonly Holding[]): readonly StatusFailure[] {
  const alive = aliveRuns(locks)
  return owed
    .filter(({ runId }) => !alive.has(runId))
    .map(({ uniqueId, runId, message, recordedAt }) => {
      const name = uniqueId.split('.').slice(2).join('.')
      const said =
        message === ''
          ? 'a hook after its commit did not run: the next run that builds it runs it first'
          : message
      return { kind: 'hook', name, message: said, at: recordedAt, runId } as const
    })
}

/** Those of a process that lives are at work on files and exports. */
function unfinishedErasures(
  unfinished: readonly UnfinishedErasure[],
  locks: readonly Holding[],
): readonly StatusFailure[] {
  const alive = aliveRuns(locks)
  return unfinished
    .filter(({ erasureId }) => !alive.has(erasureId))
    .map(({ erasureId, subjectKind, begunAt }) => ({
      kind: 'erasure',
      name: `by ${subjectKind}`,
      message:
        'its tables are done, files and exports may still hold the rows: the same "assay erase ... --yes" ends it',
      at: begunAt,
      runId: erasureId,
    }))
}

function aliveRuns(locks: readonly Holding[]): ReadonlySet<string> {
  return new Set(locks.flatMap(({ runId, state }) => (state === 'alive' ? [runId] : [])))
}

async function findLagging(around: Look): Promise<readonly StatusLagging[]> {
  const lagging: StatusLagging[] = []
  for (const node of builtNodes(around.survey.manifest)) {
    for (const cursor of await explainCursors(around, node, { countsRows: false })) {
      const { upstream, high, newest, isBehind } = cursor
      if (isBehind && newest !== undefined) {
        lagging.push({ reader: node.name, upstream, high, newest })
      }
    }
  }
  return lagging
}
