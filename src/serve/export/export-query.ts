/** A relation to the queries that read it for an export: its rows, in order, and how many there are of each partition. */
import { type Session, type SqlValue, textCell } from '../../core/adapter.ts'
import type { Dialect } from '../../core/dialect.ts'
import type { Column, Relation } from '../../core/relation.ts'

export interface OrderTerm {
  readonly column: string
  readonly isDescending: boolean
}

/** What is exported of a relation, and in which order. */
export interface Extract {
  readonly relation: Relation
  /** In the relation's order. */
  readonly columns: readonly Column[]
  /** Names as the relation spells them. */
  readonly partitionBy: readonly string[]
  readonly orderBy: readonly OrderTerm[]
}

/** Types whose values are JSON text, which keeps the digits that a parsed number would lose. */
export function isJsonType({ dataType }: Column): boolean {
  return /^jsonb?$/i.test(dataType)
}

/** The columns that stand in the files: those of the partitions are said by the folders. */
export function fileColumns({ columns, partitionBy }: Extract): readonly Column[] {
  return columns.filter(({ name }) => !partitionBy.includes(name))
}

/** `order by` with its line, or nothing. Texts are ordered by their bytes, so the same everywhere. */
export function orderClause(dialect: Dialect, extract: Extract, before: readonly string[]): string {
  const term = (name: string, isDescending: boolean) => {
    const type = extract.columns.find((column) => column.name === name)?.dataType ?? ''
    const isText = dialect.name === 'postgres' && /^(?:text|character|name|"char")/.test(type)
    const collation = isText ? ' collate "C"' : ''
    return `${dialect.quote(name)}${collation} ${isDescending ? 'desc' : 'asc'} nulls last`
  }
  const terms = [
    ...before.map((name) => term(name, false)),
    ...extract.orderBy.map(({ column, isDescending }) => term(column, isDescending)),
  ]
  return terms.length === 0 ? '' : `\norder by ${terms.join(', ')}`
}

/** The name of the column that holds a partition's value as text. */
function partitionAlias(index: number): string {
  return `__assay_partition_${index}`
}

function partitionTexts(dialect: Dialect, { partitionBy }: Extract): readonly string[] {
  return partitionBy.map(
    (name, index) => `cast(${dialect.quote(name)} as text) as ${partitionAlias(index)}`,
  )
}

/** Rows for a text format: partitions one after the other, their values as text in the last columns. */
export function textRowsQuery(dialect: Dialect, extract: Extract): string {
  const cells = fileColumns(extract).map((column) => {
    const name = dialect.quote(column.name)
    return isJsonType(column) ? `cast(${name} as text) as ${name}` : name
  })
  const list = [...cells, ...partitionTexts(dialect, extract)]
  return `select ${list.join(', ')}
from ${dialect.relation(extract.relation)}${orderClause(dialect, extract, extract.partitionBy)}`
}

export interface Partition {
  /** Of each column of `partitionBy`. */
  readonly values: readonly (string | null)[]
  readonly rows: number
}

/** One without values where nothing is partitioned. */
export async function countPartitions(
  session: Session,
  dialect: Dialect,
  extract: Extract,
): Promise<readonly Partition[]> {
  const names = extract.partitionBy.map((_, index) => partitionAlias(index))
  const from = `from (select ${partitionTexts(dialect, extract).join(', ') || '1 as one'}
  from ${dialect.relation(extract.relation)}) as assay_partitions`
  const sql =
    names.length === 0
      ? `select count(*) as n ${from}`
      : `select ${names.join(', ')}, count(*) as n\n${from}\ngroup by ${names.join(', ')}\norder by ${names.join(', ')}`
  const rows = await session.query(sql)
  return rows.map((row) => ({
    values: names.map((name) => (row[name] === null ? null : textCell(row, name))),
    rows: countOf(row['n']),
  }))
}

function countOf(value: SqlValue | undefined): number {
  const count = Number(value)
  if (!Number.isSafeInteger(count))
    throw new Error(`expected a count, found ${JSON.stringify(value)}`)
  return count
}
