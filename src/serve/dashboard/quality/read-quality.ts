/** How fresh and how sound the data is, as the ledger has it: loads, publications, tests and runs. */
import { CompiledQuery, sql } from 'kysely'
import type { Row, SqlParameter } from '../../../core/adapter.ts'
import type { Json, JsonObject } from '../../../core/json.ts'
import { type Relation, relationKey } from '../../../core/relation.ts'
import { readLastTestResults, type TestsWanted } from '../../../ledger/runs/last-test-results.ts'
import type { ReadDatabase } from '../../context.ts'
import { type TypedQueries, typedQueries } from '../../database/typed-queries.ts'

export interface QualityWanted {
  /** Names of the models whose publications are shown. */
  readonly models: readonly string[]
  /** Unique ids. */
  readonly sources: readonly string[]
  readonly tests: readonly string[]
  /** Runs on other targets of the same database are theirs. */
  readonly target: string
}

const shownFindings = 50
const shownRuns = 5

export async function readQuality(
  database: ReadDatabase,
  { models, sources, tests: uniqueIds, target }: QualityWanted,
): Promise<JsonObject> {
  return await database.snapshot(async (query) => {
    const queries = typedQueries(query)
    const relations = models.flatMap((name) => {
      const relation = database.find(name)
      return relation === undefined ? [] : [{ name, relation }]
    })
    const tests = await lastTests(queries, { target, uniqueIds })
    const findings = tests.filter(({ status }) => status !== 'pass')
    return {
      sources: await loads(queries, sources),
      models: await publications(queries, relations),
      tests: {
        counts: countsOf(tests),
        last_at:
          tests
            .map(({ recorded_at }) => recorded_at)
            .toSorted()
            .at(-1) ?? null,
        findings: findings.slice(0, shownFindings).map((each) => ({ ...each })),
        more_findings: Math.max(0, findings.length - shownFindings),
      },
      runs: await lastRuns(queries, target),
    }
  })
}

/** What was loaded: when last, how much in the last day, and what waits to be mended. */
async function loads(queries: TypedQueries, uniqueIds: readonly string[]): Promise<Json> {
  const { rows: loaded } = await sql<{
    readonly unique_id: string
    readonly last_loaded_at: string
    readonly rows_last_day: string
  }>`select known.unique_id, last.last_loaded_at, day.rows_last_day
from ${listed(uniqueIds)} as known(unique_id)
cross join lateral (
  select cast(recorded_at as text) as last_loaded_at
  from _assay.loads as loads
  where loads.unique_id = known.unique_id and loads.status = 'loaded'
  order by recorded_at desc
  limit 1
) as last
cross join lateral (
  select cast(coalesce(sum(rows_loaded), 0) as text) as rows_last_day
  from _assay.loads as loads
  where loads.unique_id = known.unique_id and loads.status = 'loaded'
  and recorded_at > current_timestamp - interval '24 hours'
) as day`.execute(queries)
  const letters = await queries
    .selectFrom('_assay.dead_letters as dead')
    .select(['dead.unique_id', sql<string>`cast(count(*) as text)`.as('letters')])
    .where('dead.phase', '=', 'dead')
    .where((dead) =>
      dead.not(
        dead.exists(
          dead
            .selectFrom('_assay.dead_letters as settled')
            .select('settled.dead_letter_id')
            .whereRef('settled.dead_letter_id', '=', 'dead.dead_letter_id')
            .where('settled.phase', '<>', 'dead'),
        ),
      ),
    )
    .groupBy('dead.unique_id')
    .execute()
  const freshness = await queries
    .selectFrom('_assay.source_freshness')
    .distinctOn('unique_id')
    .select(['unique_id', 'status', 'max_loaded_at', 'recorded_at'])
    .orderBy('unique_id')
    .orderBy('recorded_at', 'desc')
    .execute()
  const ids = new Set([...loaded, ...letters, ...freshness].map(({ unique_id }) => unique_id))
  return [...ids].toSorted().map((id) => {
    const load = loaded.find(({ unique_id }) => unique_id === id)
    const fresh = freshness.find(({ unique_id }) => unique_id === id)
    return {
      unique_id: id,
      last_loaded_at: load?.last_loaded_at ?? fresh?.max_loaded_at ?? null,
      rows_last_day: Number(load?.rows_last_day ?? 0),
      dead_letters: Number(letters.find(({ unique_id }) => unique_id === id)?.letters ?? 0),
      freshness: fresh?.status ?? null,
      freshness_at: fresh?.recorded_at ?? null,
    }
  })
}

