/** The table that a generator's rows are written to before anything is made of them: it is gone with the build. */
import { createHash } from 'node:crypto'
import type { Dialect } from '../../../core/dialect.ts'
import type { WrittenColumn } from '../../../core/node.ts'
import type { Column, Relation } from '../../../core/relation.ts'
import { temporary } from '../unit-tests/scratch.ts'

/** Temporary: no other connection sees it, and it is written to no log. */
export function rowsTable(dialect: Dialect, { schema, identifier }: Relation): Relation {
  // Temporary tables of one session have one schema, and with --atomic all models have one session.
  const mark = createHash('sha256').update(schema).digest('hex').slice(0, 6)
  return temporary(dialect, `${identifier.slice(0, 40)}__assay_rows_${mark}`)
}

/** With the names of types that this database has. */
export function typedColumns(
  dialect: Dialect,
  columns: readonly WrittenColumn[],
): readonly Column[] {
  return columns.map(({ name, dataType }) => ({ name, dataType: dialect.typeAlias(dataType) }))
}

/** What stands for the model's SQL. */
export function rowsQuery(
  dialect: Dialect,
  relation: Relation,
  columns: readonly WrittenColumn[],
): string {
  const list = columns.map(({ name }) => dialect.quote(name)).join(',\n  ')
  return `select\n  ${list}\nfrom ${dialect.relation(rowsTable(dialect, relation))}`
}
