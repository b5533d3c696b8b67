/** Configs of storage that do nothing where they stand: said, so that none is believed to work. */
import { type Diagnostic, warningDiagnostic } from '../../../core/diagnostic.ts'
import type { AdapterName } from '../../../core/target.ts'
import type { Draft, DraftNode } from '../drafts/draft.ts'

interface Unused {
  readonly key: string
  readonly isUnused: (node: DraftNode, adapter: AdapterName) => boolean
  readonly expected: string
  readonly hint: string
}

const unused: readonly Unused[] = [
  {
    key: 'indexes',
    isUnused: (node) => isOneOf(node, ['view', 'ephemeral', 'external']),
    expected: 'a model with rows of its own',
    hint: 'leave it out, or make it a table',
  },
  {
    key: 'unlogged',
    isUnused: (node, adapter) =>
      adapter !== 'postgres' ||
      isOneOf(node, ['view', 'ephemeral', 'materialized_view', 'external', 'scd2']),
    expected: 'a table or incremental model on postgres',
    hint: 'leave it out',
  },
  ...['location', 'format', 'options'].map(
    (key): Unused => ({
      key,
      isUnused: (node) => !isOneOf(node, ['external']),
      expected: 'an external model',
      hint: 'leave it out, or set materialized to "external"',
    }),
  ),
  {
    key: 'on_configuration_change',
    isUnused: (node) => !isOneOf(node, ['materialized_view']),
    expected: 'a materialized view',
    hint: 'leave it out',
  },
]

/** One that comes from the project file is for a folder of models, of which others may read it. */
export function unusedStorageWarnings(
  drafts: readonly Draft[],
  adapter: AdapterName,
): readonly Diagnostic[] {
  return drafts.flatMap(({ node, config }) =>
    unused.flatMap(({ key, isUnused, expected, hint }) => {
      const entry = config[key]
      if (entry === undefined || entry.value === null || entry.value === false) return []
      if (entry.span.path === 'assay.yml' || !isUnused(node, adapter)) return []
      return [
        warningDiagnostic({
          code: 'not-applied',
          message: `expected "${key}" on ${expected}, found it where it does nothing`,
          span: entry.span,
          hint,
        }),
      ]
    }),
  )
}

function isOneOf(node: DraftNode, names: readonly string[]): boolean {
  return node.resourceType === 'model' && names.includes(node.materialization.name)
}
