/** All that the panels show, read in one state of the database: rows of each view, or why there are none. */
import { sql } from 'kysely'
import type { Table } from '../../../core/adapter.ts'
import type { Json, JsonObject } from '../../../core/json.ts'
import type { Relation } from '../../../core/relation.ts'
import type { ReadDatabase, SnapshotQuery } from '../../context.ts'
import { typedQueries } from '../../database/typed-queries.ts'
import { ProblemError } from '../../problem.ts'
import { type ReadRows, readRows, rowsJson } from '../../relations/read-relation.ts'
import {
  bandits,
  type PanelView,
  panelViews,
  tests,
  type TimeWindow,
  weights,
} from './panel-views.ts'

export interface PanelsWanted {
  /** undefined, or one that is not there: the first that has events, or else the first. */
  readonly bandit: string | undefined
  /** undefined, or one that is not there: the first. */
  readonly test: string | undefined
  /** undefined, or one that the bandit does not have: all visits. */
  readonly segment: string | undefined
  readonly window: TimeWindow
}

/** What the project says of numbers. */
export interface PanelFacts {
  readonly units: JsonObject
  readonly metrics: JsonObject
  /** Of what came of a test, by the rows of the views that could be read. */
  readonly judge: (test: string, views: ReadonlyMap<string, Table>) => Json
}

/** `absent`: the project has no such model. `other`: it has one of that name with other columns. */
type ReadView =
  | { readonly state: 'read'; readonly rows: ReadRows }
  | { readonly state: 'absent' | 'unbuilt' | 'other' }

interface Looking {
  readonly query: SnapshotQuery
  readonly find: (name: string) => Relation | undefined
  readonly built: ReadonlySet<string>
}

/** `{"bandit": .., "segment": .., "test": .., "units": .., "metrics": .., "judged": .., "views": {"<name>": {"state": "read", "rows": [..], "has_more": ..}}}` */
export async function readPanels(
  database: ReadDatabase,
  wanted: PanelsWanted,
  { units, metrics, judge }: PanelFacts,
): Promise<string> {
  const views = panelViews(wanted.window)
  return await database.snapshot(async (query) => {
    const relations = [bandits, tests, weights, ...views].flatMap(
      ({ name }) => database.find(name) ?? [],
    )
    const built = await builtAmong(query, relations)
    const looking: Looking = { query, find: (name) => database.find(name), built }
    const found = new Map<string, ReadView>()
    for (const view of [bandits, tests]) {
      found.set(view.name, await readView(looking, view, {}))
    }
    const chosen = {
      bandit: chosenOf(found.get(bandits.name), 'experiment_id', {
        wanted: wanted.bandit,
        known: 'last_event_at',
      }),
      test: chosenOf(found.get(tests.name), 'experiment_id', { wanted: wanted.test }),
      all: undefined,
    }
    found.set(weights.name, await readView(looking, weights, { experiment: chosen.bandit }))
    const segment = chosenOf(found.get(weights.name), 'segment', { wanted: wanted.segment }) ?? ''
    for (const view of views) {
      found.set(view.name, await readView(looking, view, { experiment: chosen[view.of], segment }))
    }
    const read = new Map<string, Table>(
      [...found].flatMap(([name, view]) => (view.state === 'read' ? [[name, view.rows]] : [])),
    )
    const judged = chosen.test === undefined ? null : judge(chosen.test, read)
    const shown = [...found].map(([name, view]) => `${JSON.stringify(name)}: ${viewJson(view)}`)
    return `{"bandit": ${textJson(chosen.bandit)}, "segment": ${textJson(segment)}, "test": ${textJson(chosen.test)}, "units": ${JSON.stringify(units)}, "metrics": ${JSON.stringify(metrics)}, "judged": ${JSON.stringify(judged)}, "views": {${shown.join(', ')}}}`
  })
}

/** Asked before: on Postgres a query that fails is the end of the snapshot. */
async function builtAmong(
  query: SnapshotQuery,
  relations: readonly Relation[],
): Promise<ReadonlySet<string>> {
  if (relations.length === 0) return new Set()
  const schemas = [...new Set(relations.map(({ schema }) => schema))]
  const { rows } = await sql<{ readonly schema: string; readonly name: string }>`select
  namespaces.nspname as schema,
  classes.relname as name
from pg_catalog.pg_class as classes
inner join pg_catalog.pg_namespace as namespaces on namespaces.oid = classes.relnamespace
where classes.relkind in ('r', 'p', 'v', 'm', 'f')
and namespaces.nspname in (${sql.join(schemas)})`.execute(typedQueries(query))
  return new Set(rows.map(({ schema, name }) => keyOf({ schema, identifier: name })))
}

function keyOf({ schema, identifier }: Relation): string {
  return JSON.stringify([schema, identifier])
}

async function readView(
  { query, find, built }: Looking,
  { name, of, reading, isOfSegment }: PanelView,
  { experiment, segment }: { readonly experiment?: string | undefined; readonly segment?: string },
): Promise<ReadView> {
  const relation = find(name)
  if (relation === undefined) return { state: 'absent' }
  if (!built.has(keyOf(relation))) return { state: 'unbuilt' }
  // Without an experiment there are no rows of one, and the columns are looked at all the same.
  const filter: JsonObject = {
    ...(of === 'all' ? {} : { experiment_id: experiment ?? '' }),
    ...(isOfSegment === true ? { segment: segment ?? '' } : {}),
  }
  try {
    return {
      state: 'read',
      rows: await readRows(query, { relation, query: { ...reading, ...filter } }),
    }
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'invalid-request') {
      return { state: 'other' }
    }
    throw error
  }
}

/** What is wanted where there is such a row, else that of the first one; of those with something in `known` if there are any. */
function chosenOf(
  view: ReadView | undefined,
  column: string,
  { wanted, known }: { readonly wanted: string | undefined; readonly known?: string },
): string | undefined {
  if (view?.state !== 'read') return undefined
  const { columns, rows } = view.rows
  const placeOf = (column: string | undefined) => columns.findIndex(({ name }) => name === column)
  const names = rows.map((row) => row[placeOf(column)])
  const first = rows.findIndex((row) => (row[placeOf(known)] ?? null) !== null)
  const name = wanted !== undefined && names.includes(wanted) ? wanted : names[Math.max(first, 0)]
  return typeof name === 'string' ? name : undefined
}

function viewJson(view: ReadView): string {
  if (view.state !== 'read') return `{"state": "${view.state}"}`
  return `{"state": "read", "rows": ${rowsJson(view.rows)}, "has_more": ${view.rows.hasMore}}`
}

function textJson(text: string | undefined): string {
  return JSON.stringify(text ?? null)
}
