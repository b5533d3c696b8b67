/** Two selects of the same text columns to the statements that count, pair and sample their rows. */
import { never } from '../../core/never.ts'
import type { AdapterName } from '../../core/target.ts'
import { cellName } from './canonical-select.ts'

export interface DiffColumn {
  readonly isKey: boolean
  readonly comparedAs: 'text' | 'float'
  /** Samples are sorted by value. */
  readonly isNumber: boolean
}

export interface DiffSource {
  /** The database that the statements run in. */
  readonly database: AdapterName
  readonly a: string
  readonly b: string
  readonly columns: readonly DiffColumn[]
  readonly tolerance: number
  /** True: a key may stand in several rows, or there is none; rows that are equal are paired first. */
  readonly hasRepeats: boolean
}

interface Cell extends DiffColumn {
  /** `c0`, and the cell of each side in a pair: `a0`, `b0`. */
  readonly name: string
  readonly a: string
  readonly b: string
}

function cellsOf(columns: readonly DiffColumn[]): readonly Cell[] {
  return columns.map((column, index) => ({
    ...column,
    name: cellName(index),
    a: `a${index}`,
    b: `b${index}`,
  }))
}

/** The columns that rows are paired by: the key, and without one all that have but one text for a value. */
function pairedBy(cells: readonly Cell[]): readonly Cell[] {
  const key = cells.filter((cell) => cell.isKey)
  return key.length > 0 ? key : cells.filter((cell) => cell.comparedAs === 'text')
}

export function isKeyed(columns: readonly DiffColumn[]): boolean {
  return columns.some((column) => column.isKey)
}

/** One row: `rows_a`, `rows_b`, and `repeated_a`, `repeated_b`: how many keys stand in more than one row. */
export function countSql(source: DiffSource): string {
  const key = cellsOf(source.columns).filter((cell) => cell.isKey)
  const total = (side: 0 | 1) => `cast(coalesce(sum(n) filter (where side = ${side}), 0) as text)`
  const repeated = (side: 0 | 1) =>
    key.length === 0 ? "'0'" : `cast(count(*) filter (where side = ${side} and n > 1) as text)`
  const groups = ['side', ...key.map(({ name }) => name)].join(', ')
  return `with ${bothSides(source)}
select
  ${total(0)} as rows_a,
  ${total(1)} as rows_b,
  ${repeated(0)} as repeated_a,
  ${repeated(1)} as repeated_b
from (
  select ${groups}, count(*) as n
  from both_sides
  group by ${groups}
) as keys`
}

/** One row: `common`, `different`, `only_a`, `only_b`, and `equal_0`, `equal_1`, ...: common rows where that column is equal. */
export function summarySql(source: DiffSource): string {
  const where = conditions(source)
  const count = (condition: string) => `cast(count(*) filter (where ${condition}) as text)`
  const columns = [
    `${count(where.common)} as common`,
    `${count(where.different)} as different`,
    `${count(where.onlyA)} as only_a`,
    `${count(where.onlyB)} as only_b`,
    ...source.columns.map(
      (_, index) => `${count(`${where.common} and e${index}`)} as equal_${index}`,
    ),
  ]
  return `with ${comparedPairs(source)}\nselect\n  ${columns.join(',\n  ')}\nfrom compared`
}

export type SampleOf = 'different' | 'onlyA' | 'onlyB'

/** Cells of A, of B, and for each column whether they are equal, all as text; a row only in one side has that side's cells. */
export function sampleSql(source: DiffSource, of: SampleOf, limit: number): string {
  const cells = cellsOf(source.columns)
  const side = of === 'onlyB' ? 'b' : 'a'
  const lists = {
    different: [
      ...cells.map(({ a }) => a),
      ...cells.map(({ b }) => b),
      ...cells.map((_, index) => `cast(e${index} as text) as e${index}`),
    ],
    onlyA: cells.map(({ a }) => a),
    onlyB: cells.map(({ b }) => b),
  } as const
  const key = cells.filter((cell) => cell.isKey)
  const order = [...(key.length > 0 ? key : cells), ...cells].flatMap((cell) =>
    cell.isNumber ? [numberOf(source.database, cell[side]), cell[side]] : [cell[side]],
  )
  const list = lists[of].length === 0 ? ["''"] : lists[of]
  return [
    `with ${comparedPairs(source)}`,
    `select ${list.join(', ')}`,
    'from compared',
    `where ${conditions(source)[of]}`,
    ...(order.length === 0 ? [] : [`order by ${[...new Set(order)].join(', ')}`]),
    ...(limit < 0 ? [] : [`limit ${limit}`]),
  ].join('\n')
}

