/** The merged config of a snapshot to how it finds changes and what it writes; what does not fit together is a fault. */
import { type Diagnostic, errorDiagnostic, type SourceSpan } from '../../../core/diagnostic.ts'
import { isJsonArray } from '../../../core/json.ts'
import type { SnapshotMetaColumns, SnapshotNode, SnapshotStrategy } from '../../../core/node.ts'
import { type ConfigEntries, objectOf, scalarText, textOf, textsOf } from '../resolve-config.ts'

export interface SnapshotConfig {
  readonly config: ConfigEntries
  /** Of the snapshot: where what is absent is told. */
  readonly span: SourceSpan
}

type Resolved = Pick<
  SnapshotNode,
  'uniqueKey' | 'strategy' | 'hardDeletes' | 'validToCurrent' | 'metaColumns'
>

export function resolveSnapshot(input: SnapshotConfig, faults: Diagnostic[]): Resolved {
  const { config } = input
  const uniqueKey = textsOf(config, 'unique_key').filter((key) => key !== '')
  if (uniqueKey.length === 0) {
    faults.push(missing(input, 'unique_key', 'name what tells rows apart: unique_key: id'))
  }
  return {
    uniqueKey,
    strategy: strategyOf(input, faults),
    hardDeletes: hardDeletesOf(input, faults),
    validToCurrent: textOf(config, 'dbt_valid_to_current'),
    metaColumns: metaColumnsOf(input, faults),
  }
}

function strategyOf(input: SnapshotConfig, faults: Diagnostic[]): SnapshotStrategy {
  const { config } = input
  const updatedAt = textOf(config, 'updated_at')
  const name = textOf(config, 'strategy')
  if (name === undefined) {
    const hint =
      'strategy: timestamp if the rows have a column that says when they changed (updated_at), else strategy: check'
    faults.push(missing(input, 'strategy', hint))
    return { name: 'check', columns: 'all', updatedAt }
  }
  if (name === 'check') return { name, columns: checkedColumns(input, faults), updatedAt }
  if (updatedAt === undefined || updatedAt === '') {
    const hint = 'name the column that says when a row changed, or use strategy: check'
    faults.push(missing(input, 'updated_at', hint, ' for strategy "timestamp"'))
  }
  const surplus = config['check_cols']
  if (surplus !== undefined) {
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: 'expected "check_cols" beside strategy "check" only, found it beside "timestamp"',
        span: surplus.span,
        hint: 'leave it out, or use strategy: check',
      }),
    )
  }
  return { name: 'timestamp', updatedAt: updatedAt ?? '' }
}

function checkedColumns(input: SnapshotConfig, faults: Diagnostic[]): readonly string[] | 'all' {
  const entry = input.config['check_cols']
  const hint = 'a list of columns, or "all": check_cols: [status, address]'
  if (entry?.value === 'all') return 'all'
  const columns = textsOf(input.config, 'check_cols').filter((column) => column !== '')
  if (columns.length === 0) {
    faults.push(missing(input, 'check_cols', hint, ' for strategy "check"'))
  } else if (entry !== undefined && !isJsonArray(entry.value)) {
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected a list or "all" for "check_cols", found "${scalarText(entry.value)}"`,
        span: entry.span,
        hint,
      }),
    )
  }
  return columns
}

function hardDeletesOf(
  { config }: SnapshotConfig,
  faults: Diagnostic[],
): SnapshotNode['hardDeletes'] {
  const old = config['invalidate_hard_deletes']
  const found = textOf(config, 'hard_deletes')
  if (old !== undefined && found !== undefined) {
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: 'expected "hard_deletes" or "invalidate_hard_deletes", found both',
        span: old.span,
        hint: 'leave out "invalidate_hard_deletes", the older word for hard_deletes: invalidate',
      }),
    )
  }
  const choices = ['ignore', 'invalidate', 'new_record'] as const
  const fallback = old?.value === true ? 'invalidate' : 'ignore'
  return choices.find((choice) => choice === found) ?? fallback
}

function metaColumnsOf({ config }: SnapshotConfig, faults: Diagnostic[]): SnapshotMetaColumns {
  const given = objectOf(config, 'snapshot_meta_column_names')
  const nameOf = (column: string) => {
    const name = given[column]
    return typeof name === 'string' && name !== '' ? name : column
  }
  const columns = {
    scdId: nameOf('dbt_scd_id'),
    updatedAt: nameOf('dbt_updated_at'),
    validFrom: nameOf('dbt_valid_from'),
    validTo: nameOf('dbt_valid_to'),
    isDeleted: nameOf('dbt_is_deleted'),
  }
  const names = Object.values(columns).map((name) => name.toLowerCase())
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) {
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected each of a snapshot's own columns to have a name of its own, found "${twice}" twice`,
        span: config['snapshot_meta_column_names']?.span,
      }),
    )
  }
  return columns
}

function missing(
  { span }: SnapshotConfig,
  key: string,
  hint: string,
  where = ' in the config of the snapshot',
): Diagnostic {
  return errorDiagnostic({
    code: 'missing-key',
    message: `expected "${key}"${where}, found none`,
    span,
    hint,
  })
}
