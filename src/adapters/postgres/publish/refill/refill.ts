/** Puts the rows of a candidate into the table that stands: readers never wait, no snapshot sees it empty, it stays the same table. */
import { DependentError } from '../../../../core/database/database-errors.ts'
import type { SwapRequest } from '../../../../core/database/publish-requests.ts'
import { type Relation, relationKey } from '../../../../core/relation.ts'
import { postgresDialect } from '../../dialect.ts'
import { PostgresError } from '../../errors.ts'
import { newComments, readBelongings } from '../belongings.ts'
import type { Publishing } from '../patience.ts'
import type { RefillFacts } from './refill-facts.ts'
import { greatestShare, type RefillWay } from './choose-way.ts'

export interface Refill {
  readonly publishing: Publishing
  readonly request: SwapRequest
  readonly facts: RefillFacts
  readonly way: RefillWay
}

/** Gives the statements; undefined: it cannot be done this way, and nothing was done. */
export async function refill(work: Refill): Promise<readonly string[] | undefined> {
  const { connection } = work.publishing
  await connection.run('savepoint assay_refill')
  try {
    const statements = await fill(work)
    if (statements === undefined) await connection.run('rollback to savepoint assay_refill')
    await connection.run('release savepoint assay_refill')
    return statements
  } catch (error) {
    if (!isForAnotherWay(error)) throw error
    if (work.facts.hasForeignKeys) throw asDependentError(error, work.request.target)
    await connection.run('rollback to savepoint assay_refill; release savepoint assay_refill')
    return undefined
  }
}

async function fill(work: Refill): Promise<readonly string[] | undefined> {
  const { publishing, request, facts } = work
  const { connection, signal } = publishing
  const statements: string[] = []
  const run = async (sql: string): Promise<void> => {
    await connection.run(sql, [], signal)
    statements.push(sql)
  }
  const { way } = work
  const isDone = way.isByDifference && (await fillByDifference(work, run))
  if (!isDone) {
    if (way.otherwise === 'rename') return undefined
    statements.length = 0
    const { candidate, target } = request
    await run(`delete from ${postgresDialect.relation(target)}`)
    await run(postgresDialect.insertSelect(target, facts.columns, candidate))
  }
  const made = await readBelongings(connection, facts.candidateOid)
  if (made.comments.length > 0) {
    const standing = await readBelongings(connection, facts.oid)
    for (const statement of newComments(made, standing)) await run(statement)
  }
  await run(postgresDialect.drop('table', request.candidate))
  return statements
}

/** False, with nothing changed: a key stands for several rows here and there, or most rows are others. */
async function fillByDifference(
  { publishing, request, facts }: Refill,
  run: (sql: string) => Promise<void>,
): Promise<boolean> {
  const { candidate, target } = request
  const { connection } = publishing
  const difference = {
    schema: candidate.schema,
    identifier: `__assay_difference_${facts.candidateOid}`,
  }
  const sql = differenceSql({ candidate, target, difference, ...facts, key: request.key ?? [] })
  await run(sql.compare)
  const { rows } = await connection.run(sql.summary)
  const [isOneToOne, share] = rows[0] ?? []
  const isWorthIt = facts.hasForeignKeys || Number(share) <= greatestShare
  const isRight = isOneToOne === true && isWorthIt
  if (isRight) {
    await connection.run(sql.analyze)
    for (const statement of sql.apply) await run(statement)
  }
  await run(postgresDialect.drop('table', difference))
  return isRight
}

interface Difference {
  readonly candidate: Relation
  readonly target: Relation
  readonly difference: Relation
  readonly columns: readonly string[]
  readonly key: readonly string[]
}

/**
 * The difference is written down once, as places of rows, with one row more that says whether it holds: when every row
 * of either side came up once, keys that are on both sides are there once. NULL keys and doubles on one side only
 * match nothing, so they are deleted or inserted as they are. Rows are compared by their bytes (`*<>`), which every
 * type has: 1.0 is not 1.00, and json, xml and points have no other way.
 */
function differenceSql({ candidate, target, difference, columns, key }: Difference) {
  const quote = (name: string) => postgresDialect.quote(name)
  const [old, fresh, places] = [target, candidate, difference].map((relation) =>
    postgresDialect.relation(relation),
  )
  const matches = key.map((name) => `o.${quote(name)} = n.${quote(name)}`).join(' and ')
  const names = columns.map(quote)
  const sets = names.map((name) => `${name} = n.${name}`).join(', ')
  return {
    compare: `create unlogged table ${places} as
with pairs as materialized (
  select
    o.ctid as old_row,
    n.ctid as new_row,
    (o.*) operator(pg_catalog.*<>) (n.*) as is_different
  from ${old} as o
  full join ${fresh} as n on ${matches}
)
select old_row, new_row, null::boolean as is_one_to_one, null::double precision as share
from pairs
where old_row is null or new_row is null or is_different
union all
select
  null,
  null,
  count(old_row) = (select count(*) from ${old}) and count(new_row) = (select count(*) from ${fresh}),
  count(*) filter (where old_row is null or new_row is null or is_different)::double precision / greatest(count(*), 1)
from pairs`,
    summary: `select is_one_to_one, share from ${places} where is_one_to_one is not null`,
    analyze: `analyze ${places}`,
    apply: [
      `delete from ${old} as o using ${places} as p where o.ctid = p.old_row and p.new_row is null`,
      `update ${old} as o set ${sets} from ${places} as p join ${fresh} as n on n.ctid = p.new_row where o.ctid = p.old_row`,
      `insert into ${old} (${names.join(', ')}) select ${names.map((name) => `n.${name}`).join(', ')} from ${places} as p join ${fresh} as n on n.ctid = p.new_row where p.old_row is null`,
    ],
  }
}

/** A constraint that does not hold on the way, a key without an equality to join by: a new table has neither trouble. */
function isForAnotherWay(error: unknown): error is PostgresError {
  if (!(error instanceof PostgresError)) return false
  return /^(?:0A000|21|22|23|42501|42725|42883)/.test(error.sqlState ?? '')
}

function asDependentError(error: PostgresError, target: Relation): DependentError {
  const because = (error.detail ?? error.message).replace(/\.$/, '')
  return new DependentError(
    `"${relationKey(target)}" cannot take its new rows while keys of other tables point to it: ${because}`,
    'drop the key, and test the relationship with `relationships` instead',
  )
}