interface Shown {
  readonly name: string
  readonly relation: Relation
}

/** The last time each was published, and whether a later try has failed. */
async function publications(queries: TypedQueries, shown: readonly Shown[]): Promise<Json> {
  if (shown.length === 0) return []
  const keys = shown.map(({ relation }) => relationKey(relation))
  const published = await lastOf(queries, { keys, statuses: ['success', 'reused'] })
  const tried = await lastOf(queries, { keys, statuses: ['success', 'reused', 'error'] })
  return shown.map(({ name, relation }) => {
    const key = relationKey(relation)
    const last = published.find(({ relation_key }) => relation_key === key)
    const attempt = tried.find(({ relation_key }) => relation_key === key)
    return {
      name,
      published_at: last?.finished_at ?? null,
      rows: last === undefined || last.row_count === null ? null : Number(last.row_count),
      state:
        attempt === undefined ? 'unbuilt' : attempt.status === 'error' ? 'failed' : 'published',
    }
  })
}

interface NodeRun {
  readonly relation_key: string
  readonly status: string
  readonly finished_at: string
  readonly row_count: number | string | null
}

/** Of each key the last with one of the statuses. */
async function lastOf(
  queries: TypedQueries,
  { keys, statuses }: { readonly keys: readonly string[]; readonly statuses: readonly string[] },
): Promise<readonly NodeRun[]> {
  const { rows } = await sql<NodeRun>`select known.relation_key, last.*
from ${listed(keys)} as known(relation_key)
cross join lateral (
  select status, finished_at, row_count
  from _assay.node_runs as runs
  where runs.relation_key = known.relation_key and status in (${sql.join(statuses)})
  order by finished_at desc
  limit 1
) as last`.execute(queries)
  return rows
}

/** A relation of one column. */
function listed(values: readonly string[]) {
  return sql`(select unnest(string_to_array(${values.join('\n')}, chr(10))))`
}

interface ShownTest {
  readonly unique_id: string
  readonly status: string
  readonly failures: number
  readonly recorded_at: string
}

async function lastTests(
  queries: TypedQueries,
  wanted: TestsWanted,
): Promise<readonly ShownTest[]> {
  const asked = {
    query: async (text: string, parameters: readonly SqlParameter[]) =>
      (await queries.executeQuery<Row>(CompiledQuery.raw(text, [...parameters]))).rows,
  }
  const results = await readLastTestResults(asked, wanted)
  return [...results]
    .map(([unique_id, { status, failures, recordedAt }]) => ({
      unique_id,
      status,
      failures,
      recorded_at: recordedAt,
    }))
    .toSorted((a, b) => (a.unique_id < b.unique_id ? -1 : 1))
}

function countsOf(tests: readonly ShownTest[]): JsonObject {
  const counts = { pass: 0, warn: 0, fail: 0, error: 0 }
  for (const { status } of tests) {
    const kind = status === 'pass' || status === 'warn' || status === 'fail' ? status : 'error'
    counts[kind] += 1
  }
  return counts
}

async function lastRuns(queries: TypedQueries, target: string): Promise<Json> {
  return await queries
    .selectFrom('_assay.runs as started')
    .leftJoin('_assay.runs as ended', (join) =>
      join
        .onRef('ended.run_id', '=', 'started.run_id')
        .on('ended.phase', 'in', ['finished', 'interrupted']),
    )
    .select([
      'started.run_id',
      'started.command',
      'started.recorded_at as started_at',
      'ended.phase as end',
      'ended.recorded_at as finished_at',
      'ended.counts',
    ])
    .where('started.phase', '=', 'started')
    .where('started.target', '=', target)
    .orderBy('started.recorded_at', 'desc')
    .limit(shownRuns)
    .execute()
}
