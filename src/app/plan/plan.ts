/** `plan`: what a command would do and why, and the SQL of it, without doing any of it. */
import type { Adapter } from '../../core/adapter.ts'
import { stateOf } from '../../core/database/warehouse-state.ts'
import type { UnitTestNode } from '../../core/node/unit-test.ts'
import { type Result, success } from '../../core/result.ts'
import { readPublications, type Publication } from '../../ledger/runs/node-runs.ts'
import { readLedgerVersion } from '../../ledger/schema/ledger-version.ts'
import { ledgerVersion } from '../../ledger/schema/migrations.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { dependsOnDatabase } from '../../transform/execute/ask/asking-template.ts'
import { compileAsking } from '../../transform/execute/ask/compile-asking.ts'
import { inputsOf } from '../../transform/execute/publish/node-inputs.ts'
import type { Plan, PlanStep } from '../../transform/plan/plan.ts'
import type { PublishUnit } from '../../transform/plan/publish-unit.ts'
import { testQuery } from '../../transform/plan/data-tests/test-query.ts'
import { unitTestModel } from '../../transform/plan/unit-tests/unit-test-model.ts'
import { planSelection } from '../build.ts'
import { knownRelations } from '../run/known-relations.ts'
import { compileContextFor } from '../compile.ts'
import { loadProject } from '../load-project.ts'
import { withAdapter } from '../open-adapter.ts'
import { deferRefs, nodesOf } from '../state/defer.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import type { PlannedNode, PlanOptions, PlanValue } from '../use-cases.ts'
import { raiseWarnings } from '../warnings/raise-warnings.ts'
import { askFor, type Known, type PlanRequest, type PublishStep, unitFor } from './plan-unit.ts'
import { batchStatements } from './planned-batches.ts'
import { withHooks } from './planned-hooks.ts'
import { statementTexts } from './statement-texts.ts'

export async function planBuild(
  options: PlanOptions,
  surroundings: Surroundings,
): Promise<Outcome<PlanValue>> {
  const loaded = await loadProject(options, surroundings)
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  const planned = await planSelection(loaded.value, options)
  loaded.value.cache.save()
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
  return await adapter.readOnly({}, async (session) => {
    const isWithoutLedger = (await readLedgerVersion(session)) !== ledgerVersion
    const publications = isWithoutLedger
      ? new Map<string, Publication>()
      : await readPublications(session, [...knownRelations(manifest, plan)])
    return { state, publications, isWithoutLedger }
  })
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
  const planned =
    (await batchStatements(request, step)) ?? nodeStatements(request, step, unit.value)
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

function nodeStatements(
  request: PlanRequest,
  { node }: PublishStep,
  unit: PublishUnit,
): Result<readonly string[]> {
  const isIncremental = unit.effect === 'batch' && request.options.backfill === undefined
  const columns = stateOf(request.state, node.relation)?.columns
  const statements = statementTexts(unit, request.adapter.dialect, columns)
  return withHooks(request, { node, isIncremental, statements })
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
