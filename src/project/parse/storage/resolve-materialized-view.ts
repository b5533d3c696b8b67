/** The config of a materialized view; on a database that has none it is a fault. */
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import type { Materialization } from '../../../core/node.ts'
import type { AdapterName } from '../../../core/target.ts'
import { booleanOf, type ConfigEntries, isEnabled, oneOf } from '../resolve-config.ts'

type MaterializedView = Extract<Materialization, { readonly name: 'materialized_view' }>

const changes = ['apply', 'continue', 'fail'] as const

export function resolveMaterializedView(
  adapter: AdapterName,
  entries: ConfigEntries,
  faults: Diagnostic[],
): MaterializedView {
  if (adapter === 'duckdb' && isEnabled(entries)) {
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message:
          'expected a materialization that duckdb has, found "materialized_view", which is for postgres',
        span: entries['materialized']?.span,
        hint: 'make it a table: it is rebuilt in every run, as a materialized view is refreshed',
      }),
    )
  }
  return {
    name: 'materialized_view',
    onConfigurationChange: oneOf(entries, 'on_configuration_change', changes, 'apply'),
    fullRefresh: booleanOf(entries, 'full_refresh'),
  }
}
