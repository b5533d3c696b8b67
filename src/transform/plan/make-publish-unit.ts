/** A node and what the database holds to its publish unit: picks the materialization. */
import type { RelationState } from '../../core/database/warehouse-state.ts'
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import type { Dialect } from '../../core/dialect.ts'
import { never } from '../../core/never.ts'
import { keepsRows, type ModelNode } from '../../core/node.ts'
import type { Relation } from '../../core/relation.ts'
import { planExternal } from './materializations/external.ts'
import { planIncremental } from './materializations/incremental/incremental.ts'
import { candidateOf, type MaterializationInput } from './materializations/materialization.ts'
import { planMaterializedView } from './materializations/materialized-view.ts'
import { planScd2 } from './materializations/scd2/plan-scd2.ts'
import { hasItsColumns } from './materializations/scd2/versions.ts'
import { planTable } from './materializations/table.ts'
import { planView } from './materializations/view.ts'
import type { PublishUnit } from './publish-unit.ts'

export function makePublishUnit(node: ModelNode, input: MaterializationInput): PublishUnit {
  const { materialization } = node
  switch (materialization.name) {
    case 'view':
      return planView(input)
    case 'table':
      return planTable(input)
    case 'incremental':
      return planIncremental(input, materialization)
    case 'scd2':
      return planScd2(input, materialization)
    case 'external':
      return planExternal(input, materialization.file)
    case 'materialized_view':
      return planMaterializedView(input)
    case 'ephemeral':
      throw new Error(`${node.uniqueId} is ephemeral and is never published`)
  }
}

/** `full_refresh` in the config beats the flag, in both directions. */
export function isFullRefresh(node: ModelNode, flag: boolean): boolean {
  const { materialization } = node
  if (materialization.name === 'scd2') return flag
  switch (materialization.name) {
    case 'incremental':
    case 'materialized_view':
      return materialization.fullRefresh ?? flag
    case 'view':
    case 'table':
    case 'external':
    case 'ephemeral':
      return false
    default:
      return never(materialization)
  }
}

/** What `is_incremental` says: a batch is added to the table that is there. */
export function addsBatch(
  node: ModelNode,
  existing: RelationState | undefined,
  isRefreshed: boolean,
): boolean {
  const { materialization } = node
  if (existing?.kind !== 'table' || isRefreshed || !keepsRows(materialization)) return false
  // A history of other columns is another one: it can be made again from its events.
  return materialization.name !== 'scd2' || hasItsColumns(materialization, existing.columns)
}

/** Room a swap needs behind a name, for the old table that dependents may still read. */
const longestSuffix = '__assay_old_0'.length

/** Names are refused, never cut: the longest name that publishing the node needs must fit. */
export function checkNameLength(
  dialect: Dialect,
  node: { readonly name: string; readonly relation: Relation; readonly span: Diagnostic['span'] },
): Diagnostic | undefined {
  const limit = dialect.maxIdentifierBytes
  if (limit === undefined) return undefined
  const { identifier, schema } = node.relation
  const derived = Math.max(
    Buffer.byteLength(candidateOf(node.relation).identifier),
    Buffer.byteLength(identifier) + longestSuffix,
  )
  const suffix = derived - Buffer.byteLength(identifier)
  if (derived <= limit && Buffer.byteLength(schema) <= limit) return undefined
  const isSchema = Buffer.byteLength(schema) > limit
  return errorDiagnostic({
    code: 'name-too-long',
    message: isSchema
      ? `expected a schema of at most ${limit} bytes, found "${schema}" with ${Buffer.byteLength(schema)}`
      : `expected a name of at most ${limit - suffix} bytes, found "${identifier}" with ${Buffer.byteLength(identifier)}`,
    span: node.span,
    hint: isSchema
      ? 'set a shorter "schema"'
      : `${dialect.name} allows ${limit} bytes and publishing needs ${suffix} of them; set a shorter "alias"`,
  })
}
