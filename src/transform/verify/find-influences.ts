/** Whether the order of rows, the time zone of the connection or the clock moves the result of a full refresh. */
import type { Diagnostic } from '../../core/diagnostic.ts'
import type { ModelNode, UniqueId } from '../../core/node.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { Bench } from './sandbox/bench.ts'
import type { TableRows } from './compare-rows.ts'
import { explainSandboxFault } from './sandbox/explain-sandbox-fault.ts'
import { type BuildFailure, compareEach, playOnce } from './play-history.ts'
import { randomFrom } from './history/random.ts'
import type { Finding, Influence } from './report.ts'
import type { Root } from './history/root.ts'

export interface Benches {
  readonly usual: Bench
  /** The same, but for the time zone of its connections. */
  readonly elsewhere: Bench
  /** The same, but for its clock. */
  readonly later: Bench
}

export type InfluenceFinding = Extract<Finding, { readonly kind: 'influence' }>

/** A fault: a full refresh of the sample does not succeed, so nothing can be verified. */
export async function findInfluences(
  seed: number,
  { usual, elsewhere, later }: Benches,
): Promise<Result<readonly InfluenceFinding[]>> {
  const models = usual.scope.built.flatMap((id) => {
    const node = usual.manifest.nodes.get(id)
    return node?.resourceType === 'model' ? [node] : []
  })
  const inPlace = (root: Root) => root.rows.map((_, index) => index)
  const expected = await playOnce(usual, models, inPlace)
  if (!isTables(expected)) return failure(explained(expected))
  const others = [
    { influence: 'order', bench: usual, order: (root: Root) => inPlace(root).toReversed() },
    { influence: 'order', bench: usual, order: shuffled(seed) },
    { influence: 'time zone', bench: elsewhere, order: inPlace },
    { influence: 'clock', bench: later, order: inPlace },
  ] as const
  const findings: InfluenceFinding[] = []
  for (const { influence, bench, order } of others) {
    // Rows that differ for no reason at all would be told as moved by whatever else is tried.
    const steady = models.filter((node) => !isUnsteady(node, findings))
    const found = await playOnce(bench, models, order)
    if (!isTables(found)) return failure(explained(found))
    findings.push(...compared(usual, steady, { influence, expected, found }))
  }
  return success(findings)
}

type Tables = ReadonlyMap<UniqueId, TableRows>

function isTables(played: Tables | BuildFailure): played is Tables {
  return !('diagnostics' in played)
}

function shuffled(seed: number): (root: Root) => readonly number[] {
  return ({ node, rows }) =>
    randomFrom(seed, 'order', node.uniqueId).shuffle(rows.map((_, index) => index))
}

function isUnsteady(node: ModelNode, findings: readonly InfluenceFinding[]): boolean {
  return findings.some(({ influence, moved }) => influence === 'order' && moved.has(node.uniqueId))
}

/** Where it begins, as far as a verified model is moved by it: what a view shows beside that is its own affair. */
function compared(
  { graph, scope }: Bench,
  models: readonly ModelNode[],
  {
    influence,
    expected,
    found,
  }: { readonly influence: Influence; readonly expected: Tables; readonly found: Tables },
): readonly InfluenceFinding[] {
  const all = compareEach(models, { expected, found })
  const moved = new Set(all.map(({ node }) => node.uniqueId))
  const verified = scope.compared.filter(({ uniqueId }) => moved.has(uniqueId))
  const concerned = new Set(
    verified.flatMap(({ uniqueId }) => [uniqueId, ...graph.ancestors(uniqueId)]),
  )
  return all
    .filter(({ node }) => concerned.has(node.uniqueId))
    .filter(({ node }) => ![...graph.ancestors(node.uniqueId)].some((id) => moved.has(id)))
    .map(({ node, rows }) => ({ kind: 'influence', influence, node, rows, moved }))
}

function explained({ node, diagnostics }: BuildFailure): readonly Diagnostic[] {
  return diagnostics.map((fault) => explainSandboxFault(node, fault))
}
