/** `plan`: what a command would do and why, and the SQL of it, without doing any of it. */
import type { Adapter, Session } from '../core/adapter.ts'
import { stateOf, type WarehouseState } from '../core/database/warehouse-state.ts'
import type { Dialect } from '../core/dialect.ts'
import { never } from '../core/never.ts'
import { type Relation, relationKey } from '../core/relation.ts'
import type { UnitTestNode } from '../core/node/unit-test.ts'
import { type Result, success } from '../core/result.ts'
import { readPublications, type Publication } from '../ledger/runs/node-runs.ts'
import { readLedgerVersion } from '../ledger/schema/ledger-version.ts'
import { ledgerVersion } from '../ledger/schema/migrations.ts'
import type { Manifest } from '../project/parse/manifest.ts'
import { dependsOnDatabase } from '../transform/execute/ask/asking-template.ts'
import { compileAsking } from '../transform/execute/ask/compile-asking.ts'
import { describeOldRows } from '../transform/execute/state/code-changed.ts'
import { inputsOf } from '../transform/execute/publish/node-inputs.ts'
import { surveyNode } from '../transform/execute/state/node-state.ts'
import { prepareNode } from '../transform/execute/prepare/prepare-node.ts'
import { changesSince } from '../transform/execute/state/reuse-node.ts'
import type { Plan, PlanStep } from '../transform/plan/plan.ts'
import type { PublishUnit, Step } from '../transform/plan/publish-unit.ts'
import { testQuery } from '../transform/plan/data-tests/test-query.ts'
import { unitTestModel } from '../transform/plan/unit-tests/unit-test-model.ts'
import { planSelection } from './build.ts'
import { knownRelations } from './run/known-relations.ts'
import { compileContextFor } from './compile.ts'
import { batchOrder, inputLimit } from './run/input-limit.ts'
import { type LoadedProject, loadProject } from './load-project.ts'
import { withAdapter } from './open-adapter.ts'
import { withHooks } from './run/planned-hooks.ts'
import { deferRefs, nodesOf } from './state/defer.ts'
import type { Outcome, Surroundings } from './surroundings.ts'
import type { PlannedNode, PlanOptions, PlanValue } from './use-cases.ts'
import { raiseWarnings } from './warnings/raise-warnings.ts'

export async function planBuild(
  options: PlanOptions,
  surroundings: Surroundings,
): Promise<Outcome<PlanValue>> {
  const loaded = await loadProject(options, surroundings)
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  const planned = await planSelection(loaded.value, options)
  if (planned.kind === 'invalid') return planned
  const raised = raiseWarnings(surroundings, planned.warnings)
  if (raised.length > 0) return { kind: 'invalid', diagnostics: raised }
  const { target } = loaded.value.manifest.project
  const { plan } = planned
  const atomic = options.atomic || target.isAtomic
  const done = await withAdapter(target, async (adapter) => {
    const place = { loaded: loaded.value, options, ...nodesOf(plan) }
    const deferred = await deferRefs(place, adapter)
    if (!deferred.ok) return [deferred]
    const known = await readKnown(adapter, deferred.value.loaded.manifest, plan)
    const request = { loaded: deferred.value.loaded, plan, surroundings, adapter, ...known }
    return await adapter.readOnly({}, async (session) => {
      const nodes: Result<PlannedNode>[] = []
      for (const step of plan.steps) {
        nodes.push(await planStep({ ...request, session, options, atomic }, step))
      }
      return nodes
    })
  })
  if (!done.ok) return { kind: 'invalid', diagnostics: done.diagnostics }
  const nodes = done.value
  const faults = nodes.flatMap((node) => (node.ok ? [] : node.diagnostics))
  if (faults.length > 0) return { kind: 'invalid', diagnostics: faults }
  const value = { nodes: nodes.flatMap((node) => (node.ok ? [node.value] : [])) }
  return { kind: 'done', exitCode: 0, value }
}

interface Known {
  readonly state: WarehouseState
  readonly publications: ReadonlyMap<string, Publication>
}

