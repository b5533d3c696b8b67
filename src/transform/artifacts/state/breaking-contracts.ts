/** Two manifests to the contracts that were loosened between them: what readers of a model may break on. */
import type { JsonObject } from '../../../core/json.ts'
import { canonical, listAt, objectAt, type StateManifest, textAt } from './state-manifest.ts'

export interface BrokenContract {
  /** Unique id. */
  readonly id: string
  /** Readers of a version rely on it staying as it is. */
  readonly isVersioned: boolean
  /** Removed, renamed or disabled. */
  readonly isGone: boolean
  /** At least one. */
  readonly reasons: readonly BreakingReason[]
}

interface BreakingReason {
  readonly text: string
  /** The column it speaks of, where that is still there. */
  readonly column?: string
}

/** Of models that had an enforced contract. `at`: ISO 8601; what was announced to go before may be gone. */
export function breakingContracts(
  now: StateManifest,
  before: StateManifest,
  at: string,
): readonly BrokenContract[] {
  return [...before.nodes].flatMap(([id, last]): readonly BrokenContract[] => {
    if (textAt(last, 'resource_type') !== 'model' || !isEnforced(last)) return []
    const node = now.nodes.get(id)
    const isVersioned = (last['version'] ?? null) !== null
    if (node === undefined) {
      if (isPast(last, at)) return []
      const reason = now.disabled.has(id) ? 'it is disabled' : 'it is removed or renamed'
      return [{ id, isVersioned, isGone: true, reasons: [{ text: reason }] }]
    }
    const reasons = reasonsOf(node, last)
    return reasons.length === 0 ? [] : [{ id, isVersioned, isGone: false, reasons }]
  })
}

function isPast(json: JsonObject, at: string): boolean {
  const date = textAt(json, 'deprecation_date')
  return date !== '' && Date.parse(date) < Date.parse(at)
}

function isEnforced(json: JsonObject): boolean {
  return objectAt(json, 'contract')['enforced'] === true
}

function reasonsOf(node: JsonObject, last: JsonObject): readonly BreakingReason[] {
  if (!isEnforced(node)) return [{ text: 'the contract is no longer enforced' }]
  const columns = objectAt(node, 'columns')
  const perColumn = Object.keys(objectAt(last, 'columns')).flatMap((name) => {
    const [column, old] = [objectAt(columns, name), objectAt(objectAt(last, 'columns'), name)]
    if (!(name in columns)) return [{ text: `the column "${name}" is gone` }]
    const [type, oldType] = [textAt(column, 'data_type'), textAt(old, 'data_type')]
    const isOther = type.toLowerCase() !== oldType.toLowerCase()
    return [
      ...(isOther ? [`the type of "${name}" went from ${oldType} to ${type}`] : []),
      ...lost(column, old).map((kind) => `${kind} of "${name}" is gone`),
    ].map((text) => ({ text, column: name }))
  })
  const ofModel = lost(node, last).map((kind) => `${kind} of the model is gone`)
  return [...perColumn, ...[...ofModel, ...unheld(node, last)].map((text) => ({ text }))]
}

/** Types of constraints that are no longer there; another name is the same constraint. */
function lost(now: JsonObject, before: JsonObject): readonly string[] {
  const held = new Set(listAt(now, 'constraints').map(termsOf))
  return listAt(before, 'constraints')
    .filter((constraint) => !held.has(termsOf(constraint)))
    .map((constraint) => textAt(constraint, 'type'))
}

function termsOf(constraint: JsonObject): string {
  const { type, expression, columns, to, to_columns: toColumns } = constraint
  return canonical([type, expression, columns, to, toColumns].map((each) => each ?? null))
}

/** A view holds its rows to nothing. */
function unheld(node: JsonObject, last: JsonObject): readonly string[] {
  const isView = (json: JsonObject) => objectAt(json, 'config')['materialized'] === 'view'
  const columns = objectAt(last, 'columns')
  const hadSome =
    listAt(last, 'constraints').length > 0 ||
    Object.keys(columns).some((name) => listAt(objectAt(columns, name), 'constraints').length > 0)
  return hadSome && isView(node) && !isView(last)
    ? ['it is a view now, which holds to no constraints']
    : []
}
