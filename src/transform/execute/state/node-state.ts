/** What a node would be built from now: its code, its config, and the version of the rows of everything it reads. */
import type { Session } from '../../../core/adapter.ts'
import type { Json } from '../../../core/json.ts'
import type { Hook } from '../../../core/node/hook.ts'
import {
  type BuiltNode,
  isInlined,
  keepsRows,
  type ModelNode,
  type SnapshotNode,
  type UniqueId,
} from '../../../core/node.ts'
import { type Relation, relationKey } from '../../../core/relation.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'
import { contractKey, contractRecord } from '../../plan/contracts/table-contract.ts'
import { descriptionsKey, descriptionsRecord } from '../../plan/contracts/persisted-docs.ts'
import { writtenTo } from '../../plan/hooks/changes-rows.ts'
import { renderHook } from '../../plan/hooks/render-hook.ts'
import type { CompileContext, CursorScope } from '../../plan/compile/compile-context.ts'
import { stableHash } from '../../plan/state/stable-hash.ts'
import { compileNode } from '../../plan/compile-node.ts'
import { faultTexts } from '../../plan/compile/fault-rules.ts'
import { strategyText } from '../../plan/compile-strategy.ts'
import { compileAsking } from '../ask/compile-asking.ts'
import { askingTemplate } from '../ask/asking-template.ts'
import {
  type Components,
  makeComponents,
  type NodeCode,
  notAnswered,
  readComponents,
} from '../../plan/state/components.ts'
import { type DataVersion, unknownVersion } from '../../plan/state/data-version.ts'
import { findUntrackedReads } from '../../plan/state/untracked-reads.ts'
import { dataVersionOf } from './read-data-version.ts'
import { canBeRemembered, knownCode } from './remembered-code.ts'
import type { SurveyContext } from './survey-context.ts'
import { type Readable, inputNodes } from './input-nodes.ts'

export async function surveyNode(
  context: SurveyContext,
  session: Session,
  node: BuiltNode,
): Promise<Components> {
  const inputs = new Map<string, DataVersion>()
  const hooks = hooksOf(context, node)
  const known = inputNodes(context.manifest, node).filter(
    (input) => !isOnlyWritten(context, node, { input, hooks }),
  )
  for (const input of known) {
    const version = await dataVersionOf(context, session, input)
    inputs.set(relationKey(input.relation), version)
  }
  const facts = canBeRemembered(context.manifest, node) ? context.remembered?.get(node) : undefined
  const code = facts?.known ?? (await codeOf(context, session, node))
  const names = facts?.untracked ?? (code.kind === 'known' ? [] : untracked(code, [node, ...known]))
  for (const name of names) inputs.set(name, unknownVersion)
  const last = context.publications.get(relationKey(node.relation))
  const { target } = context.manifest.project
  const components = makeComponents(
    {
      code,
      config: node.config,
      hooks,
      properties: propertiesOf(context.manifest, node),
      relation: node.relation,
      target: {
        adapter: target.type,
        timezone: target.timezone,
        settings: target.type === 'duckdb' ? target.extras.settings : {},
      },
      inputs,
    },
    readComponents(last?.components),
  )
  if (facts === undefined && canBeRemembered(context.manifest, node)) {
    context.remembered?.set(node, { known: knownCode(components), untracked: names })
  }
  return components
}

/** Descriptions are a part of what is built where they are written into the database. */
function propertiesOf(
  manifest: Manifest,
  node: BuiltNode,
): Readonly<Record<string, Json | undefined>> {
  return {
    [contractKey]: node.resourceType === 'model' ? contractRecord(manifest, node) : undefined,
    [descriptionsKey]: descriptionsRecord(node),
  }
}

const changeFeed = { schema: '_assay', identifier: 'changes' }

/** Tables that the SQL names by hand: nothing tells when their rows change. */
function untracked(code: NodeCode, known: readonly Readable[]): readonly string[] {
  if (code.kind === 'file') return []
  const batches = known.map((node) => symbolicBatch(node.relation))
  const relations = [changeFeed, ...known.map((node) => node.relation), ...batches]
  const texts = code.answered === undefined ? code.texts : [code.answered]
  return texts.flatMap((sql) => findUntrackedReads(sql, relations))
}

/** As they are in every run: the run's own id and time change nothing of what they do. */
function hooksOf({ manifest, dialect }: SurveyContext, node: BuiltNode): readonly string[] {
  const render = (hook: Hook, isIncremental: boolean): readonly string[] => {
    const rendered = renderHook(
      {
        manifest,
        dialect,
        invocationId: '',
        runStartedAt: '',
        standIns: new Map(),
        reads: new Map(),
        isIncremental,
        own: node.relation,
        packageName: node.packageName,
      },
      hook,
    )
    return rendered.ok ? rendered.value.statements.map(({ sql }) => sql) : []
  }
  const { pre, post } = node.hooks
  const isIncremental = node.resourceType === 'model' && keepsRows(node.materialization)
  return [...pre, ...post].flatMap((hook) => [
    ...render(hook, false),
    ...(isIncremental ? render(hook, true) : []),
  ])
}

