/** An incremental model: the first run and a full refresh build a table, every other run adds a checked batch to it. */
import type { Incremental } from '../../../../core/node/incremental.ts'
import type { Column, Relation } from '../../../../core/relation.ts'
import { success } from '../../../../core/result.ts'
import type { PublishUnit, Step } from '../../publish-unit.ts'
import {
  arrivalChecks,
  candidateOf,
  fingerprintOf,
  type MaterializationInput,
  reasonForTable,
} from '../materialization.ts'
import { heldToConstraints } from '../../contracts/create-table.ts'
import { buildRows } from '../quarantine/split-rows.ts'
import { planTable } from '../table.ts'
import { planBackfill } from './backfill.ts'
import { batchSteps } from './batch-steps.ts'
import { checkBatch } from './key-checks.ts'
import { planMicrobatch } from './microbatch.ts'
import { keysOfBatch } from './replaced-rows.ts'

export function planIncremental(
  input: MaterializationInput,
  materialization: Incremental,
): PublishUnit {
  if (materialization.strategy === 'microbatch') return planMicrobatch(input, materialization)
  const { relation, compiled, dialect, existing } = input
  const batch = candidateOf(relation)
  const checks = (columns: readonly Column[] | undefined) =>
    checkBatch(dialect, materialization, { batch, columns })
  if (existing?.kind !== 'table' || input.isFullRefresh) {
    return { ...planTable(input), checks, because: reasonForTable(input) }
  }
  if (input.backfill !== undefined) {
    return planBackfill(input, input.backfill, { existing, checks, materialization })
  }
  const arrival = arrivalChecks(dialect, batch, input.arrivalColumn)
  const isCustom = materialization.strategy === 'custom'
  const strategy = isCustom ? materialization.title : materialization.strategy
  return {
    action: strategy,
    because: 'it is incremental and its table exists',
    candidate: relation,
    batch,
    build: [
      ...buildRows(input, { isConstrained: false }),
      ...arrival,
      ...orderChecks(input, batch),
    ],
    checks,
    effect: 'batch',
    touchedKeys: keysOfBatch(input, materialization, existing.columns),
    isPublishedLast: false,
    testsRun: 'after-publish',
    publish: (batchColumns) => {
      const columns = { table: existing.columns, batch: batchColumns }
      const steps = batchSteps(input, materialization, columns)
      return steps.ok ? success(heldToConstraints(input, steps.value)) : steps
    },
    fingerprint: fingerprintOf(['incremental', strategy, compiled.sql]),
  }
}

/** Readers have consumed up to what is there: a row at or below would never be seen. */
function orderChecks(input: MaterializationInput, batch: Relation): readonly Step[] {
  const { arrivalColumn, dialect, relation } = input
  if (arrivalColumn === undefined) return []
  const name = dialect.quote(arrivalColumn)
  return [
    {
      kind: 'refuse-rows',
      code: 'late-arrival',
      configs: ['arrival_column'],
      sql: `select ${name}\nfrom ${dialect.relation(batch)}\nwhere ${name} <= (select max(${name}) from ${dialect.relation(relation)})\norder by ${name}\nlimit 5`,
      message: `expected values of "${arrivalColumn}" beyond those already in the table, found`,
      hint: 'pass on the arrival column of one upstream read by new_rows, or declare none and read this model by touched_keys',
    },
  ]
}
