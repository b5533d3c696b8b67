/** A Session on one Postgres connection. */
import type { Row, Session, SqlParameter, Table } from '../../core/adapter.ts'
import { describeRelation, text } from './catalog.ts'
import type { Connection, Result } from './connection.ts'
import { appendText } from './copy.ts'
import { publishTable, publishView } from './publish/publish.ts'
import { kindOf, plainTypeName } from './values.ts'

export interface SessionOptions {
  readonly signal: AbortSignal | undefined
  /** Longest wait for the exclusive lock of a swap, retries included. */
  readonly swapTimeoutMs: number
}

export function createSession(connection: Connection, options: SessionOptions): Session {
  const { signal } = options
  const run = (sql: string, parameters?: readonly SqlParameter[]) =>
    connection.run(sql, parameters, signal)
  const publishing = { connection, ...options }
  return {
    execute: async (sql, parameters) => ({
      rowsAffected: affectedRows(await run(sql, parameters)),
    }),
    query: async (sql, parameters) => toRows(await run(sql, parameters)),
    queryTable: async (sql) => await toTable(connection, await run(sql)),
    appendText: (relation, columns, rows) =>
      appendText({ connection, signal, relation, columns, rows }),
    describe: (relation) => describeRelation(connection, relation, signal),
    swapTable: (request) => publishTable(publishing, request),
    replaceView: (relation, select, rebuiltLater) =>
      publishView(publishing, { relation, select, rebuiltLater: rebuiltLater ?? new Set() }),
  }
}

/** The driver says 0 rows, not none, for some statements that have none. */
function affectedRows({ command, rowCount }: Result): number | undefined {
  const counting = ['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'SELECT', 'COPY']
  return counting.includes(command) ? (rowCount ?? undefined) : undefined
}

function toRows({ fields, rows }: Result): readonly Row[] {
  return rows.map((row) =>
    Object.fromEntries(fields.map((field, index) => [field.name, row[index] ?? null])),
  )
}

async function toTable(connection: Connection, result: Result): Promise<Table> {
  const names = await typeNames(connection, result)
  const columns = result.fields.map((field, index) => ({
    name: field.name,
    dataType: names[index] ?? 'unknown',
    kind: kindOf(field.dataTypeID),
  }))
  return { columns, rows: result.rows }
}

async function typeNames(connection: Connection, { fields }: Result): Promise<readonly string[]> {
  const known = fields.map((field) => plainTypeName(field.dataTypeID, field.dataTypeModifier))
  if (!known.includes(undefined)) return known.map((name) => name ?? '')
  const asked = fields.map((field) => ({ oid: field.dataTypeID, modifier: field.dataTypeModifier }))
  const { rows } = await connection.run(
    `select format_type(asked.oid, asked.modifier)
from rows from (json_to_recordset($1) as (oid oid, modifier integer))
with ordinality as asked (oid, modifier, place)
order by asked.place`,
    [JSON.stringify(asked)],
  )
  return rows.map(([name]) => text(name))
}
