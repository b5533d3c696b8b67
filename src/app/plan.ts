/** `plan`: what a command would do and why, and the SQL of it, without doing any of it. */
import { type Adapter, stateOf, type WarehouseState } from '../core/adapter.ts'
import type { Dialect } from '../core/dialect.ts'
import { never } from '../core/never.ts'
import { type Relation, relationKey } from '../core/relation.ts'
import { type Result, success } from '../core/result.ts'
import { readPublications, type Publication } from '../ledger/node-runs.ts'
import { ledgerSchema } from '../ledger/migrations.ts'
import type { Manifest } from '../project/parse/manifest.ts'
import { inputsOf, signatureOf } from '../transform/execute/node-inputs.ts'
import { readSeed } from '../transform/execute/read-seed.ts'
import { compileNode } from '../transform/plan/compile-node.ts'
import { addsBatch, isFullRefresh, makePublishUnit } from '../transform/plan/make-publish-unit.ts'
import { planSeed } from '../transform/plan/materializations/seed.ts'
import type { Plan, PlanStep } from '../transform/plan/plan.ts'
import type { PublishUnit, Step } from '../transform/plan/publish-unit.ts'
import { testQuery } from '../transform/plan/test-query.ts'
import { planSelection } from './build.ts'
import { compileContextFor } from './compile.ts'
import { type LoadedProject, loadProject } from './load-project.ts'
import { withAdapter } from './open-adapter.ts'
import type { Outcome, Surroundings } from './surroundings.ts'
import type { PlannedNode, PlanOptions, PlanValue } from './use-cases.ts'

export async function planBuild(
  options: PlanOptions,
  surroundings: Surroundings,
): Promise<Outcome<PlanValue>> {
  const loaded = await loadProject(options, surroundings)
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  const planned = await planSelection(loaded.value, options)
  if (planned.kind === 'invalid') return planned
  for (const diagnostic of planned.warnings) surroundings.emit({ type: 'diagnostic', diagnostic })
  const { target } = loaded.value.manifest.project
  const known = await withAdapter(target, (adapter) =>
    readKnown(adapter, loaded.value.manifest, planned.plan),
  )
  if (!known.ok) return { kind: 'invalid', diagnostics: known.diagnostics }
  const request = { loaded: loaded.value, plan: planned.plan, surroundings, ...known.value }
  const nodes = planned.plan.steps.map((step) => planStep(request, step))
  const faults = nodes.flatMap((node) => (node.ok ? [] : node.diagnostics))
  if (faults.length > 0) return { kind: 'invalid', diagnostics: faults }
  const value = { nodes: nodes.flatMap((node) => (node.ok ? [node.value] : [])) }
  return { kind: 'done', exitCode: 0, value }
}

interface Known {
  readonly dialect: Dialect
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
  const schemas = [...new Set([...relations, ...read].map((relation) => relation.schema))]
  const state = await adapter.readState(schemas)
  const publications = await adapter.readOnly({}, async (session) =>
    (await session.describe({ schema: ledgerSchema, identifier: 'node_runs' })) !== undefined
      ? await readPublications(session, relations.map(relationKey))
      : new Map<string, Publication>(),
  )
  return { dialect: adapter.dialect, state, publications }
}

interface PlanRequest extends Known {
  readonly loaded: LoadedProject
  readonly plan: Plan
  readonly surroundings: Surroundings
}

function planStep(request: PlanRequest, step: PlanStep): Result<PlannedNode> {
  const { node } = step
  const names = (ids: readonly string[]) => ids.map((id) => id.split('.').slice(2).join('.'))
  const after = names([...new Set([...step.needs, ...step.after])])
  if (step.kind === 'test') {
    const context = compileContextFor(request.loaded, request.dialect, request.surroundings)
    const compiled = compileNode(context, step.node)
    if (!compiled.ok) return compiled
    const statements = [testQuery(step.node, compiled.value.sql).sql]
    return success({ node, action: 'test', because: 'selected', statements, tests: [], after })
  }
  const unit = unitFor(request, step)
  if (!unit.ok) return unit
  return success({
    node,
    action: unit.value.action,
    because: unit.value.because,
    statements: statementsOf(unit.value, request, step.node.relation),
    tests: step.blockingTests.map((test) => test.node.name),
    after,
  })
}

function unitFor(
  request: PlanRequest,
  step: Extract<PlanStep, { readonly kind: 'publish' }>,
): Result<PublishUnit> {
  const { dialect, state, publications, loaded, plan } = request
  const { node } = step
  const key = relationKey(node.relation)
  const existing = stateOf(state, node.relation)
  if (node.resourceType === 'seed') {
    const file = loaded.manifest.project.seeds.find((seed) => seed.path === node.path)
    const content = readSeed(node, file?.text ?? '', dialect)
    if (!content.ok) return content
    const rows = () => {
      throw new Error('a plan copies no rows')
    }
    return success(planSeed({ node, dialect, existing, ...content.value, rows }))
  }
  const fullRefresh = isFullRefresh(node, plan.isFullRefresh)
  const isIncremental = addsBatch(node, existing, fullRefresh)
  const context = compileContextFor(loaded, dialect, request.surroundings)
  const compiled = compileNode({ ...context, isIncremental }, node)
  if (!compiled.ok) return compiled
  const signature = signatureOf(dialect, loaded.manifest, {
    node,
    describe: (relation) => stateOf(state, relation),
  })
  return success(
    makePublishUnit(node, {
      relation: node.relation,
      compiled: compiled.value,
      dialect,
      existing,
      lastFingerprint: publications.get(key)?.fingerprint,
      inputsSignature: signature,
      isFullRefresh: fullRefresh,
      hasTests: step.blockingTests.length > 0,
    }),
  )
}

/** A batch is taken to have the columns of its table: what it really has is known when it is built. */
function statementsOf(
  unit: PublishUnit,
  { dialect, state }: PlanRequest,
  relation: Relation,
): readonly string[] {
  const published = unit.publish(stateOf(state, relation)?.columns ?? [])
  const publish = published.ok ? published.value : []
  const steps = [...unit.build, ...publish].flatMap((step) => describeStep(step, dialect))
  return ['begin', ...steps, 'commit']
}

function describeStep(step: Step, dialect: Dialect): readonly string[] {
  switch (step.kind) {
    case 'statement':
    case 'refuse-rows':
      return [step.sql]
    case 'rows':
      return [`-- copy ${step.label} into ${dialect.relation(step.into)}`]
    case 'swap':
      return [
        dialect.drop('table', step.target),
        dialect.rename('table', step.candidate, step.target.identifier),
      ]
    case 'replace-view':
      return [dialect.createOrReplaceView(step.relation, step.select)]
    case 'reuse':
      return [`-- nothing to do: ${step.because}`]
    default:
      return never(step)
  }
}