/** Read-only: a database that has no ledger yet gets none. */
async function readKnown(adapter: Adapter, manifest: Manifest, plan: Plan): Promise<Known> {
  const relations = plan.steps.flatMap((step) =>
    step.kind === 'publish' ? [step.node.relation] : [],
  )
  const read = inputsOf(
    manifest,
    plan.steps.map((step) => step.node),
  )
  const all = [...relations, ...read]
  const state = await adapter.readState([...new Set(all.map((relation) => relation.schema))])
  const publications = await adapter.readOnly({}, async (session) =>
    (await readLedgerVersion(session)) === ledgerVersion
      ? await readPublications(session, [...knownRelations(manifest, plan)])
      : new Map<string, Publication>(),
  )
  return { state, publications }
}

interface PlanRequest extends Known {
  readonly loaded: LoadedProject
  readonly plan: Plan
  readonly surroundings: Surroundings
  readonly adapter: Adapter
  readonly session: Session
  readonly options: PlanOptions
  readonly atomic: boolean
}

async function planStep(request: PlanRequest, step: PlanStep): Promise<Result<PlannedNode>> {
  const { node } = step
  const names = (ids: readonly string[]) => ids.map((id) => id.split('.').slice(2).join('.'))
  const after = names([...new Set([...step.needs, ...step.after])])
  if (step.kind === 'test') {
    const { dialect } = request.adapter
    const context = compileContextFor(request.loaded, dialect, request.surroundings)
    const { adapter, session } = request
    const ask = { ...askFor(adapter, request.options), session, standIns: new Map() }
    const compiled = await compileAsking(context, ask, step.node)
    if (!compiled.ok) return notYet(compiled, { node, tests: [], after })
    const statements = [testQuery(step.node, compiled.value.sql).sql]
    return success({ node, action: 'test', because: 'selected', statements, tests: [], after })
  }
  if (step.kind === 'unit_test') return planUnitTest(request, step.node, after)
  const unit = await unitFor(request, step)
  const tests = step.blockingTests.map((test) => test.node.name)
  if (!unit.ok) return notYet(unit, { node, tests, after })
  const planned = withHooks(
    request.loaded,
    { ...request, dialect: request.adapter.dialect },
    {
      node: step.node,
      isIncremental: unit.value.effect === 'batch' && request.options.backfill === undefined,
      statements: statementsOf(unit.value, request, step.node.relation),
    },
  )
  if (!planned.ok) return planned
  const { action, because } = unit.value
  const depends = dependsOnDatabase(request.loaded.manifest, node)
  return success({
    node,
    action,
    because: depends ? `${because}; its SQL depends on the database` : because,
    statements: planned.value,
    tests,
    after,
  })
}

/** What a template asks for is built before it in the same run: only its SQL cannot be shown. */
function notYet(
  failed: Result<unknown> & { readonly ok: false },
  planned: Pick<PlannedNode, 'node' | 'tests' | 'after'>,
): Result<PlannedNode> {
  const [first, ...others] = failed.diagnostics
  if (first?.code !== 'not-built' || others.length > 0) return failed
  const action = planned.node.resourceType === 'test' ? 'test' : 'build'
  return success({ ...planned, action, because: first.message, statements: [] })
}

/** One snapshot, so one book of answers would do; a node's questions are its own all the same. */
function askFor(adapter: Adapter, { introspect }: Pick<PlanOptions, 'introspect'>) {
  const explainError = (error: unknown) => adapter.explainError(error)
  return { explainError, answers: new Map(), isAllowed: introspect }
}

/** The model's SQL over the temporary tables of its inputs; what fills them depends on their types. */
function planUnitTest(
  { loaded, adapter, surroundings }: PlanRequest,
  node: UnitTestNode,
  after: readonly string[],
): Result<PlannedNode> {
  const { manifest } = loaded
  const runStartedAt = surroundings.now().toISOString()
  const { dialect } = adapter
  const scope = unitTestModel({ manifest, dialect, invocationId: '', runStartedAt }, node)
  if (!scope.ok) return scope
  const { compiled } = scope.value
  const statements = compiled === undefined ? [] : [compiled.sql]
  return success({ node, action: 'unit test', because: 'selected', statements, tests: [], after })
}