/** What only its hooks name, and a hook writes to, is an output: a table of an audit, say. */
function isOnlyWritten(
  { dialect }: SurveyContext,
  node: BuiltNode,
  { input, hooks }: { readonly input: Readable; readonly hooks: readonly string[] },
): boolean {
  if (!node.hooks.dependsOn.includes(input.uniqueId)) return false
  const name = dialect.relation(input.relation)
  return hooks.some((sql) => writtenTo(sql) === name)
}

async function codeOf(
  context: SurveyContext,
  session: Session,
  node: BuiltNode,
): Promise<NodeCode> {
  if (node.resourceType === 'seed') return { kind: 'file', checksum: node.checksum }
  const isTemplateStable = isStable(context.manifest, node)
  const isIncremental = node.resourceType === 'model' && keepsRows(node.materialization)
  const strategy = [
    ...(isIncremental ? ownCode(context, node) : []),
    ...faultTexts(codeContext(context, node, false), node),
  ]
  if (node.code.kind === 'typescript') {
    const { code, unstable, columns } = node.code
    const compiled = compileNode(codeContext(context, node, isIncremental), node)
    const inlined = compiled.ok ? (compiled.value.reads?.tables ?? []).map(({ sql }) => sql) : []
    return {
      kind: 'file',
      checksum: stableHash([code, JSON.stringify(columns), inlined, strategy]),
      unstable,
    }
  }
  const template = askingTemplate(context.manifest, node)
  if (template !== undefined) {
    const answered = await answeredSql(context, session, node)
    const texts = [...template, ...strategy]
    return { kind: 'sql', texts, answered, isTemplateStable }
  }
  const render = (isIncremental: boolean): string => {
    const compiled = compileNode(codeContext(context, node, isIncremental), node)
    return compiled.ok ? compiled.value.sql : ''
  }
  const own = isIncremental ? [render(false), render(true)] : [render(false)]
  const texts = [...own, ...strategy]
  return { kind: 'sql', texts, isTemplateStable }
}

/** What decides how rows are made beside the SELECT: a change of it is one of the code. */
function ownCode(context: SurveyContext, node: ModelNode): readonly string[] {
  const { materialization } = node
  if (materialization.name === 'scd2') return [JSON.stringify(materialization)]
  return ownStrategy(codeContext(context, node, true), node)
}

/** As the first run has it: what a later one asks of its own table changes by being built. */
async function answeredSql(
  context: SurveyContext,
  session: Session,
  node: ModelNode | SnapshotNode,
): Promise<string> {
  const { ask } = context
  if (ask === undefined) return notAnswered
  const compiled = await compileAsking(codeContext(context, node, false), { ...ask, session }, node)
  if (compiled.ok) return compiled.value.sql
  ask.onFault(compiled.diagnostics)
  return notAnswered
}

/** The run's own times are left out: a template that prints them says so by itself. */
function codeContext(
  { manifest, dialect }: SurveyContext,
  node: ModelNode | SnapshotNode,
  isIncremental: boolean,
): CompileContext {
  return {
    manifest,
    dialect,
    invocationId: '',
    runStartedAt: '',
    batchMoment: '2000-01-01T00:00:00.000Z',
    standIns: new Map(),
    reads: symbolicReads(node),
    isIncremental,
  }
}

/** The macro of a strategy of the project's own; which columns it will be told is no part of the code. */
function ownStrategy(context: CompileContext, node: ModelNode): readonly string[] {
  const { materialization } = node
  if (materialization.name !== 'incremental' || materialization.strategy !== 'custom') return []
  const { title, macro, uniqueKey, predicates } = materialization
  const batch = symbolicBatch(node.relation)
  const columns = [{ name: '$column', dataType: '$type' }]
  const call = { title, macro, uniqueKey, predicates, batch, columns }
  return [strategyText(context, node, call)]
}

function symbolicBatch({ schema }: Relation): Relation {
  return { schema, identifier: '$batch' }
}

/** Where the cursors stand is no part of the code; that it follows them is. */
function symbolicReads(node: ModelNode | SnapshotNode): ReadonlyMap<UniqueId, CursorScope> {
  const column = { name: 'arrival', dataType: 'text' }
  const interval = { kind: 'arrival', column, low: '$low', high: '$high' } as const
  if (node.resourceType === 'snapshot') return new Map()
  return new Map(node.cursorReads.map((read) => [read.upstream, { interval, columns: [] }]))
}

function isStable(manifest: Manifest, node: ModelNode | SnapshotNode): boolean {
  if (!node.isStable) return false
  return node.dependsOn.every((id) => {
    const parent = manifest.nodes.get(id)
    if (parent?.resourceType !== 'model' || !isInlined(parent)) return true
    return isStable(manifest, parent)
  })
}
