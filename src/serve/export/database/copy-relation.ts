/** A relation's rows into a table of another database, under a name of its own, counted on both sides. */
import type { Row, Session } from '../../../core/adapter.ts'
import type { Dialect } from '../../../core/dialect.ts'
import type { Column, Relation } from '../../../core/relation.ts'
import { type Extract, orderClause } from '../export-query.ts'
import {
  type CarriedColumn,
  carryColumn,
  needsMeasuring,
  type NumericNeed,
} from './types-between.ts'

export interface Side {
  readonly session: Session
  readonly dialect: Dialect
}

export interface CopyOrder {
  readonly extract: Extract
  /** Nothing of that name is there. */
  readonly into: Relation
}

export interface CopiedRelation {
  /** As the other database counts them. */
  readonly rows: number
  readonly columns: readonly Column[]
  readonly notes: readonly string[]
}

export async function copyRelation(
  from: Side,
  to: Side,
  { extract, into }: CopyOrder,
): Promise<CopiedRelation> {
  const columns = await carriedColumns(from, to.dialect.name, extract)
  const made = columns.map(({ name, dataType }) => ({ name, dataType }))
  await to.session.execute(to.dialect.createTable(into, made))
  const select = `select ${columns.map(({ expression }) => expression).join(', ')}
from ${from.dialect.relation(extract.relation)}${orderClause(from.dialect, extract, extract.partitionBy)}`
  await to.session.appendText(into, made, from.session.readText(select))
  const [row] = await to.session.query(`select count(*) as n from ${to.dialect.relation(into)}`)
  return {
    rows: Number(row?.['n']),
    columns: made,
    notes: columns.flatMap(({ name, note }) => (note === undefined ? [] : [`${name}: ${note}`])),
  }
}

async function carriedColumns(
  { session, dialect }: Side,
  to: Dialect['name'],
  { relation, columns }: Extract,
): Promise<readonly CarriedColumn[]> {
  const measured = dialect.name === to ? [] : columns.filter(needsMeasuring)
  const needs = await measure({ session, dialect }, relation, measured)
  return columns.map((column) => carryColumn(column, dialect, to, needs.get(column.name)))
}

/** One scan for all of them. */
async function measure(
  { session, dialect }: Side,
  relation: Relation,
  columns: readonly Column[],
): Promise<ReadonlyMap<string, NumericNeed>> {
  if (columns.length === 0) return new Map()
  const list = columns.flatMap(({ name }, index) => {
    const cell = dialect.quote(name)
    const special = `cast(${cell} as text) in ('NaN', 'Infinity', '-Infinity')`
    return [
      `coalesce(max(length(split_part(trim(leading '-' from cast(${cell} as text)), '.', 1))) filter (where not ${special}), 0) as digits_${index}`,
      `coalesce(max(scale(${cell})) filter (where not ${special}), 0) as scale_${index}`,
      `coalesce(bool_or(${special}), false) as special_${index}`,
    ]
  })
  const [row] = await session.query(
    `select ${list.join(',\n  ')}\nfrom ${dialect.relation(relation)}`,
  )
  if (row === undefined) throw new Error('a measure gave no row')
  return new Map(columns.map(({ name }, index) => [name, needOf(row, index)]))
}

function needOf(row: Row, index: number): NumericNeed {
  return {
    integerDigits: Number(row[`digits_${index}`]),
    scale: Number(row[`scale_${index}`]),
    hasSpecial: row[`special_${index}`] === true,
  }
}
