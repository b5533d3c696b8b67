/** What histories are played on: an empty database of their own, and what is built there. */
import { type Adapter, type Row, type Session, textCell } from '../../../core/adapter.ts'
import type { ModelNode, UniqueId } from '../../../core/node.ts'
import { type Relation, relationKey } from '../../../core/relation.ts'
import type { RunResult } from '../../../core/run-result.ts'
import { takeLeases } from '../../../ledger/leases/leases.ts'
import { ledgerSchema } from '../../../ledger/schema/migrations.ts'
import { readPublications } from '../../../ledger/runs/node-runs.ts'
import type { LedgerRun } from '../../../ledger/runs/runs.ts'
import type { Graph } from '../../../project/graph/graph.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'
import type { RunContext } from '../../execute/run-context.ts'
import { runPlan } from '../../execute/run-plan.ts'
import { findFollowers } from '../../plan/followers.ts'
import { makePlan } from '../../plan/make-plan.ts'
import { killedAdapter } from './killed-adapter.ts'
import type { Scope } from '../choose-scope.ts'
import type { TableRows } from '../compare-rows.ts'
import type { Root } from '../history/root.ts'

export interface Bench {
  /** Of an empty database whose ledger is current; its clock stands at `instant`. */
  readonly adapter: Adapter
  /** Its connections' time zone. */
  readonly timezone: string
  /** ISO 8601, UTC. */
  readonly instant: string
  readonly manifest: Manifest
  readonly graph: Graph
  readonly scope: Omit<Scope, 'skipped'>
  readonly roots: readonly Root[]
  readonly signal: AbortSignal
}

const runName = 'verify'

/** Drops what the last history has made, and makes the empty tables of sources. */
export async function resetBench(bench: Bench): Promise<ReadonlyMap<string, number>> {
  const { adapter, roots } = bench
  const { dialect } = adapter
  const schemas = [...new Set(allRelations(bench).map((relation) => relation.schema))]
  const state = await adapter.readState([...schemas, ledgerSchema])
  const relations = [...state.relations.values()]
  const isLedger = ({ schema }: Relation) => schema === ledgerSchema
  const drops = relations
    .filter(({ relation }) => !isLedger(relation))
    .map(({ kind, relation }) => `${dialect.drop(kind, relation)} cascade`)
  const clears = relations
    .filter(({ relation }) => isLedger(relation) && relation.identifier !== 'migrations')
    .map(({ relation }) => `delete from ${dialect.relation(relation)}`)
  const makes = schemas
    .filter((schema) => !state.schemas.has(schema))
    .map((schema) => dialect.createSchema(schema))
  const tables = roots.flatMap(({ node, columns }) =>
    node.resourceType === 'source' ? [dialect.createTable(node.relation, columns)] : [],
  )
  await adapter.transaction({}, async (session) => {
    for (const sql of [...drops, ...clears, ...makes, ...tables]) await session.execute(sql)
  })
  // Where the file lock is the lease, nobody looks at tokens.
  if (adapter.isExclusive) return new Map()
  const relationKeys = publishedRelations(bench).map(relationKey)
  const leases = await takeLeases(adapter, { runId: runName, relationKeys, timeoutMs: 60_000 })
  return leases.kind === 'taken' ? leases.tokens : new Map()
}

function allRelations(bench: Bench): readonly Relation[] {
  return [...publishedRelations(bench), ...bench.roots.map(({ node }) => node.relation)]
}

function publishedRelations({ manifest, scope }: Bench): readonly Relation[] {
  return scope.built.flatMap((id) => {
    const node = manifest.nodes.get(id)
    return node !== undefined && 'relation' in node ? [node.relation] : []
  })
}

export interface BenchBuild {
  /** With the seeds as they are now. */
  readonly manifest: Manifest
  readonly tokens: ReadonlyMap<string, number>
  /** Each build of a history has another. */
  readonly number: number
  readonly selected: ReadonlySet<UniqueId>
  readonly isFullRefresh: boolean
  /** It is killed when this node is about to be published; undefined: it comes to its end. */
  readonly killedBefore: UniqueId | undefined
}

/** As a command builds it, but for data tests and artifacts. */
export async function buildOnBench(bench: Bench, build: BenchBuild): Promise<readonly RunResult[]> {
  const { instant, signal, graph } = bench
  const { manifest, isFullRefresh, selected, killedBefore } = build
  const begun = new Set<UniqueId>()
  const adapter =
    killedBefore === undefined
      ? bench.adapter
      : killedAdapter(bench.adapter, () => begun.has(killedBefore))
  const plan = makePlan({ manifest, graph, selected, command: 'build', isFullRefresh })
  const relations = publishedRelations(bench)
  const run: LedgerRun = {
    runId: `${runName}-${build.number}`,
    command: 'build',
    target: manifest.project.target.name,
    version: runName,
    startedAt: instant,
    tokens: build.tokens,
  }
  const publications = await adapter.session({}, (session) =>
    readPublications(session, relations.map(relationKey)),
  )
  const schemas = [...new Set(relations.map(({ schema }) => schema))]
  const context: RunContext = {
    manifest,
    adapter,
    run,
    emit: (event) => {
      if (event.type === 'node-started') begun.add(event.node.uniqueId)
    },
    signal,
    now: () => new Date(instant),
    runStartedAt: instant,
    threads: 1,
    failFast: false,
    isFullRefresh,
    isAtomic: manifest.project.target.isAtomic,
    backfill: undefined,
    limit: undefined,
    order: { window: undefined, exactly: new Map() },
    onlyChanged: false,
    reusesUnitTests: false,
    owed: new Map(),
    batchesTests: true,
    storesFailures: false,
    failingRows: new Map(),
    versions: new Map(),
    codeColumns: new Map(),
    followers: findFollowers(manifest),
    state: adapter.isExclusive ? await adapter.readState(schemas) : undefined,
    publications: new Map(publications),
    keep: () => {},
    random: () => 0,
  }
  const results = await runPlan(plan, context)
  signal.throwIfAborted()
  return results
}

/** Times in UTC, whatever the time zone of the connections; a model that is not there has no rows. */
export async function readTables(
  { adapter, timezone }: Bench,
  models: readonly ModelNode[],
): Promise<ReadonlyMap<UniqueId, TableRows>> {
  const { dialect } = adapter
  const setZone = (zone: string) => `set timezone = ${dialect.literal(zone)}`
  return await adapter.session({}, async (session) => {
    await session.execute(setZone('UTC'))
    try {
      const tables = new Map<UniqueId, TableRows>()
      for (const { uniqueId, relation } of models) {
        tables.set(uniqueId, await readTable(session, dialect, relation))
      }
      return tables
    } finally {
      await session.execute(setZone(timezone))
    }
  })
}

async function readTable(
  session: Session,
  dialect: Adapter['dialect'],
  relation: Relation,
): Promise<TableRows> {
  const columns = (await session.describe(relation))?.columns ?? []
  if (columns.length === 0) return { columns, rows: [] }
  const cells = columns.map(
    ({ name }, index) => `cast(${dialect.quote(name)} as text) as c${index}`,
  )
  const sql = `select ${cells.join(', ')} from ${dialect.relation(relation)}`
  const rows = await session.query(sql)
  return { columns, rows: rows.map((row) => columns.map((_, index) => cellOf(row, `c${index}`))) }
}

function cellOf(row: Row, column: string): string | null {
  return row[column] === null || row[column] === undefined ? null : textCell(row, column)
}