/** Without a key a pair that is not equal is a row that only A has and one that only B has. */
function conditions({ columns }: DiffSource) {
  const isPair = 'in_a = 1 and in_b = 1'
  return isKeyed(columns)
    ? {
        common: `(${isPair})`,
        different: `(${isPair} and not is_same)`,
        onlyA: '(in_a = 1 and in_b = 0)',
        onlyB: '(in_a = 0 and in_b = 1)',
      }
    : {
        common: `(${isPair} and is_same)`,
        different: '(1 = 0)',
        onlyA: `(in_a = 1 and not (${isPair} and is_same))`,
        onlyB: `(in_b = 1 and not (${isPair} and is_same))`,
      }
}

/** Texts are compared byte by byte, whatever the database's own order of letters. */
function bothSides({ database, a, b, columns }: DiffSource): string {
  const collate = database === 'postgres' ? ' collate "C"' : ''
  const list = columns.map((_, index) => `${cellName(index)}${collate} as ${cellName(index)}`)
  const select = (side: 0 | 1, sql: string) =>
    `  select ${[`${side} as side`, ...list].join(', ')}\n  from (\n${sql}\n  ) as side_${side}`
  return `both_sides as (\n${select(0, a)}\n  union all\n${select(1, b)}\n)`
}

/** Up to `compared`: `in_a`, `in_b`, `a0`.., `b0`.., whether each cell is equal (`e0`..) and the whole row (`is_same`). */
function comparedPairs(source: DiffSource): string {
  const equal = cellsOf(source.columns).map((cell) => equalSql(source, cell))
  const same = equal.length === 0 ? '1 = 1' : equal.map((_, index) => `e${index}`).join(' and ')
  const flags = equal.map((sql, index) => `, ${sql} as e${index}`).join('')
  return `${bothSides(source)},
${source.hasRepeats ? repeatedPairs(source) : uniquePairs(source)},
judged as (
  select pairs.*${flags}
  from pairs
),
compared as (
  select judged.*, (${same}) as is_same
  from judged
)`
}

/** Each key is in one row at most of each side. */
function uniquePairs({ database, columns }: DiffSource): string {
  const cells = cellsOf(columns)
  return `pairs as (\n${pairUp({ database, from: 'both_sides', cells, by: names(pairedBy(cells)) })}\n)`
}

/** Rows that are equal first, so that of [x, y] and [y, z] only x and z are left to be paired. */
function repeatedPairs(source: DiffSource): string {
  const { database } = source
  const cells = cellsOf(source.columns)
  const by = pairedBy(cells)
  const exact = cells.filter((cell) => cell.comparedAs === 'text')
  const floats = cells.filter((cell) => cell.comparedAs === 'float')
  const buckets = floats.map((cell) => ({
    name: `r${cell.name}`,
    sql: `${bucketOf(source.database, cell.name)} as r${cell.name}`,
  }))
  const values = floats.map((cell) => numberOf(source.database, cell.name))
  const sortedBy = [...exact.map(({ name }) => name), ...values]
  const first = [...exact.map(({ name }) => name), ...buckets.map(({ name }) => name)]
  const isMatched = ['in_a = 1 and in_b = 1', ...floats.map((cell) => equalSql(source, cell))].join(
    ' and ',
  )
  const leftOf = (side: 0 | 1) => {
    const list = cells.map((cell) => `${side === 0 ? cell.a : cell.b} as ${cell.name}`)
    return `  select ${[`${side} as side`, ...list].join(', ')}
  from first_pairs
  where ${side === 0 ? 'in_a' : 'in_b'} = 1 and not (${isMatched})`
  }
  const pairColumns = ['in_a', 'in_b', ...cells.flatMap(({ a, b }) => [a, b])].join(', ')
  return `bucketed as (
  select ${['both_sides.*', ...buckets.map(({ sql }) => sql)].join(', ')}
  from both_sides
),
first_copies as (
  select *, ${copySql(first, values)} as copy
  from bucketed
),
first_pairs as (
${pairUp({ database, from: 'first_copies', cells, by: [...first, 'copy'] })}
),
remaining as (
${leftOf(0)}
  union all
${leftOf(1)}
),
second_copies as (
  select *, ${copySql(names(by), sortedBy)} as copy
  from remaining
),
pairs as (
  select ${pairColumns}
  from first_pairs
  where ${isMatched}
  union all
${pairUp({ database, from: 'second_copies', cells, by: [...names(by), 'copy'] })}
)`
}

