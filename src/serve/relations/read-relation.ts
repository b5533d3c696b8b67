/** Rows of one relation as JSON, in one state of the database: filtered, in order, so many. */
import { type RawBuilder, sql } from 'kysely'
import type { Table, TableColumn } from '../../core/adapter.ts'
import { cellJson } from '../../core/database/cell-text.ts'
import type { JsonObject } from '../../core/json.ts'
import type { Relation } from '../../core/relation.ts'
import type { ReadDatabase, SnapshotQuery } from '../context.ts'
import { toParameter, typedQueries } from '../database/typed-queries.ts'
import { ProblemError } from '../problem.ts'
import { castTo, columnNamed, conditionOf, type Filter, filtersOf } from './filters.ts'

export interface Reading {
  readonly name: string
  readonly relation: Relation
  /** As a request has it: filters by column, and `limit`, `offset`, `order`, `columns`. */
  readonly query: JsonObject
  readonly signal: AbortSignal
}

const readingWords: ReadonlySet<string> = new Set(['limit', 'offset', 'order', 'columns'])
export const greatestLimit = 10_000
const usualLimit = 100

/** `{"relation": .., "rows": [..], "limit": .., "offset": .., "has_more": ..}` */
export async function readRelation(database: ReadDatabase, reading: Reading): Promise<string> {
  const { signal, name } = reading
  return await database.snapshot(
    async (query) => {
      const { columns, rows, limit, offset, hasMore } = await readRows(query, reading)
      return `{"relation": ${JSON.stringify(name)}, "rows": ${rowsJson({ columns, rows })}, "limit": ${limit}, "offset": ${offset}, "has_more": ${hasMore}}`
    },
    { signal },
  )
}

export interface ReadRows extends Table {
  readonly limit: number
  readonly offset: number
  /** Behind the last of these. */
  readonly hasMore: boolean
}

/** In a snapshot that may have others beside it. Throws a `ProblemError`. */
export async function readRows(
  query: SnapshotQuery,
  { relation, query: asked }: Pick<Reading, 'relation' | 'query'>,
): Promise<ReadRows> {
  const table = tableOf(relation)
  const { columns } = await run(query, sql`select * from ${table} limit 0`)
  const filters = filtersOf(asked, columns, readingWords)
  await checkValues(query, filters)
  const limit = numberOf(asked['limit'], usualLimit)
  const offset = numberOf(asked['offset'], 0)
  const found = await run(
    query,
    sql`select ${chosen(asked, columns)} from ${table}${where(filters)}${order(asked, columns)} limit ${sql.lit(limit + 1)} offset ${sql.lit(offset)}`,
  )
  const rows = found.rows.slice(0, limit)
  return { columns: found.columns, rows, limit, offset, hasMore: found.rows.length > limit }
}

function tableOf({ database, schema, identifier }: Relation) {
  const names = database === undefined ? [schema, identifier] : [database, schema, identifier]
  return sql.id(...names)
}

async function run(query: SnapshotQuery, builder: RawBuilder<unknown>): Promise<Table> {
  const compiled = builder.compile(typedQueries(query))
  return await query(compiled.sql, compiled.parameters.map(toParameter))
}

/** A value that its column cannot hold is the caller's fault, and is told as one. */
async function checkValues(query: SnapshotQuery, filters: readonly Filter[]): Promise<void> {
  for (const { column, operator, values } of filters) {
    if (operator === 'null') continue
    for (const value of values) {
      try {
        await run(query, sql`select ${castTo(value, column)}`)
      } catch (error) {
        if (error instanceof ProblemError) throw error
        throw new ProblemError(
          'invalid-request',
          `expected a value of the type ${column.dataType} for "${column.name}", found another one`,
        )
      }
    }
  }
}

function chosen(asked: JsonObject, columns: readonly TableColumn[]) {
  const names = wordsOf(asked['columns'])
  if (names.length === 0) return sql`*`
  return sql.join(names.map((name) => sql.ref(columnNamed(name, columns).name)))
}

function where(filters: readonly Filter[]) {
  if (filters.length === 0) return sql``
  return sql` where ${sql.join(filters.map(conditionOf), sql` and `)}`
}

/** `order=day,-revenue` */
function order(asked: JsonObject, columns: readonly TableColumn[]) {
  const terms = wordsOf(asked['order']).map((word) => {
    const isDown = word.startsWith('-')
    const column = columnNamed(isDown ? word.slice(1) : word, columns)
    return sql`${sql.ref(column.name)} ${sql.raw(isDown ? 'desc nulls last' : 'asc nulls last')}`
  })
  return terms.length === 0 ? sql`` : sql` order by ${sql.join(terms)}`
}

function wordsOf(value: JsonObject[string] | undefined): readonly string[] {
  return typeof value === 'string' ? value.split(',').filter((word) => word !== '') : []
}

function numberOf(value: JsonObject[string] | undefined, standard: number): number {
  return typeof value === 'number' ? value : standard
}

/** By hand: an object would put columns named like numbers first. */
export function rowsJson({ columns, rows }: Table): string {
  const keys = columns.map(({ name }) => `${JSON.stringify(name)}: `)
  const objects = rows.map((row) => {
    const cells = columns.map(
      (column, index) => (keys[index] ?? '') + cellJson(row[index] ?? null, column, false),
    )
    return `{${cells.join(', ')}}`
  })
  return `[${objects.join(', ')}]`
}
