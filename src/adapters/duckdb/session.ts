/** A Session on one DuckDB connection. */
import { type DuckDBMaterializedResult, StatementType } from '@duckdb/node-api'
import {
  type RelationBelongings,
  type Row,
  type Session,
  type SqlParameter,
  type SqlValue,
  type Table,
  textCell,
} from '../../core/adapter.ts'
import type { Relation } from '../../core/relation.ts'
import { alterTable } from './publish/alter-table.ts'
import { appendText } from './append.ts'
import { bindIndexes, IndexedTables, tableDeletedFrom } from './publish/bind-indexes.ts'
import { describeRelation } from './catalog.ts'
import { type Comments, writesComments } from './publish/comments.ts'
import { duckdbDialect } from './dialect.ts'
import type { Connection, Guard } from './connection.ts'
import { publishFile } from './files/external-file.ts'
import { ensureIndexes, managedIndexes } from './publish/indexes.ts'
import type { PlacedFiles } from './files/placed-files.ts'
import { publishTable, publishView } from './publish/publish.ts'
import { readTable } from './values/read-table.ts'
import { KnownRelations } from './reading/known-relations.ts'
import { createReader } from './reading/reader.ts'
import { readText } from './values/read-text.ts'
import { tableColumn, toSqlValue } from './values/values.ts'
import { writeParquet } from './files/write-parquet.ts'

export interface Apart {
  readonly direct: Connection
  readonly spooling: Connection
}

export interface SessionContext {
  readonly guard: Guard
  readonly comments: Comments
  /** Of its transaction. */
  readonly placed: PlacedFiles
  readonly isTransaction: boolean
  /** Connections that see what its transaction does; undefined: its own is all there is. */
  readonly apart: Apart | undefined
  /** Called after each statement that comments on something. */
  onComment(): void
}

export function createSession(connection: Connection, context: SessionContext): Session {
  const { guard, comments } = context
  const known = context.isTransaction ? new KnownRelations() : undefined
  const run = async (sql: string, parameters?: readonly SqlParameter[]) => {
    const writing = known?.begin(sql)
    const result = await connection.run(sql, parameters, guard)
    indexed?.forgetAfter(sql)
    if (writing !== undefined) known?.end(writing, affectedRows(result))
    return result
  }
  const bindOnce = async (sql: string) => {
    const table = tableDeletedFrom(sql)
    if (table === undefined || connection.bound.has(table)) return
    connection.bound.add(table)
    await bindIndexes(session, table, indexed ?? new IndexedTables(session))
  }
  const describe = (relation: Relation) =>
    describeRelation(session, (sql) => connection.columns(sql), relation)
  const session: Session = {
    execute: async (sql, parameters) => {
      await bindOnce(sql)
      const result = await run(sql, parameters)
      if (writesComments(sql)) context.onComment()
      return { rowsAffected: affectedRows(result) }
    },
    setComment: (comment) => {
      connection.comment = comment
    },
    query: async (sql, parameters) => toRows(await run(sql, parameters)),
    queryOnce: (relation, sql) =>
      known === undefined
        ? session.query(sql)
        : known.rows(relation, sql, () => session.query(sql)),
    queryTable: async (sql, parameters) => toTable(await run(sql, parameters)),
    ask: async (sql) => {
      // Only a query can be described.
      await run(`describe ${sql}`)
      return toTable(await run(sql))
    },
    appendText: async (relation, columns, rows) => {
      const writing = known?.beginAppending(relation)
      const count = await appendText({ connection, guard, relation, columns, rows })
      if (writing !== undefined) known?.end(writing, count)
      return count
    },
    describe: (relation) =>
      known === undefined ? describe(relation) : known.state(relation, () => describe(relation)),
    identify: (relation) =>
      known === undefined
        ? identify(session, relation)
        : known.identity(relation, () => identify(session, relation)),
    belongings: (relation) => readBelongings(session, relation, comments),
    readText: (sql) => readText(connection, guard, sql),
    readTable: (sql) => readTable(connection, guard, sql),
    writeParquet: (request) => writeParquet(session, request),
    openReader: async (options) =>
      createReader(
        {
          direct: context.apart?.direct,
          spooling: context.apart?.spooling ?? connection,
          guard,
        },
        options,
      ),
    // Readers keep their snapshot: no lock keeps them waiting.
    lockForSwap: async () => {},
    swapTable: (request) => publishTable(session, request, comments),
    alterTable: (request) => alterTable(session, request, comments),
    ensureIndexes: (relation, indexes) => ensureIndexes(session, relation, indexes),
    publishFile: (request) => publishFile(session, request, context.placed),
    managedIndexes: (relation) => managedIndexes(session, relation),
    // It keeps them as rows are written.
    freshenStatistics: async () => {},
    // Views are bound by name.
    readsDetached: async () => false,
    replaceView: (relation, select) => publishView(session, { relation, select }, comments),
  }
  const indexed = context.isTransaction ? new IndexedTables(session) : undefined
  return session
}

/** It has no roles. */
async function readBelongings(
  session: Session,
  relation: Relation,
  comments: Comments,
): Promise<RelationBelongings | undefined> {
  const state = await session.describe(relation)
  if (state === undefined) return undefined
  return {
    kind: state.kind,
    columns: state.columns.map(({ name }) => name),
    comments: await comments.of(session, relation),
    grants: [],
    role: undefined,
  }
}

/** The count of rows: an old copy of the file brings its own ledger along, so only hands can have changed the table. */
async function identify(session: Session, relation: Relation): Promise<string | undefined> {
  const state = await session.describe(relation)
  if (state?.kind !== 'table') return undefined
  const [row] = await session.query(
    `select cast(count(*) as text) as n from ${duckdbDialect.relation(relation)}`,
  )
  return row === undefined ? undefined : textCell(row, 'n')
}

/** `create table as` says its rows in a column instead of as changed rows. */
function affectedRows(result: DuckDBMaterializedResult): number | undefined {
  if (result.statementType === StatementType.CREATE) {
    if (result.columnCount !== 1 || result.columnName(0) !== 'Count') return undefined
    const [row] = cells(result)
    const count = row?.[0]
    return typeof count === 'number' ? count : undefined
  }
  const changing: readonly StatementType[] = [
    StatementType.INSERT,
    StatementType.UPDATE,
    StatementType.DELETE,
    StatementType.MERGE_INTO,
  ]
  return changing.includes(result.statementType) ? result.rowsChanged : undefined
}

function toRows(result: DuckDBMaterializedResult): readonly Row[] {
  const names = result.columnNames()
  const rows = cells(result)
  return rows.map((row) =>
    Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])),
  )
}

function toTable(result: DuckDBMaterializedResult): Table {
  const columns = result
    .columnNames()
    .map((name, index) => tableColumn(name, result.columnType(index)))
  return { columns, rows: cells(result) }
}

/** All of it is there: chunks are taken from it without a turn of another thread for each. */
function cells(result: DuckDBMaterializedResult): SqlValue[][] {
  // The types of the result know that a text is JSON; those of its vectors do not.
  const types = result.columnTypes()
  const found: SqlValue[][] = []
  for (let index = 0; index < result.chunkCount; index += 1) {
    for (const row of result.getChunk(index).getRows()) {
      found.push(types.map((type, place) => toSqlValue(row[place] ?? null, type)))
    }
  }
  return found
}
