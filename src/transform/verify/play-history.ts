/** A history played on a bench: what its builds end with, against a full refresh of the same rows. */
import type { Diagnostic } from '../../core/diagnostic.ts'
import { never } from '../../core/never.ts'
import type { ModelNode, Node, UniqueId } from '../../core/node.ts'
import type { Relation } from '../../core/relation.ts'
import type { RunResult } from '../../core/run-result.ts'
import { type Bench, buildOnBench, readTables, resetBench } from './sandbox/bench.ts'
import { type Cells, compareRows, type RowDifference, type TableRows } from './compare-rows.ts'
import type { History, HistoryStep } from './history/history.ts'
import { Arrivals, type Root, type SeedRows } from './history/root.ts'
import { withSeeds } from './sandbox/sandbox-manifest.ts'

export type Verdict =
  | { readonly kind: 'same' }
  | {
      readonly kind: 'differs'
      /** In order of building; a model that reads one that differs is not among them. */
      readonly differences: readonly ModelDifference[]
    }
  /** A build failed, and a full refresh of the same rows does not. */
  | { readonly kind: 'fails'; readonly failure: BuildFailure }
  /** A full refresh fails too: nothing can be said. */
  | { readonly kind: 'unusable'; readonly failure: BuildFailure }

export interface ModelDifference {
  readonly node: ModelNode
  readonly rows: RowDifference
}

export interface BuildFailure {
  readonly node: Node
  readonly diagnostics: readonly Diagnostic[]
}

export async function playHistory(bench: Bench, history: History): Promise<Verdict> {
  const play = await Play.begin(bench)
  const failure = await play.steps(history)
  if (failure !== undefined) {
    const refreshed = await play.build({ isFullRefresh: true })
    return refreshed === undefined ? { kind: 'fails', failure } : { kind: 'unusable', failure }
  }
  const { compared } = bench.scope
  const found = await readTables(bench, compared)
  const refreshed = await play.build({ isFullRefresh: true })
  if (refreshed !== undefined) return { kind: 'unusable', failure: refreshed }
  return compareTables(bench, compared, { expected: await readTables(bench, compared), found })
}

/** The tables of these models after one build of all rows, which lie in the order given. */
export async function playOnce(
  bench: Bench,
  models: readonly ModelNode[],
  order: (root: Root) => readonly number[],
): Promise<ReadonlyMap<UniqueId, TableRows> | BuildFailure> {
  const play = await Play.begin(bench)
  for (const root of bench.roots) await play.arriveInOrder(root, order(root))
  const failure = await play.build({ isFullRefresh: false })
  return failure ?? (await readTables(bench, models))
}

export interface ComparedTables {
  readonly expected: ReadonlyMap<UniqueId, TableRows>
  readonly found: ReadonlyMap<UniqueId, TableRows>
}

/** Only the first to differ: those that read it differ because of it. */
function compareTables(
  { graph }: Pick<Bench, 'graph'>,
  models: readonly ModelNode[],
  tables: ComparedTables,
): Verdict {
  const all = compareEach(models, tables)
  const ids = new Set(all.map(({ node }) => node.uniqueId))
  const differences = all.filter(
    ({ node }) => ![...graph.ancestors(node.uniqueId)].some((id) => ids.has(id)),
  )
  return differences.length === 0 ? { kind: 'same' } : { kind: 'differs', differences }
}

/** Every model that differs. */
export function compareEach(
  models: readonly ModelNode[],
  { expected, found }: ComparedTables,
): readonly ModelDifference[] {
  const nothing: TableRows = { columns: [], rows: [] }
  return models.flatMap((node) => {
    const { volatileColumns, tolerance, uniqueKey, uniqueId } = node
    const rows = compareRows(expected.get(uniqueId) ?? nothing, found.get(uniqueId) ?? nothing, {
      volatileColumns,
      tolerance,
      key: uniqueKey,
    })
    return rows === undefined ? [] : [{ node, rows }]
  })
}

