/** Moves what read the old table over to the new one under its name: repointed, made again, or left until it is rebuilt. */
import { DependentError } from '../../../core/database/database-errors.ts'
import { type Relation, relationKey } from '../../../core/relation.ts'
import { text } from '../catalog.ts'
import type { Connection } from '../connection.ts'
import { postgresDialect } from '../dialect.ts'
import { PostgresError } from '../errors.ts'
import { carryOver, readBelongings } from './belongings.ts'
import {
  closure,
  type ColumnUse,
  type Dependent,
  type DependentTree,
  nameOf,
} from './dependents.ts'

export interface Move {
  readonly connection: Connection
  readonly target: Relation
  /** OID of the new one. */
  readonly installed: number
  /** As they were before the old one was renamed away. */
  readonly dependents: DependentTree
  readonly rebuiltLater: ReadonlySet<string>
  readonly run: (sql: string) => Promise<void>
}

type Way = 'repoint' | 'make again' | 'leave'

/** Says whether something still reads the old one. Call it with an empty search path. */
export async function moveDependents(move: Move): Promise<{ readonly isOldRead: boolean }> {
  const { dependents } = move
  const types = await columnTypes(move)
  const again = new Set<number>()
  let isOldRead = false
  for (const dependent of dependents.all) {
    const uses = dependents.direct.get(dependent.oid)
    if (uses === undefined) continue
    const way = wayOf({ move, dependent, uses, types })
    if (way === 'leave') isOldRead = true
    if (way === 'make again') again.add(dependent.oid)
    if (way === 'repoint' && !(await repoint(move, dependent))) again.add(dependent.oid)
  }
  await makeAgain(move, closure(dependents, again))
  refuseRules(move)
  return { isOldRead }
}

async function columnTypes({ connection, installed }: Move): Promise<ReadonlyMap<string, string>> {
  const { rows } = await connection.run(
    `select attname::text, format_type(atttypid, atttypmod)
from pg_attribute
where attrelid = $1 and attnum > 0 and not attisdropped`,
    [installed],
  )
  return new Map(rows.map(([name, dataType]) => [text(name), text(dataType)]))
}

function wayOf({
  move,
  dependent,
  uses,
  types,
}: {
  readonly move: Move
  readonly dependent: Dependent
  readonly uses: readonly ColumnUse[]
  readonly types: ReadonlyMap<string, string>
}): Way {
  const isRebuilt = move.rebuiltLater.has(relationKey(dependent.relation))
  const missing = uses.find(({ name }) => !types.has(name))
  const isSame = uses.every(({ name, dataType }) => types.get(name) === dataType)
  if (isSame && dependent.kind === 'view') return 'repoint'
  if (isRebuilt) return 'leave'
  if (missing === undefined) return 'make again'
  throw new DependentError(
    `${nameOf(dependent)} reads column "${missing.name}" of "${relationKey(move.target)}", which goes away`,
    `select "${dependent.relation.identifier}" too if the project makes it, or change it first`,
  )
}

/** False when Postgres refuses, as for a view that returns the row itself as one value. */
async function repoint(move: Move, dependent: Dependent): Promise<boolean> {
  await move.connection.run('savepoint assay_repoint')
  try {
    await move.run(dependent.createOrReplace)
    await move.connection.run('release savepoint assay_repoint')
    return true
  } catch (error) {
    const isRefused = error instanceof PostgresError && error.sqlState === '42P16'
    if (!isRefused) throw asDependentError(error, move, dependent)
    await move.connection.run('rollback to savepoint assay_repoint')
    return false
  }
}

async function makeAgain(move: Move, dependents: readonly Dependent[]): Promise<void> {
  for (const dependent of dependents.toReversed()) {
    try {
      await move.run(postgresDialect.drop(dependent.kind, dependent.relation))
    } catch (error) {
      throw asDependentError(error, move, dependent)
    }
  }
  for (const dependent of dependents) {
    try {
      await make(move, dependent)
    } catch (error) {
      throw asDependentError(error, move, dependent)
    }
  }
}

async function make({ connection, run }: Move, dependent: Dependent): Promise<void> {
  await run(dependent.create)
  const { rows } = await connection.run('select to_regclass($1)::oid', [dependent.belongings.name])
  const present = await readBelongings(connection, Number(rows[0]?.[0]))
  for (const statement of dependent.attachments) await run(statement)
  for (const statement of carryOver(dependent.belongings, present)) await run(statement)
}

/** A lock that is not to be had at once, or a conflict, is for trying again. */
function asDependentError(error: unknown, move: Move, dependent: Dependent): unknown {
  if (!(error instanceof PostgresError)) return error
  if (error.sqlState === '55P03' || error.fault.retryable) return error
  return new DependentError(
    `${nameOf(dependent)} cannot follow the new "${relationKey(move.target)}": ${error.message}`,
    `select "${dependent.relation.identifier}" too if the project makes it, or change it first`,
  )
}

/** Rules of other tables read it as views do, but cannot be moved. */
function refuseRules({ dependents, target }: Move): void {
  const known = new Set(dependents.all.map(({ oid }) => oid))
  const unknown = [...dependents.direct.keys()].find((oid) => !known.has(oid))
  if (unknown === undefined) return
  throw new DependentError(
    `"${relationKey(target)}" cannot be replaced: a rule of another table reads it`,
    'drop the rule, or let it read a view above it',
  )
}
