/** Keys that are read and checked for nothing yet: said, so that nobody waits for what they name. */
import type { NotApplied } from '../config-entry.ts'
import type { PlacedValue } from '../yaml/placed-value.ts'

/** Of assay.yml. */
export const laterSettings: ReadonlySet<string> = new Set(['metrics', 'experiments', 'schedules'])

/** Of `flags:`: dbt's, which switch what this program does not have. */
export const laterFlags: ReadonlySet<string> = new Set([
  'cache_selected_only',
  'log_cache_events',
  'log_format_file',
  'log_level_file',
  'partial_parse',
  'partial_parse_file_diff',
  'populate_cache',
  'printer_width',
  'require_all_warnings_handled_by_warn_error',
  'require_batched_execution_for_custom_microbatch_strategy',
  'require_explicit_package_overrides_for_builtin_materializations',
  'require_generic_test_arguments_property',
  'require_nested_cumulative_type_params',
  'require_ref_searches_node_package_before_root',
  'require_resource_names_without_spaces',
  'require_sql_header_in_test_configs',
  'require_unique_project_resource_names',
  'require_yaml_configuration_for_mf_time_spines',
  'restrict_direct_pg_catalog_access',
  'send_anonymous_usage_stats',
  'source_freshness_run_project_hooks',
  'state_modified_compare_more_unrendered_values',
  'state_modified_compare_vars',
  'static_parser',
  'use_colors_file',
  'use_experimental_parser',
  'validate_macro_args',
  'version_check',
])

/** Of properties files. */
export const laterSections: ReadonlySet<string> = new Set([
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
