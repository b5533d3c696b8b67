/** Configs that the strategy of an incremental model does not read: said where they stand, so that none is believed to work. */
import { type Diagnostic, warningDiagnostic } from '../../../core/diagnostic.ts'
import type { Strategy } from '../../../core/node/incremental.ts'
import type { Draft } from '../drafts/draft.ts'

const read: Readonly<Record<string, readonly Strategy['strategy'][]>> = {
  merge_update_columns: ['merge'],
  merge_exclude_columns: ['merge'],
  partition_by: ['insert_overwrite'],
  begin: ['microbatch'],
  batch_size: ['microbatch'],
  lookback: ['microbatch'],
  concurrent_batches: ['microbatch'],
  incremental_predicates: ['merge', 'delete+insert', 'insert_overwrite', 'custom'],
}

/** One that comes from the project file is for a folder of models, of which others may read it. */
export function unusedConfigWarnings(drafts: readonly Draft[]): readonly Diagnostic[] {
  return drafts.flatMap(({ node, config }) => {
    if (node.resourceType !== 'model' || node.materialization.name !== 'incremental') return []
    const { materialization } = node
    const { strategy } = materialization
    const title = strategy === 'custom' ? materialization.title : strategy
    return Object.entries(read).flatMap(([key, strategies]) => {
      const entry = config[key]
      if (entry === undefined || strategies.includes(strategy)) return []
      if (entry.span.path === 'assay.yml') return []
      return [
        warningDiagnostic({
          code: 'not-applied',
          message: `expected a key that incremental_strategy "${title}" reads, found "${key}", which does nothing beside it`,
          span: entry.span,
          hint: `it is for ${strategies.map((name) => (name === 'custom' ? 'a strategy of your own' : name)).join(', ')}`,
        }),
      ]
    })
  })
}
