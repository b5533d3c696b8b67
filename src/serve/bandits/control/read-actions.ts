/** The audit table to actions. */
import type { SqlValue } from '../../../core/adapter.ts'
import type { ReadDatabase } from '../../context.ts'
import type { BanditTable } from '../bandit-tables.ts'
import { numberIn, readRows, textIn } from '../read-rows.ts'
import { type ControlAction, controlStates, controlVerbs, momentOf } from './control-state.ts'

/** Empty where the table is not there yet. */
export async function readActions(
  database: ReadDatabase,
  { relation }: BanditTable,
): Promise<readonly ControlAction[]> {
  const rows = await readRows(database, `select * from ${database.dialect.relation(relation)}`)
  return (rows ?? []).flatMap((row) => actionOf(row) ?? [])
}

function actionOf(row: ReadonlyMap<string, SqlValue>): ControlAction | undefined {
  const verb = textIn(row, 'action')
  const action = controlVerbs.find((known) => known === verb)
  if (action === undefined) return undefined
  return {
    actionId: textIn(row, 'action_id') ?? '',
    experimentId: textIn(row, 'experiment_id') ?? '',
    priceId: textIn(row, 'price_id'),
    action,
    reason: textIn(row, 'reason') ?? '',
    actedBy: textIn(row, 'acted_by') ?? '',
    actedAt: momentOf(textIn(row, 'acted_at') ?? ''),
    before: { state: stateIn(row, 'state_before'), budget: numberIn(row, 'budget_before') },
    after: { state: stateIn(row, 'state_after'), budget: numberIn(row, 'budget_after') },
  }
}

function stateIn(row: ReadonlyMap<string, SqlValue>, column: string) {
  const word = textIn(row, column)
  return controlStates.find((state) => state === word) ?? 'running'
}
