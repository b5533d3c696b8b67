/** What a node would be built from now: its code, its config, and the version of the rows of everything it reads. */
import { type Session, textCell } from '../../../core/adapter.ts'
import type { Diagnostic } from '../../../core/diagnostic.ts'
import type { Dialect } from '../../../core/dialect.ts'
import type { Json } from '../../../core/json.ts'
import type { Hook } from '../../../core/node/hook.ts'
import {
  type BuiltNode,
  isInlined,
  keepsRows,
  type ModelNode,
  type Node,
  type SnapshotNode,
  type SourceNode,
  type UniqueId,
} from '../../../core/node.ts'
import { type Relation, relationKey } from '../../../core/relation.ts'
import type { Publication } from '../../../ledger/runs/node-runs.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'
import { contractKey, contractRecord } from '../../plan/contracts/table-contract.ts'
import { descriptionsKey, descriptionsRecord } from '../../plan/contracts/persisted-docs.ts'
import { writtenTo } from '../../plan/hooks/changes-rows.ts'
import { renderHook } from '../../plan/hooks/render-hook.ts'
import type { CompileContext, CursorScope } from '../../plan/compile/compile-context.ts'
import { compileNode } from '../../plan/compile-node.ts'
import { faultTexts } from '../../plan/compile/fault-rules.ts'
import { strategyText } from '../../plan/compile-strategy.ts'
import { compileAsking } from '../ask/compile-asking.ts'
import type { Asker } from '../ask/asker.ts'
import { askingTemplate } from '../ask/asking-template.ts'
import {
  type Components,
  makeComponents,
  type NodeCode,
  notAnswered,
  readComponents,
} from '../../plan/state/components.ts'
import {
  type DataVersion,
  sourceVersion,
  unknownVersion,
  viewVersion,
} from '../../plan/state/data-version.ts'
import { findUntrackedReads } from '../../plan/state/untracked-reads.ts'

export interface SurveyContext {
  readonly manifest: Manifest
  readonly dialect: Dialect
  /** By `relationKey`, as of now. */
  readonly publications: ReadonlyMap<string, Publication>
  /** Versions that hold until the end of the run: of what it has published, and of what others write. */
  readonly versions: Map<string, DataVersion>
  /** Left out: a template that asks the database is taken as it is written. */
  readonly ask?: SurveyAsker
}

export interface SurveyAsker extends Omit<Asker, 'session' | 'isAllowed'> {
  /** Called when a question could not be answered. */
  onFault(diagnostics: readonly Diagnostic[]): void
}

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
  const code = await codeOf(context, session, node)
  for (const name of untracked(code, [node, ...known])) inputs.set(name, unknownVersion)
  const last = context.publications.get(relationKey(node.relation))
  const { target } = context.manifest.project
  return makeComponents(
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

type Readable = BuiltNode | SourceNode

/** What it reads in the database, through ephemeral models. */
export function inputNodes(manifest: Manifest, node: Node): readonly Readable[] {
  const found = new Map<UniqueId, Readable>()
  const collect = (from: Node): void => {
    for (const id of from.dependsOn) {
      const parent = manifest.nodes.get(id)
      if (parent === undefined || found.has(id) || !('relation' in parent)) continue
      if (isInlined(parent)) collect(parent)
      else found.set(id, parent)
    }
  }
  collect(node)
  return [...found.values()]
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

export async function dataVersionOf(
  context: SurveyContext,
  session: Session,
  node: Readable,
): Promise<DataVersion> {
  const key = relationKey(node.relation)
  const known = context.versions.get(key)
  if (known !== undefined) return known
  if (node.resourceType === 'source') {
    const version = await versionOfSource(context, session, node)
    context.versions.set(key, version)
    return version
  }
  if (node.resourceType === 'model' && node.materialization.name === 'view') {
    return await versionOfView(context, session, node)
  }
  const published = context.publications.get(key)
  const version = await versionOfTable(session, node.relation, published)
  context.versions.set(key, version)
  return version
}

async function versionOfTable(
  session: Session,
  relation: Relation,
  published: Publication | undefined,
): Promise<DataVersion> {
  if (published?.dataVersion === undefined || published.identity === undefined)
    return unknownVersion
  const isIt = (await session.identify(relation)) === published.identity
  return isIt ? published.dataVersion : unknownVersion
}

/** What is read below it may be published later in the run, so it is not kept. */
async function versionOfView(
  context: SurveyContext,
  session: Session,
  node: ModelNode,
): Promise<DataVersion> {
  const published = context.publications.get(relationKey(node.relation))
  const recorded = readComponents(published?.components)
  if (recorded === undefined) return unknownVersion
  const inputs: Record<string, DataVersion> = {}
  for (const input of inputNodes(context.manifest, node)) {
    // Its rows are those of its SQL, whatever its hooks do.
    if (node.hooks.dependsOn.includes(input.uniqueId)) continue
    inputs[relationKey(input.relation)] = await dataVersionOf(context, session, input)
  }
  return viewVersion({ codeVersion: recorded.codeVersion, inputs, unstable: recorded.unstable })
}

async function versionOfSource(
  { dialect }: SurveyContext,
  session: Session,
  { relation, arrival }: SourceNode,
): Promise<DataVersion> {
  if (arrival === undefined) return unknownVersion
  const identity = await session.identify(relation)
  if (identity === undefined) return unknownVersion
  const [row] = await session.query(
    `select cast(max(${dialect.quote(arrival.column)}) as text) as high from ${dialect.relation(relation)}`,
  )
  const maxArrival = row === undefined || row['high'] === null ? null : textCell(row, 'high')
  return sourceVersion({ identity, arrivalColumn: arrival.column, maxArrival })
}
