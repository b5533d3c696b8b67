/** The config of an incremental model to how it takes in rows: its strategy with all that the strategy needs. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../../core/diagnostic.ts'
import type {
  Incremental,
  MergeUpdate,
  OnSchemaChange,
  PartitionTerm,
  Strategy,
} from '../../../core/node/incremental.ts'
import type { MacroLibrary } from '../../template/template.ts'
import {
  booleanOf,
  type ConfigEntries,
  objectOf,
  oneOf,
  textOf,
  textsOf,
} from '../resolve-config.ts'
import { resolveMicrobatch } from './resolve-microbatch.ts'

const schemaChanges = ['ignore', 'fail', 'append_new_columns', 'sync_all_columns'] as const
const builtIn = ['append', 'merge', 'delete+insert', 'insert_overwrite', 'microbatch'] as const

type KnownMacros = MacroLibrary['macros']

/** Faults (an unknown strategy, a merge without a key) are pushed to `faults`. */
export function resolveIncremental(
  entries: ConfigEntries,
  macros: KnownMacros,
  faults: Diagnostic[],
): Incremental {
  const onSchemaChange = onSchemaChangeOf(entries, 'ignore')
  const isContracted = objectOf(entries, 'contract')['enforced'] === true
  if (isContracted && !['fail', 'append_new_columns'].includes(onSchemaChange)) {
    faults.push(contractFault(entries, onSchemaChange))
  }
  return {
    name: 'incremental',
    onSchemaChange,
    fullRefresh: booleanOf(entries, 'full_refresh'),
    widensText: !isContracted,
    ...resolveStrategy(entries, macros, faults),
  }
}

export function onSchemaChangeOf(entries: ConfigEntries, fallback: OnSchemaChange): OnSchemaChange {
  return oneOf(entries, 'on_schema_change', schemaChanges, fallback)
}

/** What a contract promises is changed by no run: dbt's rule. */
function contractFault(entries: ConfigEntries, found: OnSchemaChange): Diagnostic {
  return errorDiagnostic({
    code: 'invalid-value',
    message: `expected on_schema_change "append_new_columns" or "fail" beside an enforced contract, found "${found}"`,
    span: (entries['on_schema_change'] ?? entries['contract'])?.span,
    hint: 'set on_schema_change="fail": columns that the contract does not name are refused',
  })
}

function resolveStrategy(
  entries: ConfigEntries,
  macros: KnownMacros,
  faults: Diagnostic[],
): Strategy {
  const uniqueKey = uniqueKeyOf(entries)
  const found = textOf(entries, 'incremental_strategy') ?? ''
  const title = found === '' ? (uniqueKey.length > 0 ? 'merge' : 'append') : found
  const predicates = textsOf(entries, 'incremental_predicates').filter((text) => text.trim() !== '')
  const strategy = builtIn.find((name) => name === title)
  if (strategy !== undefined) faults.push(...shadowFaults(macros, strategy))
  switch (strategy) {
    case 'append':
      return { strategy }
    case 'merge':
      requireKey(entries, uniqueKey, faults)
      return { strategy, uniqueKey, update: mergeUpdateOf(entries, faults), predicates }
    case 'delete+insert':
      requireKey(entries, uniqueKey, faults)
      return { strategy, uniqueKey, predicates }
    case 'insert_overwrite':
      return {
        strategy,
        partitionBy: partitionOf(entries, faults),
        predicates: checkedPredicates(entries, predicates, faults),
      }
    case 'microbatch':
      return { strategy, ...resolveMicrobatch(entries, faults) }
    case undefined: {
      const macro = macroOf(title)
      if (!macros.has(macro)) faults.push(unknownStrategy(entries, macros, title))
      return { strategy: 'custom', title, macro, uniqueKey, predicates }
    }
  }
}

/** Each once; empty ones are none. */
export function uniqueKeyOf(entries: ConfigEntries): readonly string[] {
  return [...new Set(textsOf(entries, 'unique_key').filter((column) => column.trim() !== ''))]
}

function macroOf(strategy: string): string {
  return `get_incremental_${strategy.replaceAll('+', '_')}_sql`
}

function strategyOf(macro: string): string | undefined {
  return /^get_incremental_(.+)_sql$/.exec(macro)?.[1]
}

