/** A selection as it is kept, read again and answered. */
import type { Json, JsonObject } from '../../../core/json.ts'
import { isJsonObject, parseJson } from '../../../core/json.ts'
import { momentOf } from '../control/control-state.ts'
import { type NamedRow, numberIn, textIn } from '../read-rows.ts'

export const selectionPolicies = ['posterior', 'planned', 'default'] as const
export type SelectionPolicy = (typeof selectionPolicies)[number]

export interface Selection {
  readonly selectionId: string
  readonly experimentId: string
  readonly priceId: string
  readonly segment: string | null
  readonly policy: SelectionPolicy
  /** Why nothing was drawn. */
  readonly reason: string | null
  /** 1 where nothing was drawn. */
  readonly propensity: number
  /** Share of each arm; null where nothing was drawn. */
  readonly weights: JsonObject | null
  readonly snapshotId: string | null
  readonly context: JsonObject | null
  readonly userId: string | null
  readonly sessionId: string | null
  /** Milliseconds since 1970. */
  readonly selectedAt: number
  /** Name of a key. */
  readonly selectedBy: string
}

/** Under the names of the table's columns. */
export function selectionFields(selection: Selection): Readonly<Record<string, Json>> {
  return {
    selection_id: selection.selectionId,
    experiment_id: selection.experimentId,
    price_id: selection.priceId,
    segment: selection.segment,
    policy: selection.policy,
    reason: selection.reason,
    propensity: selection.propensity,
    weights: selection.weights,
    snapshot_id: selection.snapshotId,
    context: selection.context,
    user_id: selection.userId,
    session_id: selection.sessionId,
    selected_at: new Date(selection.selectedAt).toISOString(),
    selected_by: selection.selectedBy,
  }
}

export function selectionOf(row: NamedRow): Selection {
  const policy = textIn(row, 'policy')
  return {
    selectionId: textIn(row, 'selection_id') ?? '',
    experimentId: textIn(row, 'experiment_id') ?? '',
    priceId: textIn(row, 'price_id') ?? '',
    segment: textIn(row, 'segment'),
    policy: selectionPolicies.find((known) => known === policy) ?? 'default',
    reason: textIn(row, 'reason'),
    propensity: numberIn(row, 'propensity') ?? 0,
    weights: objectIn(row, 'weights'),
    snapshotId: textIn(row, 'snapshot_id'),
    context: objectIn(row, 'context'),
    userId: textIn(row, 'user_id'),
    sessionId: textIn(row, 'session_id'),
    selectedAt: momentOf(textIn(row, 'selected_at') ?? ''),
    selectedBy: textIn(row, 'selected_by') ?? '',
  }
}

/** JSON comes as text, or as what it says. */
function objectIn(row: NamedRow, column: string): JsonObject | null {
  const text = textIn(row, column)
  const value = text === null ? undefined : parseJson(text)
  return isJsonObject(value) ? value : null
}
