/** Keys that are read and checked for nothing yet: said, so that nobody waits for what they name. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { NotApplied } from '../config-entry.ts'
import { type PlacedValue, toJson } from '../yaml/placed-value.ts'

/** Of assay.yml. */
export const laterSettings: ReadonlySet<string> = new Set(['metrics', 'experiments', 'schedules'])

/** Of `flags:`: dbt's, which switch nothing here; with how it is anyhow, where the flag has a meaning. */
const laterFlags: ReadonlyMap<string, boolean | undefined> = new Map([
  ['cache_selected_only', undefined],
  ['log_cache_events', undefined],
  ['log_format_file', undefined],
  ['log_level_file', undefined],
  ['partial_parse', true],
  ['partial_parse_file_diff', true],
  ['populate_cache', true],
  ['printer_width', undefined],
  ['require_all_warnings_handled_by_warn_error', true],
  ['require_batched_execution_for_custom_microbatch_strategy', undefined],
  ['require_explicit_package_overrides_for_builtin_materializations', true],
  ['require_generic_test_arguments_property', false],
  ['require_nested_cumulative_type_params', undefined],
  ['require_ref_searches_node_package_before_root', false],
  ['require_resource_names_without_spaces', true],
  ['require_sql_header_in_test_configs', undefined],
  ['require_unique_project_resource_names', true],
  ['require_yaml_configuration_for_mf_time_spines', undefined],
  ['restrict_direct_pg_catalog_access', undefined],
  ['send_anonymous_usage_stats', false],
  ['state_modified_compare_more_unrendered_values', true],
  ['state_modified_compare_vars', undefined],
  ['static_parser', true],
  ['use_colors_file', false],
  ['use_experimental_parser', undefined],
  ['validate_macro_args', true],
  ['version_check', true],
])

/** Of properties files. */
export const laterSections: ReadonlySet<string> = new Set([
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

/** Where dbt lives in the same folder its files are its own. */
export function unreadFiles(root: string): readonly NotApplied[] {
  if (existsSync(join(root, 'dbt_project.yml'))) return []
  return ['packages.yml', 'dependencies.yml']
    .filter((name) => existsSync(join(root, name)))
    .map((name) => ({
      key: name,
      span: { path: name, line: 1, column: 1, length: 1 },
      instead: 'packages are named under "packages" in assay.yml; dbt_utils ships with Assay',
    }))
}

/** What is asked to be as it is anyhow needs no word. */
export function notAppliedFlags(flags: PlacedValue | undefined): readonly NotApplied[] {
  if (flags?.kind !== 'map') return []
  return flags.entries.flatMap(({ key, keySpan: span, value }) => {
    const alwaysIs = laterFlags.get(key)
    if (!laterFlags.has(key)) return []
    if (alwaysIs === undefined) return [{ key, span }]
    return toJson(value) === alwaysIs ? [] : [{ key, span, alwaysIs }]
  })
}
