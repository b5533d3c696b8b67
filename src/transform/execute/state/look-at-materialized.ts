/** What the database holds of a materialized view, beside what every node is asked: what it reads, and its indexes. */
import type { Session } from '../../../core/adapter.ts'
import type { RelationState } from '../../../core/database/warehouse-state.ts'
import { type Diagnostic, errorDiagnostic, warningDiagnostic } from '../../../core/diagnostic.ts'
import type { Dialect } from '../../../core/dialect.ts'
import { configSpan } from '../../../core/node/config-places.ts'
import type { ModelNode } from '../../../core/node.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import { makeIndexes } from '../../plan/materializations/storage/with-indexes.ts'

export interface MaterializedFacts {
  readonly readsDetached: boolean
  readonly isConcurrent: boolean
  /** Those that are there stay as they are when it is refreshed. */
  readonly keepsIndexes: boolean
  readonly warning: Diagnostic | undefined
}

const nothing: MaterializedFacts = {
  readsDetached: false,
  isConcurrent: false,
  keepsIndexes: false,
  warning: undefined,
}

/** Reads only, and nothing where the node is none or none stands there. */
export async function lookAtMaterialized(
  { dialect, isFullRefresh }: { readonly dialect: Dialect; readonly isFullRefresh: boolean },
  session: Session,
  { node, existing }: { readonly node: ModelNode; readonly existing: RelationState | undefined },
): Promise<Result<MaterializedFacts>> {
  const { materialization, relation, storage } = node
  if (materialization.name !== 'materialized_view' || existing?.kind !== 'materialized view') {
    return success(nothing)
  }
  const readsDetached = await session.readsDetached(relation)
  const wanted = makeIndexes({ dialect, relation, configs: storage.indexes }, existing.columns)
  // Columns that it has not yet: it will be replaced.
  if (!wanted.ok || (materialization.fullRefresh ?? isFullRefresh)) {
    return success({ ...nothing, readsDetached })
  }
  const present = new Set(await session.managedIndexes(relation))
  const names = wanted.value.map(({ name }) => name)
  const isChanged = names.length !== present.size || names.some((name) => !present.has(name))
  const change = materialization.onConfigurationChange
  if (isChanged && change === 'fail') return failure([changed(node, change)])
  const keepsIndexes = isChanged && change === 'continue'
  const unique = wanted.value.filter(
    ({ isUnique, terms }) => isUnique && terms.every((term) => /^"(?:[^"]|"")*"$/.test(term)),
  )
  const isConcurrent = unique.some(({ name }) => !keepsIndexes || present.has(name))
  const warning = keepsIndexes ? changed(node, change) : undefined
  return success({ readsDetached, isConcurrent, keepsIndexes, warning })
}

function changed(node: ModelNode, change: 'continue' | 'fail'): Diagnostic {
  const build = change === 'fail' ? errorDiagnostic : warningDiagnostic
  return build({
    code: 'configuration-changed',
    message: `expected the indexes of "${node.name}" as its config says them, found others, and on_configuration_change is "${change}"`,
    span: configSpan(node, 'on_configuration_change', 'indexes'),
    hint: 'run it once with --full-refresh, or set on_configuration_change to "apply"',
  })
}
