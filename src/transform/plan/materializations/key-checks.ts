/** The key of a batch is looked at before it is used: engines differ on duplicates, and none minds a NULL. */
import type { Dialect } from '../../../core/dialect.ts'
import type { Relation } from '../../../core/relation.ts'
import type { Step } from '../publish-unit.ts'
import type { Incremental } from './materialization.ts'

/** Duplicate keys a refusal names. */
const shown = 5

export function keyChecks(
  dialect: Dialect,
  batch: Relation,
  materialization: Incremental,
): readonly Step[] {
  if (materialization.strategy === 'append') return []
  const key = materialization.uniqueKey
  const columns = key.map((column) => dialect.quote(column)).join(', ')
  const names = key.map((column) => `"${column}"`).join(', ')
  const from = `from ${dialect.relation(batch)}`
  const anyNull = key.map((column) => `${dialect.quote(column)} is null`).join(' or ')
  const nulls: Step = {
    kind: 'refuse-rows',
    code: 'null-key',
    sql: `select *\n${from}\nwhere ${anyNull}\nlimit ${shown}`,
    message: `expected no NULL in the unique key (${names}), found`,
    hint: 'filter such rows out, or give them a key',
  }
  if (materialization.strategy === 'delete+insert') return [nulls]
  const duplicates: Step = {
    kind: 'refuse-rows',
    code: 'duplicate-key',
    sql: `select ${columns}, count(*) as n_rows\n${from}\ngroup by ${columns}\nhaving count(*) > 1\norder by count(*) desc, ${columns}\nlimit ${shown}`,
    message: `expected each unique key (${names}) once in the batch, found`,
    hint: 'deduplicate in the SELECT, or use delete+insert if the key is a group of rows',
  }
  return [nulls, duplicates]
}
