/** `clone`: a view in this target on each relation that the manifest of another run names, published like any node. */
import type { Adapter } from '../core/adapter.ts'
import { stateOf } from '../core/database/warehouse-state.ts'
import type { Dialect } from '../core/dialect.ts'
import { noHooks } from '../core/node/hook.ts'
import type { ModelNode, Node, UniqueId } from '../core/node.ts'
import type { Relation } from '../core/relation.ts'
import { failure, type Result, success } from '../core/result.ts'
import { plainStorage } from '../core/node/storage.ts'
import { migrateLedger } from '../ledger/schema/migrate-ledger.ts'
import type { Plan } from '../transform/plan/plan.ts'
import { type Executed, executePlan } from './run/execute-plan.ts'
import type { LoadedProject } from './load-project.ts'
import { loadSelection } from './load-selection.ts'
import { withAdapter } from './open-adapter.ts'
import { runOutcome } from './run/run-outcome.ts'
import { relationsIn, unreachable } from './state/defer.ts'
import { readManifestOf } from './state/read-state.ts'
import type { Outcome, Surroundings } from './surroundings.ts'
import type { BuildOptions, BuildValue, CloneOptions } from './use-cases.ts'

export async function clone(
  options: CloneOptions,
  surroundings: Surroundings,
): Promise<Outcome<BuildValue>> {
  const begun = await loadSelection(options, surroundings)
  if (!begun.ok) return { kind: 'invalid', diagnostics: begun.diagnostics }
  const { loaded, ids } = begun.value
  const { manifest } = loaded
  const state = readManifestOf({ root: manifest.project.root, folder: options.state })
  if (!state.ok) return { kind: 'invalid', diagnostics: state.diagnostics }
  const known = relationsIn(manifest, state.value)
  const wanted = [...ids].flatMap((id) => {
    const [node, from] = [manifest.nodes.get(id), known.get(id)]
    return node === undefined || from === undefined ? [] : [{ node, from }]
  })
  const request = { loaded, wanted, options, surroundings }
  const done = await withAdapter(manifest.project.target, (adapter) => cloneOn(adapter, request))
  return runOutcome(done, surroundings)
}

interface Original {
  readonly node: Node
  /** Where the other run has it. */
  readonly from: Relation
}

interface CloneRequest {
  readonly loaded: LoadedProject
  readonly wanted: readonly Original[]
  readonly options: CloneOptions
  readonly surroundings: Surroundings
}

async function cloneOn(adapter: Adapter, request: CloneRequest): Promise<Result<Executed>> {
  const { loaded, wanted, options, surroundings } = request
  const faults = unreachable(
    loaded.manifest,
    wanted.map(({ from }) => from),
  )
  if (faults.length > 0) return failure(faults)
  const existing = options.fullRefresh ? [] : await existingOf(adapter, request)
  const missing = wanted.filter((original) => !existing.includes(original))
  const views = missing.flatMap(({ node, from }) => viewOn(node, from, adapter.dialect) ?? [])
  const plan: Plan = {
    command: 'clone',
    isFullRefresh: options.fullRefresh,
    steps: views.map((node) => ({
      kind: 'publish',
      node,
      blockingTests: [],
      needs: [],
      after: [],
    })),
    exposures: [],
  }
  const nodes = new Map<UniqueId, Node>(loaded.manifest.nodes)
  for (const view of views) nodes.set(view.uniqueId, view)
  const cloned = { ...loaded, manifest: { ...loaded.manifest, nodes } }
  if (views.length > 0) await migrateLedger(adapter)
  const asBuild: BuildOptions = {
    ...options,
    command: 'clone',
    atomic: false,
    changed: false,
    storeFailures: false,
    skipsNodesIfStartFails: true,
  }
  return success(
    await executePlan(adapter, {
      loaded: cloned,
      asWritten: loaded,
      plan,
      options: asBuild,
      surroundings,
      untouched: existing.map(({ node: { uniqueId } }) => ({ uniqueId, because: 'it exists' })),
    }),
  )
}

/** One catalogue query; what is there is said and left. */
async function existingOf(
  adapter: Adapter,
  { wanted, surroundings }: CloneRequest,
): Promise<readonly Original[]> {
  const relationOf = ({ node }: Original) => ('relation' in node ? [node.relation] : [])
  const schemas = [...new Set(wanted.flatMap(relationOf).map((relation) => relation.schema))]
  const state = await adapter.readState(schemas)
  const exists = (original: Original) =>
    relationOf(original).some((relation) => stateOf(state, relation) !== undefined)
  const there = wanted.filter(exists)
  if (there.length > 0) {
    const names = there.map(({ node }) => node.name).join(', ')
    const message = `left as they are, since they exist: ${names} (--full-refresh clones them too)`
    surroundings.emit({ type: 'log', message, node: undefined })
  }
  return there
}

/** Neither database copies without cost, so it is a view; nothing of the node but its name and place is in it. */
function viewOn(node: Node, from: Relation, dialect: Dialect): ModelNode | undefined {
  if (!('relation' in node)) return undefined
  const { uniqueId, name, packageName, path, fqn, description, tags, meta, span } = node
  return {
    uniqueId,
    name,
    packageName,
    path,
    fqn,
    description,
    tags,
    meta,
    span,
    resourceType: 'model',
    config: { enabled: true, materialized: 'view' },
    dependsOn: [],
    checksum: '',
    version: undefined,
    access: 'protected',
    deprecationDate: undefined,
    pointsTo: undefined,
    arrival: undefined,
    cursorReads: [],
    volatileColumns: [],
    tolerance: 1e-9,
    uniqueKey: [],
    swap: undefined,
    storage: plainStorage,
    isStable: true,
    hooks: noHooks,
    relation: node.relation,
    quarantine: undefined,
    materialization: { name: 'view' },
    columns: node.columns,
    code: { kind: 'file', path, text: `select * from ${dialect.relation(from)}` },
  }
}
