/** The second half of publishing a node: it takes its place, the lease is looked at once more, the ledger says so. */
import type { BuiltNode } from '../../../core/node.ts'
import { relationKey } from '../../../core/relation.ts'
import type { RunResult } from '../../../core/run-result.ts'
import { recordBatches } from '../../../ledger/runs/batches.ts'
import { recordCursors } from '../../../ledger/cursors/cursors.ts'
import { type Publication, recordNodeRun } from '../../../ledger/runs/node-runs.ts'
import { settleBatches } from '../../../ledger/runs/wanted-batches.ts'
import { recordTestResults, type TestResultRow } from '../../../ledger/runs/test-results.ts'
import type { PublishUnit } from '../../plan/publish-unit.ts'
import { type Change, describeChange } from '../../plan/state/changes.ts'
import { writeComponents } from '../../plan/state/components.ts'
import {
  publishedVersion,
  seedVersion,
  unknownVersion,
  viewVersion,
} from '../../plan/state/data-version.ts'
import { checkDeadLetterColumns } from '../contracts/dead-letter-columns.ts'
import { writeBelongings } from '../contracts/write-belongings.ts'
import { type Built, testCandidate } from './build-node.ts'
import { type OwedStatement, recordOwed, runAfterPublish } from '../hooks/node-hooks.ts'
import type { Published } from './publish-request.ts'
import { recordedComponents } from '../state/code-changed.ts'
import type { RunContext } from '../run-context.ts'
import { runSteps, type StepCounts, stepsOf } from '../run-steps.ts'
import { stillHolds } from './still-holds.ts'
import { testRow } from '../data-tests/test-row.ts'
import { testFingerprint } from '../state/test-state.ts'

export interface Finished extends Published {
  readonly publication: Publication
  /** Hooks to run when this is committed. */
  readonly owed: readonly OwedStatement[]
}

/** Throws a `StepError` or `RolledBack` for a fault of the node. */
export async function finishNode(context: RunContext, built: Built): Promise<Finished> {
  const { request, prepared, started, waitedMs = 0 } = built
  const { node } = request.step
  const { unit, compiled } = prepared
  const { rows = built.rows, changed: rowsChanged } = await publish(built)
  await checkDeadLetterColumns(built.session, node)
  await writeBelongings(context, built.runner)
  const after = unit.testsRun === 'after-publish' ? await testCandidate(context, built) : []
  const tests = [...built.tests, ...after]
  const { owed, mayHaveChangedRows } = await runAfterPublish(context, request, {
    ...built,
    isIncremental: prepared.isIncremental,
  })
  const changed = mayHaveChangedRows ? 'by a hook' : rowsChanged
  const finished = context.now()
  const outside = unit.leavesRowsOut === true ? (built.rows ?? 0) - (rows ?? 0) : 0
  const message = `${pastTense(unit.action)}${whereSetAside(node, built.setAside)}`
  const publication = await record(context, built, {
    finishedAt: finished.toISOString(),
    message,
    changed,
    rows,
  })
  await recordTests(context, built, tests)
  await recordOwed(context, built.session, { key: relationKey(node.relation), owed })
  return {
    publication,
    owed,
    tests,
    result: {
      uniqueId: node.uniqueId,
      startedAt: started.toISOString(),
      elapsedMs: finished.getTime() - started.getTime() - waitedMs,
      status: 'success',
      rows,
      message,
      ...(built.setAside === undefined ? {} : { setAside: built.setAside }),
      ...(outside === 0 ? {} : { outsideBatch: outside }),
      ...(compiled === undefined ? {} : { compiledCode: compiled.sql }),
    },
  }
}

/** `, 3 rows set aside in analytics.orders__quarantine`. */
function whereSetAside(node: BuiltNode, count = 0): string {
  if (count === 0 || node.resourceType !== 'model' || node.quarantine === undefined) return ''
  const { schema, identifier } = node.quarantine.relation
  return `, ${count} ${count === 1 ? 'row' : 'rows'} set aside in ${schema}.${identifier}`
}

async function publish({ runner, prepared, columns }: Built): Promise<StepCounts> {
  const { unit } = prepared
  const counts = await runSteps(runner, stepsOf(runner, unit.publish(columns)))
  if (unit.effect === 'batch' || unit.effect === 'history') {
    await runner.session.freshenStatistics(runner.node.relation)
  }
  return counts
}

