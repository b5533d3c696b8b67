/** Keys that are read and checked for nothing yet: said, so that nobody waits for what they name. */
import type { NotApplied } from '../project.ts'
import type { PlacedValue } from '../yaml/placed-value.ts'

/** Of assay.yml. */
export const laterSettings: ReadonlySet<string> = new Set([
  'snapshots',
  'unit_tests',
  'exposures',
  'metrics',
  'experiments',
  'packages',
  'dispatch',
  'on-run-start',
  'on-run-end',
  'query-comment',
  'schedules',
  'flags',
])

/** Of properties files. */
export const laterSections: ReadonlySet<string> = new Set([
  'snapshots',
  'exposures',
  'metrics',
  'groups',
  'unit_tests',
  'experiments',
  'semantic_models',
  'saved_queries',
  'functions',
])

export function notApplied(
  value: PlacedValue | undefined,
  keys: ReadonlySet<string>,
): readonly NotApplied[] {
  if (value?.kind !== 'map') return []
  return value.entries
    .filter((entry) => keys.has(entry.key))
    .map((entry) => ({ key: entry.key, span: entry.keySpan }))
}
