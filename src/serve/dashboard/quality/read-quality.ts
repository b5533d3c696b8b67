/** How fresh and how sound the data is, as the ledger has it: loads, publications, tests and runs. */
import { sql } from 'kysely'
import type { Json, JsonObject } from '../../../core/json.ts'
import { type Relation, relationKey } from '../../../core/relation.ts'
import type { ReadDatabase } from '../../context.ts'
import { type TypedQueries, typedQueries } from '../../database/typed-queries.ts'

export interface QualityWanted {
  /** Names of the models whose publications are shown. */
  readonly models: readonly string[]
  /** Runs on other targets of the same database are theirs. */
  readonly target: string
}

const shownFindings = 50
const shownRuns = 5

export async function readQuality(
  database: ReadDatabase,
  { models, target }: QualityWanted,
): Promise<JsonObject> {
  return await database.snapshot(async (query) => {
    const queries = typedQueries(query)
    const relations = models.flatMap((name) => {
      const relation = database.find(name)
      return relation === undefined ? [] : [{ name, relation }]
    })
    const tests = await lastTests(queries, target)
    const findings = tests.filter(({ status }) => status !== 'pass')
    return {
      sources: await sources(queries),
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
async function sources(queries: TypedQueries): Promise<Json> {
  const loaded = await queries
    .selectFrom('_assay.loads')
    .select([
      'unique_id',
      sql<string>`cast(max(recorded_at) as text)`.as('last_loaded_at'),
      sql<string>`cast(coalesce(sum(case when recorded_at > current_timestamp - interval '24 hours' then rows_loaded end), 0) as text)`.as(
        'rows_last_day',
      ),
    ])
    .where('status', '=', 'loaded')
    .groupBy('unique_id')
    .orderBy('unique_id')
    .execute()
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
  const runs = queries
    .selectFrom('_assay.node_runs')
    .distinctOn('relation_key')
    .select(['relation_key', 'status', 'finished_at', 'row_count', 'message'])
    .where(
      'relation_key',
      'in',
      shown.map(({ relation }) => relationKey(relation)),
    )
    .orderBy('relation_key')
    .orderBy('finished_at', 'desc')
  const published = await runs.where('status', 'in', ['success', 'reused']).execute()
  const tried = await runs.where('status', 'in', ['success', 'reused', 'error']).execute()
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

/** A test that was skipped has the result it had before. */
async function lastTests(queries: TypedQueries, target: string) {
  const rows = await queries
    .selectFrom('_assay.test_results as results')
    .leftJoin('_assay.runs as runs', (join) =>
      join.onRef('runs.run_id', '=', 'results.run_id').on('runs.phase', '=', 'started'),
    )
    .distinctOn('results.unique_id')
    .select([
      'results.unique_id',
      'results.status',
      'results.failures',
      'results.dimension',
      'results.recorded_at',
    ])
    .where('results.status', '<>', 'skipped')
    .where(sql<boolean>`coalesce(runs.target, ${target}) = ${target}`)
    .orderBy('results.unique_id')
    .orderBy('results.recorded_at', 'desc')
    .execute()
  return rows.map((row) => ({ ...row, failures: Number(row.failures) }))
}

function countsOf(tests: readonly { readonly status: string }[]): JsonObject {
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
