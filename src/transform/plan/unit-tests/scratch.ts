/** Tables that only the transaction of a unit test sees: how they are named and made. */
import type { Dialect } from '../../../core/dialect.ts'
import type { Relation } from '../../../core/relation.ts'

/** Temporary tables take the names that a model's own SQL may use: `from {{ref "orders"}} where orders.id = 1`. */
export class ScratchNames {
  readonly #dialect: Dialect
  readonly #taken = new Set<string>()

  constructor(dialect: Dialect) {
    this.#dialect = dialect
  }

  /** Two inputs of one name in two schemas are told apart by a number. */
  take(identifier: string): Relation {
    for (let count = 1; ; count += 1) {
      const name = count === 1 ? identifier : `${identifier}_${count}`
      if (this.#taken.has(name.toLowerCase())) continue
      this.#taken.add(name.toLowerCase())
      return temporary(this.#dialect, name)
    }
  }
}

export function temporary(dialect: Dialect, identifier: string): Relation {
  return dialect.name === 'duckdb'
    ? { database: 'temp', schema: 'main', identifier }
    : { schema: 'pg_temp', identifier }
}

/** The same dialect, whose tables are temporary. */
export function scratchDialect(dialect: Dialect): Dialect {
  const asTemporary = (sql: string) => sql.replace(/^create table /, 'create temporary table ')
  return {
    ...dialect,
    createTable: (relation, columns) => asTemporary(dialect.createTable(relation, columns)),
    createTableAs: (relation, select) => asTemporary(dialect.createTableAs(relation, select)),
  }
}
