/** The incremental step of a model over its rows before it, or the versions of an scd2: the statements of a run, on temporary tables. */
import type { Column, Relation } from '../../../core/relation.ts'
import type { UnitTestNode } from '../../../core/node/unit-test.ts'
import { compileStrategy } from '../../plan/compile-strategy.ts'
import { cursorQuery } from '../../plan/cursor-query.ts'
import { makePublishUnit } from '../../plan/make-publish-unit.ts'
import type { TouchedKeys } from '../../plan/materializations/materialization.ts'
import { scratchDialect } from '../../plan/unit-tests/scratch.ts'
import type { RunContext } from '../run-context.ts'
import { runSteps, stepsOf } from '../run-steps.ts'
import type { RunningTest } from './running-test.ts'

/** Gives the table as the step left it. Throws a `StepError`. */
export async function runTableStep(
  { adapter: plain }: RunContext,
  { runner, scope, inputs, compiled }: RunningTest,
  test: UnitTestNode,
): Promise<{ readonly relation: Relation; readonly columns: readonly Column[] }> {
  const { model } = scope
  const { relation } = model
  const { adapter, session, ran } = runner
  const dialect = scratchDialect(plain.dialect)
  const place = { span: test.span, rows: [] }
  const own = `select * from ${dialect.relation(relation)}`
  // Versions are made of all events there are, so the ones that are given make the whole table.
  const isWhole = model.materialization.name === 'scd2'
  const unit = makePublishUnit(model, {
    relation,
    compiled,
    buildFrom: compiled,
    dialect,
    whole: undefined,
    existing: isWhole
      ? undefined
      : { relation, kind: 'table', columns: await runner.columnsOf(own, place) },
    lastFingerprint: undefined,
    inputsSignature: '',
    isFullRefresh: false,
    refreshReason: undefined,
    needsCandidate: false,
    backfill: undefined,
    uniqueKey: model.uniqueKey,
    swap: undefined,
    isUnlogged: false,
    refresh: { readsDetached: false, isConcurrent: false },
    arrivalColumn: model.arrival?.column,
    batches: [{ window: allTime, buildFrom: compiled }],
    touched: touchedKeys(scope, inputs, dialect),
    contract: undefined,
    // What is expected are the rows before any is set aside.
    quarantine: undefined,
    strategyStatements: (call) => compileStrategy(scope.compileContext, model, call),
  })
  const steps = {
    adapter: { ...adapter, dialect },
    session,
    node: model,
    manifest: undefined,
    ran,
    rebuiltLater: new Set<string>(),
  }
  await runSteps(steps, unit.build)
  const batch = `select * from ${dialect.relation(unit.batch ?? unit.candidate)}`
  const columns = await runner.columnsOf(batch, place)
  if (unit.checks !== undefined) await runSteps(steps, stepsOf(steps, unit.checks(columns)))
  if (isWhole) {
    const versions = `select * from ${dialect.relation(unit.candidate)}`
    return { relation: unit.candidate, columns: await runner.columnsOf(versions, place) }
  }
  await runSteps(steps, stepsOf(steps, unit.publish(columns)))
  return { relation, columns: await runner.columnsOf(own, place) }
}

/** Of a microbatch model: the rows that are given are those of the batch, whatever their time. */
const allTime = { start: '0001-01-01T00:00:00.000Z', end: '9999-12-31T00:00:00.000Z' }

/** The rows that are given are those that are new, so their keys are those that were touched. */
function touchedKeys(
  { model, standIns }: RunningTest['scope'],
  inputs: RunningTest['inputs'],
  dialect: ReturnType<typeof scratchDialect>,
): readonly TouchedKeys[] {
  return model.cursorReads.flatMap((read) => {
    const from = standIns.get(read.upstream)
    if (read.kind !== 'touched_keys' || from === undefined) return []
    const known = inputs.find(({ input }) => input.given.input === read.upstream)
    const columns = known?.kind === 'rows' ? known.columns : []
    const key = read.key.map(
      (name) => columns.find((column) => column.name === name) ?? { name, dataType: 'text' },
    )
    const query = cursorQuery({ dialect, from: dialect.relation(from), interval: undefined, key })
    return [{ key: read.key, query }]
  })
}