function unknownStrategy(entries: ConfigEntries, macros: KnownMacros, title: string): Diagnostic {
  const own = [...macros.keys()].flatMap((macro) => strategyOf(macro) ?? [])
  const known = [...new Set<string>([...builtIn, ...own])]
  const nearest = nearestName(title, known)
  const define = `define {{#macro "${macroOf(title)}" "target_relation" "temp_relation" "dest_columns"}} in macros/`
  return errorDiagnostic({
    code: 'unknown-strategy',
    message: `expected an incremental strategy (${known.join(', ')}), found "${title}"`,
    span: entries['incremental_strategy']?.span,
    hint: nearest === undefined ? define : `did you mean "${nearest}"? or ${define}`,
  })
}

/** In dbt such a macro takes the place of the built-in one: here it would be left aside without a word. */
function shadowFaults(macros: KnownMacros, strategy: string): readonly Diagnostic[] {
  const macro = macroOf(strategy)
  const [definition] = macros.get(macro) ?? []
  if (definition === undefined) return []
  return [
    errorDiagnostic({
      code: 'reserved-name',
      message: `expected a strategy with a name of its own, found the macro "${macro}" for the built-in strategy "${strategy}"`,
      span: definition.span,
      hint: `name the macro get_incremental_my_${strategy.replaceAll('+', '_')}_sql and the strategy "my_${strategy.replaceAll('+', '_')}"`,
    }),
  ]
}

function requireKey(
  entries: ConfigEntries,
  uniqueKey: readonly string[],
  faults: Diagnostic[],
): void {
  if (uniqueKey.length > 0) return
  const strategy = textOf(entries, 'incremental_strategy') ?? ''
  faults.push(
    errorDiagnostic({
      code: 'missing-key',
      message: `expected a "unique_key" beside incremental_strategy "${strategy}", found none`,
      span: entries['incremental_strategy']?.span,
      hint: 'name the key, e.g. unique_key="id", or use incremental_strategy="append"',
    }),
  )
}

function mergeUpdateOf(entries: ConfigEntries, faults: Diagnostic[]): MergeUpdate {
  const only = textsOf(entries, 'merge_update_columns')
  const allBut = textsOf(entries, 'merge_exclude_columns')
  if (only.length > 0 && allBut.length > 0) {
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: 'expected merge_update_columns or merge_exclude_columns, found both',
        span: entries['merge_exclude_columns']?.span,
        hint: 'leave one of them out: the columns that are not updated are those that are not named',
      }),
    )
  }
  if (only.length > 0) return { kind: 'only', columns: only }
  return allBut.length > 0 ? { kind: 'all-but', columns: allBut } : { kind: 'all' }
}

function partitionOf(entries: ConfigEntries, faults: Diagnostic[]): readonly PartitionTerm[] {
  const texts = textsOf(entries, 'partition_by').filter((text) => text.trim() !== '')
  if (texts.length === 0) {
    faults.push(
      errorDiagnostic({
        code: 'missing-key',
        message:
          'expected "partition_by" beside incremental_strategy "insert_overwrite", found none',
        span: entries['incremental_strategy']?.span,
        hint: `name a column or an expression, e.g. partition_by="day" or partition_by="date_trunc('month', ordered_at)"`,
      }),
    )
  }
  return [...new Set(texts)].map((text) =>
    /^[\p{L}_][\p{L}\p{N}_$]*$/u.test(text)
      ? { kind: 'column', name: text }
      : { kind: 'expression', sql: text },
  )
}

/** A partition is replaced whole: it has no one row of the batch beside it. */
function checkedPredicates(
  entries: ConfigEntries,
  predicates: readonly string[],
  faults: Diagnostic[],
): readonly string[] {
  if (predicates.some((text) => /\bDBT_INTERNAL_SOURCE\b/i.test(text))) {
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message:
          'expected incremental_predicates on DBT_INTERNAL_DEST beside insert_overwrite, found DBT_INTERNAL_SOURCE',
        span: entries['incremental_predicates']?.span,
        hint: 'say it of the rows of the table: a partition has many rows of the batch, not one',
      }),
    )
  }
  return predicates
}
