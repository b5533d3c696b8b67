/** Two selects of one database to what their rows have in common and where they differ: everything is counted in SQL. */
import { type Session, type SqlValue, textCell } from '../../core/adapter.ts'
import type { AdapterName } from '../../core/target.ts'
import type { ComparedColumn } from './compare-columns.ts'
import {
  countSql,
  type DiffSource,
  isKeyed,
  type SampleOf,
  sampleSql,
  summarySql,
} from './diff-sql.ts'
import type { Cells, DiffKey, RowsDiff, Sample } from './node-diff.ts'

export interface DiffRows {
  readonly database: AdapterName
  /** Selects as `canonicalSelect` makes them. */
  readonly a: string
  readonly b: string
  readonly columns: readonly ComparedColumn[]
  readonly key: DiffKey
  readonly tolerance: number
  /** Rows of each sample at most; -1: all. */
  readonly limit: number
}

export async function diffRows(session: Session, input: DiffRows): Promise<RowsDiff> {
  const source = sourceOf(input)
  const counted = await readNumbers(session, countSql(source))
  const repeatedKeys = { a: counted('repeated_a'), b: counted('repeated_b') }
  const hasRepeats = !isKeyed(source.columns) || repeatedKeys.a > 0 || repeatedKeys.b > 0
  const reader = { session, limit: input.limit, source: { ...source, hasRepeats } }
  const found = await readNumbers(session, summarySql(reader.source))
  const sampled = async (of: SampleOf, count: number): Promise<readonly Cells[]> =>
    count === 0 || input.limit === 0 ? [] : await readSample(reader, of)
  const sampleOf = async (of: 'onlyA' | 'onlyB', count: number): Promise<Sample> => ({
    count,
    rows: await sampled(of, count),
  })
  const different = found('different')
  const pairs = await sampled('different', different)
  return {
    key: input.key,
    tolerance: input.tolerance,
    counts: { a: counted('rows_a'), b: counted('rows_b') },
    repeatedKeys,
    common: found('common'),
    different,
    onlyInA: await sampleOf('onlyA', found('only_a')),
    onlyInB: await sampleOf('onlyB', found('only_b')),
    columns: worstFirst(input, (index) => found(`equal_${index}`)),
    names: input.columns.map(({ name }) => name),
    samples: pairs.map((cells) => splitPair(cells, input.columns.length)),
  }
}

function sourceOf({ database, a, b, columns, key, tolerance }: DiffRows): DiffSource {
  return {
    database,
    a,
    b,
    columns: columns.map(({ name, comparedAs, isNumber }) => ({
      isKey: key.columns.includes(name),
      comparedAs,
      isNumber,
    })),
    tolerance,
    hasRepeats: false,
  }
}

async function readNumbers(session: Session, sql: string): Promise<(name: string) => number> {
  const [row] = await session.query(sql)
  if (row === undefined) throw new Error('expected one row of counts, found none')
  return (name) => Number(textCell(row, name))
}

interface Reader {
  readonly session: Session
  readonly limit: number
  readonly source: DiffSource
}

async function readSample(
  { session, limit, source }: Reader,
  of: SampleOf,
): Promise<readonly Cells[]> {
  const { rows } = await session.queryTable(sampleSql(source, of, limit))
  return rows.map((row) => row.map((cell) => textOf(cell)))
}

function splitPair(cells: Cells, width: number): RowsDiff['samples'][number] {
  return {
    a: cells.slice(0, width),
    b: cells.slice(width, 2 * width),
    equal: cells.slice(2 * width).map((cell) => cell === 'true'),
  }
}

/** Columns that are alike stay in their order. */
function worstFirst(
  { columns, key }: DiffRows,
  equalOf: (index: number) => number,
): RowsDiff['columns'] {
  if (key.columns.length === 0) return []
  return columns
    .map(({ name }, index) => ({ name, equal: equalOf(index) }))
    .filter(({ name }) => !key.columns.includes(name))
    .toSorted((left, right) => left.equal - right.equal)
}

/** All of them are text already; the type does not say so. */
function textOf(cell: SqlValue): string | null {
  return cell === null || typeof cell === 'string' ? cell : JSON.stringify(cell)
}