/** undefined: that cannot be told. */
type RowsChanged = number | 'by a hook' | undefined

/** In the transaction of the data it speaks of. */
async function record(
  context: RunContext,
  built: Built,
  {
    finishedAt,
    message,
    changed,
    rows,
  }: {
    readonly finishedAt: string
    readonly message: string
    readonly changed: RowsChanged
    readonly rows: number | undefined
  },
): Promise<Publication> {
  const { session, request, prepared, epoch, version, started, opened } = built
  const { node } = request.step
  const { run } = context
  const { unit, cursors } = prepared
  const key = relationKey(node.relation)
  await recordCursors(session, { relationKey: key, version, runId: run.runId }, cursors)
  const given = prepared.batches?.given ?? []
  await recordBatches(session, { relationKey: key, epoch, version, runId: run.runId }, given)
  const now = context.runStartedAt
  await settleBatches(session, { relationKey: key, runId: run.runId, now }, given)
  const fencingToken = run.tokens.get(key) ?? 0
  const publication: Publication = {
    fingerprint: unit.fingerprint,
    epoch,
    fencingToken,
    version,
    rowCount: rows,
    dataVersion: versionOf(context, built, changed),
    identity: unit.effect === 'view' ? undefined : await session.identify(node.relation),
    components: writeComponents(recordedComponents(prepared, opened.survey)),
    runId: run.runId,
    finishedAt,
  }
  context.versions.set(key, publication.dataVersion ?? unknownVersion)
  await stillHolds(context, session, node)
  await recordNodeRun(session, {
    ...publication,
    uniqueId: node.uniqueId,
    relation: node.relation,
    status: 'success',
    because: becauseOf(unit, opened.survey.changes),
    startedAt: started.toISOString(),
    message,
  })
  return publication
}

/** Equal to the last one where nothing was written. */
export function versionOf(
  { run }: RunContext,
  { request, prepared, opened, version, columns }: Built,
  changed: RowsChanged,
): string {
  const { node } = request.step
  const { last, components } = opened.survey
  if (prepared.unit.effect === 'view') return viewVersion(components)
  if (node.resourceType === 'seed' && changed !== 'by a hook') {
    const { checksum, columnTypes, delimiter } = node
    return seedVersion({
      checksum,
      columnTypes: Object.entries(columnTypes),
      delimiter,
      columns: node.onSchemaChange === 'sync_all_columns' ? [] : columns,
    })
  }
  return publishedVersion({
    last: last?.dataVersion,
    runId: run.runId,
    version,
    rowsChanged: changed === 'by a hook' ? undefined : changed,
    haveColumnsChanged: false,
  })
}

function becauseOf({ because }: PublishUnit, changes: readonly Change[]): string {
  const since = changes.filter(({ kind }) => kind !== 'never-built').map(describeChange)
  return since.length === 0 ? because : `${because}; since the last build: ${since.join('; ')}`
}

/** With what they looked at, so that --changed need not ask again. */
async function recordTests(
  context: RunContext,
  { session, opened }: Built,
  tests: readonly RunResult[],
): Promise<void> {
  const rows: TestResultRow[] = []
  for (const result of tests) {
    const node = context.manifest.nodes.get(result.uniqueId)
    const fingerprint =
      node?.resourceType === 'test' && result.status === 'pass'
        ? await testFingerprint(opened.context, session, node)
        : undefined
    rows.push(testRow(context, result, fingerprint))
  }
  await recordTestResults(session, rows)
}

const pastTenses: Readonly<Record<string, string>> = {
  'create view': 'created view',
  'replace view': 'replaced view',
  'create table': 'created table',
  'replace table': 'replaced table',
  'rebuild versions': 'rebuilt versions',
  'create snapshot': 'created snapshot',
  'update snapshot': 'updated snapshot',
  'load seed': 'loaded seed',
  'reload seed': 'reloaded seed',
  append: 'appended',
  merge: 'merged',
  'delete+insert': 'deleted and inserted',
  insert_overwrite: 'overwrote partitions',
  backfill: 'backfilled',
  microbatch: 'replaced batches',
}

function pastTense(action: string): string {
  return pastTenses[action] ?? action
}
