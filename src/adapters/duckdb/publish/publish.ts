/** Puts a table or view under its name on DuckDB, where views are bound by name and follow by themselves. */
import type { Session } from '../../../core/adapter.ts'
import type { SwapRequest } from '../../../core/database/publish-requests.ts'
import type { Relation } from '../../../core/relation.ts'
import { type Comment, type Comments, commentStatements } from './comments.ts'
import { duckdbDialect } from '../dialect.ts'
import { DuckdbError } from '../errors.ts'

export async function publishTable(
  session: Session,
  { candidate, target, indexes = [] }: SwapRequest,
  comments: Comments,
): Promise<readonly string[]> {
  const lost = await comments.of(session, target)
  const dropped = await dropWhatever(session, target)
  const install = installation(candidate, target)
  for (const statement of install) await session.execute(statement)
  // A table that has an index cannot be renamed: they come when it stands under its name.
  const made = indexes.map((index) => duckdbDialect.createIndex(target, index))
  for (const statement of made) await session.execute(statement)
  const commented = await comment(session, 'table', { relation: target, lost })
  return [dropped, ...install, ...made, ...commented]
}

async function comment(
  session: Session,
  kind: 'table' | 'view',
  { relation, lost }: { readonly relation: Relation; readonly lost: readonly Comment[] },
): Promise<readonly string[]> {
  if (lost.length === 0) return []
  const state = await session.describe(relation)
  const columns = state?.columns.map((column) => column.name) ?? []
  const statements = commentStatements(kind, relation, { comments: lost, columns })
  for (const statement of statements) await session.query(statement)
  return statements
}

/** A table cannot change its schema. */
function installation(candidate: Relation, target: Relation): readonly string[] {
  if (candidate.schema === target.schema && candidate.database === target.database) {
    return [duckdbDialect.rename('table', candidate, target.identifier)]
  }
  return [
    duckdbDialect.createTableAs(target, `from ${duckdbDialect.relation(candidate)}`),
    duckdbDialect.drop('table', candidate),
  ]
}

export async function publishView(
  session: Session,
  { relation, select }: { readonly relation: Relation; readonly select: string },
  comments: Comments,
): Promise<readonly string[]> {
  const lost = await comments.of(session, relation)
  const replaced = await replaceView(session, relation, select)
  return [...replaced, ...(await comment(session, 'view', { relation, lost }))]
}

async function replaceView(
  session: Session,
  relation: Relation,
  select: string,
): Promise<readonly string[]> {
  const replace = duckdbDialect.createOrReplaceView(relation, select)
  try {
    await session.execute(replace)
    return [replace]
  } catch (error) {
    if (!isOtherKind(error)) throw error
    const drop = duckdbDialect.drop('table', relation)
    await session.execute(drop)
    await session.execute(replace)
    return [drop, replace]
  }
}

/** Trying and seeing is cheaper than asking: the refusal of a wrong kind does not end the transaction. */
async function dropWhatever(session: Session, relation: Relation): Promise<string> {
  const dropTable = duckdbDialect.drop('table', relation)
  try {
    await session.execute(dropTable)
    return dropTable
  } catch (error) {
    if (!isOtherKind(error)) throw error
    const dropView = duckdbDialect.drop('view', relation)
    await session.execute(dropView)
    return dropView
  }
}

/** `Existing object v is of type View, trying to drop type Table`. */
function isOtherKind(error: unknown): boolean {
  return (
    error instanceof DuckdbError && error.kind === 'Catalog' && /is of type/.test(error.message)
  )
}
