/** By what rows of the table give way to those of a batch: the columns of a key, or what partitions are made by. */
import type { Dialect } from '../../../../core/dialect.ts'
import type { Incremental, PartitionTerm } from '../../../../core/node/incremental.ts'
import type { Column } from '../../../../core/relation.ts'
import { spelled } from './column-names.ts'

export type Keyed = Extract<
  Incremental,
  { readonly strategy: 'merge' | 'delete+insert' | 'insert_overwrite' }
>

export interface KeyTerm {
  /** Over the columns of one relation, unqualified. */
  readonly sql: string
  /** What it is called in a result. */
  readonly name: string
}

/** `columns`: of the relation it is asked of; undefined: not known. */
export function keyTerms(
  dialect: Dialect,
  materialization: Keyed,
  columns: readonly Column[] | undefined,
): readonly KeyTerm[] {
  const column = (name: string): KeyTerm => {
    const known = spelled(columns, name)
    return { sql: dialect.quote(known), name: known }
  }
  if (materialization.strategy !== 'insert_overwrite') {
    const terms = materialization.uniqueKey.map(column)
    return terms.filter(({ sql }, index) => terms.findIndex((term) => term.sql === sql) === index)
  }
  const terms = materialization.partitionBy
  return terms.map((term, index) =>
    term.kind === 'column'
      ? column(term.name)
      : { sql: `(${term.sql})`, name: terms.length === 1 ? 'partition' : `partition_${index + 1}` },
  )
}

/** `unique key ("id", "day")`, as messages say it. */
export function describeKey(materialization: Keyed): string {
  if (materialization.strategy !== 'insert_overwrite') {
    return `unique key (${materialization.uniqueKey.map((name) => `"${name}"`).join(', ')})`
  }
  return `partition (${materialization.partitionBy.map(describeTerm).join(', ')})`
}

function describeTerm(term: PartitionTerm): string {
  return term.kind === 'column' ? `"${term.name}"` : term.sql
}

export function selectList(dialect: Dialect, terms: readonly KeyTerm[]): string {
  return terms.map(({ sql, name }) => aliased(dialect, sql, name)).join(', ')
}

function aliased(dialect: Dialect, sql: string, name: string): string {
  return sql === dialect.quote(name) ? sql : `${sql} as ${dialect.quote(name)}`
}

export function expressionList(terms: readonly KeyTerm[]): string {
  return terms.map(({ sql }) => sql).join(', ')
}