/** As a run would make it, but that upstreams are as they are before the run. */
async function unitFor(
  { loaded, plan, surroundings, adapter, session, options, ...known }: PlanRequest,
  { node, blockingTests }: Extract<PlanStep, { readonly kind: 'publish' }>,
): Promise<Result<PublishUnit>> {
  const { state, publications, atomic } = known
  // One catalogue query has answered for all.
  const informed = { ...session, describe: async (relation: Relation) => stateOf(state, relation) }
  const prepared = await prepareNode(
    {
      manifest: loaded.manifest,
      dialect: adapter.dialect,
      publications,
      standIns: new Map(),
      invocationId: '',
      runStartedAt: surroundings.now().toISOString(),
      isFullRefresh: plan.isFullRefresh,
      backfill: options.backfill,
      limit: inputLimit(options, surroundings.now()),
      order: batchOrder(options, surroundings.now()),
      now: surroundings.now().toISOString(),
      isAtomic: atomic,
      ask: askFor(adapter, options),
    },
    informed,
    { node, existing: stateOf(state, node.relation), hasTests: blockingTests.length > 0 },
  )
  if (!prepared.ok) return prepared
  const { unit } = prepared.value
  // Only what an incremental model is added to can hold rows of other code.
  if (unit.effect !== 'batch') return success(unit)
  const survey = {
    manifest: loaded.manifest,
    dialect: adapter.dialect,
    publications,
    versions: new Map(),
  }
  const components = await surveyNode(survey, informed, node)
  const changes = changesSince(publications.get(relationKey(node.relation)), components)
  const oldRows = describeOldRows(unit, changes)
  return success(oldRows === undefined ? unit : { ...unit, because: `${unit.because}; ${oldRows}` })
}

/** A batch is taken to have the columns of its table: what it really has is known when it is built. */
function statementsOf(
  unit: PublishUnit,
  { adapter, state }: PlanRequest,
  relation: Relation,
): readonly string[] {
  const columns = stateOf(state, relation)?.columns
  const checks = unit.checks?.(columns)
  const published = unit.publish(columns ?? [])
  const steps = [checks, published].flatMap((found) => (found?.ok === true ? found.value : []))
  return [...unit.build, ...steps].flatMap((step) => describeStep(step, adapter.dialect))
}

function describeStep(step: Step, dialect: Dialect): readonly string[] {
  switch (step.kind) {
    case 'statement':
    case 'refuse-rows':
      return [step.sql]
    case 'rows':
      return [`-- copy ${step.label} into ${dialect.relation(step.into)}`]
    case 'contract':
      return step
        .build(step.contract.columns.map((column) => ({ ...column, spelled: column.name })))
        .flatMap((each) => describeStep(each, dialect))
    case 'alter':
      return step.statements
    case 'swap': {
      const kind = step.candidateKind ?? 'table'
      return [
        ...(step.constraints?.foreignKeys ?? []).map(({ name, definition }) =>
          dialect.addConstraint(step.candidate, name, definition),
        ),
        dialect.drop(kind, step.target),
        dialect.rename(kind, step.candidate, step.target.identifier),
        ...(dialect.hasNamedConstraints ? (step.constraints?.renamed ?? []) : []).map(
          ({ temporary, name }) => dialect.renameConstraint(step.target, temporary, name),
        ),
        ...(step.indexes ?? []).map((index) => dialect.createIndex(step.target, index)),
      ]
    }
    case 'file':
      return [
        `-- write ${dialect.relation(step.candidate)} to ${step.file.path}, and make a view that reads it`,
      ]
    case 'indexes':
      return step.indexes.map(
        (index) => `-- where it is missing: ${dialect.createIndex(step.relation, index)}`,
      )
    case 'replace-view':
      return [dialect.createOrReplaceView(step.relation, step.select)]
    case 'reuse':
      return [`-- nothing to do: ${step.because}`]
    default:
      return never(step)
  }
}
