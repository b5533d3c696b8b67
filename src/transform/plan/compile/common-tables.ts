/** Puts CTEs in front of a query, whatever it begins with. */
import type { Dialect } from '../../../core/dialect.ts'
import type { SegmentMap } from '../../../project/template/template.ts'
import { spliceSql } from '../sql/splice-sql.ts'
import { commonTableSlot } from '../sql/sql-text.ts'

export interface SqlText {
  readonly sql: string
  readonly map: SegmentMap
}

export interface CommonTable extends SqlText {
  readonly name: string
  /** The database is to see through it: conditions and columns of its readers reach the table below. */
  readonly isInlined?: true
}

/** In the order given: each may read those before it. */
export function withCommonTables(
  text: SqlText,
  tables: readonly CommonTable[],
  dialect: Dialect,
): SqlText {
  const slot = commonTableSlot(text.sql)
  const first = { at: slot.at, before: slot.open, after: '' }
  return tables.reduce<SqlText & { readonly at: number }>(
    (into, table, index) => {
      const isLast = index === tables.length - 1
      const before = `${index === 0 ? first.before : ' '}${dialect.quote(table.name)} as ${table.isInlined ? 'not materialized ' : ''}(\n`
      const after = `\n)${isLast ? slot.close : ','}`
      const spliced = spliceSql(into, into.at, { before, text: table, after })
      return { ...spliced, at: into.at + before.length + table.sql.length + after.length }
    },
    { ...text, at: slot.at },
  )
}