function names(cells: readonly Cell[]): readonly string[] {
  return cells.map(({ name }) => name)
}

function copySql(groups: readonly string[], order: readonly string[]): string {
  const sorted = order.length === 0 ? '' : ` order by ${order.join(', ')}`
  return `row_number() over (partition by ${['side', ...groups].join(', ')}${sorted})`
}

interface Pairing {
  readonly database: AdapterName
  readonly from: string
  readonly cells: readonly Cell[]
  /** Names of columns that tell one row of each side. NULLs are equal. */
  readonly by: readonly string[]
}

/**
 * DuckDB joins, since it spills a join to disk but holds a `max` of text in memory for every group. Postgres groups,
 * since it has no full join on `is not distinct from`, and it spills groups.
 */
function pairUp(pairing: Pairing): string {
  switch (pairing.database) {
    case 'duckdb':
      return pairByJoin(pairing)
    case 'postgres':
      return pairByGroup(pairing)
    default:
      return never(pairing.database)
  }
}

function pairByJoin({ from, cells, by }: Pairing): string {
  const columns = cells.flatMap(({ name, a, b }) => [
    `one.${name} as ${a}`,
    `other.${name} as ${b}`,
  ])
  const list = [
    'case when one.side is null then 0 else 1 end as in_a',
    'case when other.side is null then 0 else 1 end as in_b',
    ...columns,
  ]
  const matches = by.map((name) => `one.${name} is not distinct from other.${name}`)
  return `  select
    ${list.join(',\n    ')}
  from (select * from ${from} where side = 0) as one
  full join (select * from ${from} where side = 1) as other
    on ${matches.join(' and ')}`
}

function pairByGroup({ from, cells, by }: Pairing): string {
  const columns = cells.flatMap(({ name, a, b }) => [
    `max(${name}) filter (where side = 0) as ${a}`,
    `max(${name}) filter (where side = 1) as ${b}`,
  ])
  const list = [
    'count(*) filter (where side = 0) as in_a',
    'count(*) filter (where side = 1) as in_b',
    ...columns,
  ]
  return `  select\n    ${list.join(',\n    ')}\n  from ${from}\n  group by ${by.join(', ')}`
}

/** Neither database has NULL here: a CASE that is always answered. */
function equalSql({ database, tolerance }: DiffSource, { a, b, comparedAs }: Cell): string {
  switch (comparedAs) {
    case 'text':
      return `(${a} is not distinct from ${b})`
    case 'float': {
      const [left, right] = [numberOf(database, a), numberOf(database, b)]
      const special = `('NaN', 'Infinity', '-Infinity')`
      return `(case when ${a} is not distinct from ${b} then true when ${a} is null or ${b} is null then false when ${a} in ${special} or ${b} in ${special} then false else abs(${left} - ${right}) <= ${numberOf(database, `'${tolerance}'`)} * greatest(abs(${left}), abs(${right})) end)`
    }
    default:
      return never(comparedAs)
  }
}

/** Postgres refuses doubles whose difference or product is too large or too small; its numeric holds them all. */
function numberOf(database: AdapterName, text: string): string {
  return database === 'postgres' ? `cast(${text} as numeric)` : `cast(${text} as double)`
}

/** Nine digits: nearly all floats that are equal within a tolerance fall together; the rest are paired by their order. */
function bucketOf(database: AdapterName, text: string): string {
  return database === 'postgres'
    ? `to_char(cast(${text} as numeric), '9.99999999EEEE')`
    : `printf('%.8e', cast(${text} as double))`
}
