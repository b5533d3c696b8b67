/** A batch is looked at before it is used: the columns that the config names, and its keys. Engines differ on duplicates, and none minds a NULL. */
import type { Dialect } from '../../../../core/dialect.ts'
import type { Incremental } from '../../../../core/node/incremental.ts'
import type { Column, Relation } from '../../../../core/relation.ts'
import { failure, type Result, success } from '../../../../core/result.ts'
import type { Step } from '../../publish-unit.ts'
import { unknownColumns } from './column-names.ts'
import { describeKey, expressionList, type Keyed, keyTerms, selectList } from './key-terms.ts'

const keyConfigs = ['unique_key', 'partition_by'] as const

/** Rows a refusal names. */
const shown = 5

export interface CheckedBatch {
  readonly batch: Relation
  /** undefined: not known, as in the plan of a first build. */
  readonly columns: readonly Column[] | undefined
}

export function checkBatch(
  dialect: Dialect,
  materialization: Incremental,
  { batch, columns }: CheckedBatch,
): Result<readonly Step[]> {
  const unknown =
    columns === undefined
      ? []
      : namedColumns(materialization).flatMap(([key, names]) => unknownColumns(columns, key, names))
  if (unknown.length > 0) return failure(unknown)
  const { strategy } = materialization
  if (strategy === 'append' || strategy === 'custom' || strategy === 'microbatch') {
    return success([])
  }
  return success(keyChecks(dialect, materialization, { batch, columns }))
}

/** The configs of the strategy that name columns. */
function namedColumns(
  materialization: Incremental,
): readonly (readonly [key: string, names: readonly string[]])[] {
  switch (materialization.strategy) {
    case 'append':
    case 'microbatch':
      return []
    case 'delete+insert':
    case 'custom':
      return [['unique_key', materialization.uniqueKey]]
    case 'merge': {
      const { uniqueKey, update } = materialization
      const key = ['unique_key', uniqueKey] as const
      if (update.kind === 'all') return [key]
      const config = update.kind === 'only' ? 'merge_update_columns' : 'merge_exclude_columns'
      return [key, [config, update.columns]]
    }
    case 'insert_overwrite': {
      const names = materialization.partitionBy.flatMap((term) =>
        term.kind === 'column' ? [term.name] : [],
      )
      return [['partition_by', names]]
    }
  }
}

function keyChecks(
  dialect: Dialect,
  materialization: Keyed,
  { batch, columns }: CheckedBatch,
): readonly Step[] {
  const terms = keyTerms(dialect, materialization, columns)
  const key = describeKey(materialization)
  const from = `from ${dialect.relation(batch)}`
  const anyNull = terms.map(({ sql }) => `${sql} is null`).join(' or ')
  const nulls: Step = {
    kind: 'refuse-rows',
    code: 'null-key',
    configs: keyConfigs,
    sql: `select *\n${from}\nwhere ${anyNull}\nlimit ${shown}`,
    message: `expected no NULL in the ${key}, found`,
    hint:
      materialization.strategy === 'insert_overwrite'
        ? 'filter such rows out, or give them a value there: coalesce(.., ..)'
        : 'filter such rows out, or give them a key',
  }
  if (materialization.strategy !== 'merge') return [nulls]
  const list = expressionList(terms)
  const duplicates: Step = {
    kind: 'refuse-rows',
    code: 'duplicate-key',
    configs: keyConfigs,
    sql: `select ${selectList(dialect, terms)}, count(*) as n_rows\n${from}\ngroup by ${list}\nhaving count(*) > 1\norder by count(*) desc, ${list}\nlimit ${shown}`,
    message: `expected each ${key} once in the batch, found`,
    hint: 'deduplicate in the SELECT, or use delete+insert if the key is a group of rows',
  }
  return [nulls, duplicates]
}