/** One history under way. */
class Play {
  readonly #bench: Bench
  readonly #tokens: ReadonlyMap<string, number>
  readonly #arrivals: ReadonlyMap<UniqueId, Arrivals>
  readonly #seeds: Map<UniqueId, SeedRows>
  #builds = 0

  private constructor(bench: Bench, tokens: ReadonlyMap<string, number>) {
    this.#bench = bench
    this.#tokens = tokens
    this.#arrivals = new Map(bench.roots.map((root) => [root.node.uniqueId, new Arrivals(root)]))
    this.#seeds = new Map(
      bench.roots.flatMap(({ node, columns }) =>
        node.resourceType === 'seed' ? [[node.uniqueId, { node, columns, rows: [] }] as const] : [],
      ),
    )
  }

  static async begin(bench: Bench): Promise<Play> {
    return new Play(bench, await resetBench(bench))
  }

  /** Ends with the first build that fails. */
  async steps(history: History): Promise<BuildFailure | undefined> {
    for (const step of history) {
      const failure = await this.#step(step)
      if (failure !== undefined) return failure
    }
    return undefined
  }

  async #step(step: HistoryStep): Promise<BuildFailure | undefined> {
    switch (step.kind) {
      case 'arrive': {
        const root = this.#bench.roots.find(({ node }) => node.uniqueId === step.root)
        if (root !== undefined) await this.#arrive(root, this.#next(root, step.rows))
        return undefined
      }
      case 'build':
        return await this.build({ isFullRefresh: false })
      case 'killed build':
        return await this.build({ isFullRefresh: false, killedBefore: step.before })
      case 'full refresh':
        return await this.build({ isFullRefresh: true, only: step.node })
      default:
        return never(step)
    }
  }

  /** All rows at once, each with the arrival value of its place in the sample. */
  async arriveInOrder(root: Root, order: readonly number[]): Promise<void> {
    const rows = this.#next(
      root,
      root.rows.map((_, index) => index),
    )
    await this.#arrive(
      root,
      order.flatMap((index) => (rows[index] === undefined ? [] : [rows[index]])),
    )
  }

  #next(root: Root, rows: readonly number[]): readonly Cells[] {
    return this.#arrivals.get(root.node.uniqueId)?.next(rows) ?? []
  }

  async #arrive({ node, columns }: Root, rows: readonly Cells[]): Promise<void> {
    const seed = this.#seeds.get(node.uniqueId)
    if (seed !== undefined) {
      this.#seeds.set(node.uniqueId, { ...seed, rows: [...seed.rows, ...rows] })
    } else if (rows.length > 0) await this.#append(node.relation, columns, rows)
  }

  async #append(
    relation: Relation,
    columns: Root['columns'],
    rows: readonly Cells[],
  ): Promise<void> {
    await this.#bench.adapter.transaction({}, (session) =>
      session.appendText(relation, columns, streamOf(rows)),
    )
  }

  /** Gives the first failure; a build that is killed has none. */
  async build(how: {
    readonly isFullRefresh: boolean
    readonly killedBefore?: UniqueId
    readonly only?: UniqueId
  }): Promise<BuildFailure | undefined> {
    this.#builds += 1
    const { manifest, scope } = this.#bench
    const results = await buildOnBench(this.#bench, {
      manifest: withSeeds(manifest, [...this.#seeds.values()]),
      tokens: this.#tokens,
      number: this.#builds,
      selected: new Set(how.only === undefined ? scope.built : [how.only]),
      isFullRefresh: how.isFullRefresh,
      killedBefore: how.killedBefore,
    })
    return how.killedBefore === undefined ? failureOf(this.#bench, results) : undefined
  }
}

function failureOf({ manifest }: Bench, results: readonly RunResult[]): BuildFailure | undefined {
  for (const result of results) {
    const node = manifest.nodes.get(result.uniqueId)
    if (result.status === 'error' && node !== undefined) {
      return { node, diagnostics: result.diagnostics }
    }
  }
  return undefined
}

async function* streamOf(rows: readonly Cells[]): AsyncIterable<Cells> {
  yield* rows
}
