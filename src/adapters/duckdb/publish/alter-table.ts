/** Changes the columns of a table on DuckDB, which lets few of them change under an index: those are made again. */
import type { Session } from '../../../core/adapter.ts'
import type { AlterRequest } from '../../../core/database/publish-requests.ts'
import type { Relation } from '../../../core/relation.ts'
import type { Comments } from './comments.ts'
import { duckdbDialect } from '../dialect.ts'
import { DuckdbError } from '../errors.ts'
import { readIndexes } from './indexes.ts'
import { publishTable } from './publish.ts'

export async function alterTable(
  session: Session,
  request: AlterRequest,
  comments: Comments,
): Promise<readonly string[]> {
  const { relation } = request
  const ran: string[] = []
  const run = async (sql: string): Promise<void> => {
    await session.execute(sql)
    ran.push(sql)
  }
  const { statements } = request
  if (statements.every(isAddition)) {
    for (const statement of statements) await run(statement)
    return ran
  }
  const indexes = await readIndexes(session, relation)
  const before = await columnsOf(session, relation)
  const change: Change = { request, comments, run, ran }
  // The name of a unique index that is dropped is not free again before the commit.
  if (indexes.some(({ isUnique }) => isUnique)) await replace(session, change)
  else {
    for (const { name } of indexes) await run(duckdbDialect.dropIndex(relation.schema, name))
    await alter(session, change)
  }
  const after = new Set(await columnsOf(session, relation))
  const gone = before.filter((column) => !after.has(column))
  for (const { create } of indexes) {
    // One on a column that is gone goes with it.
    if (!gone.some((column) => mentions(create, column))) await run(create)
  }
  return ran
}

/** Whatever indexes the table has. */
function isAddition(statement: string): boolean {
  return /^alter table .+ add column /.test(statement)
}

interface Change {
  readonly request: AlterRequest
  readonly comments: Comments
  readonly run: (sql: string) => Promise<void>
  readonly ran: string[]
}

/** A column that had an index until just now can be neither dropped nor retyped before the commit. */
async function alter(session: Session, change: Change): Promise<void> {
  try {
    for (const statement of change.request.statements) await change.run(statement)
  } catch (error) {
    if (!isIndexed(error)) throw error
    await replace(session, change)
  }
}

async function replace(
  session: Session,
  { request: { relation, reshaped, select, rebuiltLater }, comments, run, ran }: Change,
): Promise<void> {
  await run(duckdbDialect.createTableAs(reshaped, select))
  const swap = { candidate: reshaped, target: relation, rebuiltLater }
  ran.push(...(await publishTable(session, swap, comments)))
}

/** `Cannot drop this column: an index depends on it!`, which leaves the transaction as it was. */
function isIndexed(error: unknown): boolean {
  return error instanceof DuckdbError && /an index depends on it/.test(error.message)
}

async function columnsOf(session: Session, relation: Relation): Promise<readonly string[]> {
  return (await session.describe(relation))?.columns.map((column) => column.name) ?? []
}

function mentions(sql: string, column: string): boolean {
  const columns = sql.slice(sql.indexOf('('))
  const words = columns.match(/"(?:[^"]|"")*"|\w+/g) ?? []
  return words.some((word) => word === column || word === duckdbDialect.quote(column))
}
