/** `explain`: why the last decision about a node was what it was, and what the next one would be. Changes nothing. */
import type { Adapter } from '../../core/adapter.ts'
import { type Diagnostic, errorDiagnostic, nearestName } from '../../core/diagnostic.ts'
import { type BuiltNode, isReferable, type Node, type UniqueId } from '../../core/node.ts'
import { relationKey } from '../../core/relation.ts'
import { readAttempts } from '../../ledger/runs/attempts.ts'
import { readLastTestResults } from '../../ledger/runs/last-test-results.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { describeOldRows } from '../../transform/execute/state/code-changed.ts'
import { inputNodes } from '../../transform/execute/state/input-nodes.ts'
import { hasNothingBeyondCursors } from '../../transform/execute/state/nothing-new.ts'
import { prepareNode } from '../../transform/execute/prepare/prepare-node.ts'
import { type Change, describeChange } from '../../transform/plan/state/changes.ts'
import { explainCursors } from './explain-cursors.ts'
import { explainInputs } from './explain-inputs.ts'
import type {
  ExplainedFollower,
  ExplainOptions,
  ExplainValue,
  NextAction,
} from './ledger-use-cases.ts'
import { loadProject } from '../load-project.ts'
import {
  isBuilt,
  isPublishedTable,
  isView,
  type Look,
  lookAround,
  lookAt,
  type NodeLook,
} from './look-at-ledger.ts'
import { withAdapter } from '../open-adapter.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import { withArticle } from '../../core/with-article.ts'

const decisionsShown = 5

export async function explain(
  options: ExplainOptions,
  surroundings: Surroundings,
): Promise<Outcome<ExplainValue>> {
  const loaded = await loadProject(options, surroundings)
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  const { manifest } = loaded.value
  const node = findNode(manifest, options.model)
  if (node === undefined) {
    return { kind: 'invalid', diagnostics: [unknownNode(manifest, options.model)] }
  }
  const request = { manifest, node, runStartedAt: surroundings.now().toISOString() }
  const done = await withAdapter(manifest.project.target, (adapter) => look(adapter, request))
  if (!done.ok) return { kind: 'invalid', diagnostics: done.diagnostics }
  return { kind: 'done', exitCode: 0, value: done.value }
}

function findNode(manifest: Manifest, name: string): BuiltNode | undefined {
  for (const node of manifest.nodes.values()) {
    if (!isReferable(node)) continue
    if (node.name === name || node.uniqueId === name) return node
  }
  return undefined
}

function unknownNode(manifest: Manifest, name: string): Diagnostic {
  const nodes = [...manifest.nodes.values()]
  const other = nodes.find((node) => node.name === name)
  const names = nodes.flatMap((node) => (isReferable(node) ? [node.name] : []))
  const nearest = nearestName(name, names)
  const read = other?.dependsOn.flatMap((id) => manifest.nodes.get(id) ?? []).find(isReferable)
  return errorDiagnostic({
    code: 'empty-selection',
    message: `expected the name of a model, seed or snapshot, found "${name}"${other === undefined ? '' : `, ${withArticle(other.resourceType)}`}`,
    span: other?.span,
    hint:
      read !== undefined
        ? `what it reads can be explained: assay explain ${read.name}`
        : nearest === undefined
          ? 'see "assay ls"'
          : `did you mean "${nearest}"?`,
  })
}

interface ExplainRequest {
  readonly manifest: Manifest
  readonly node: BuiltNode
  /** ISO 8601, UTC. */
  readonly runStartedAt: string
}

/** On one snapshot of the database. */
async function look(adapter: Adapter, request: ExplainRequest): Promise<ExplainValue> {
  const { manifest, node } = request
  return await adapter.readOnly({}, async (session) => {
    const around = asking(await lookAround(adapter, session, manifest))
    const known = await lookAt(around, node)
    const key = relationKey(node.relation)
    const isCurrent = around.ledger.kind === 'current'
    const tests = testsOf(manifest, node)
    const wanted = {
      target: manifest.project.target.name,
      uniqueIds: tests.map(({ uniqueId }) => uniqueId),
    }
    const results = isCurrent ? await readLastTestResults(session, wanted) : new Map()
    return {
      node,
      ledger: around.ledger,
      decisions: isCurrent
        ? await readAttempts(session, { relationKey: key, limit: decisionsShown })
        : [],
      standing: await standingOf(around, node, known),
      next: isBuilt(node) ? await nextActions(around, request, known) : undefined,
      builtBefore: await builtBefore(around, node),
      inputs: await explainInputs(around, node, known),
      cursors: isCurrent ? await explainCursors(around, node, { countsRows: true }) : [],
      followers: followersOf(manifest, node),
      tests: tests.map((test) => ({
        name: test.name,
        last: results.get(test.uniqueId),
      })),
    }
  })
}

/** What `status` does without: the questions of templates are put. What cannot be answered, the next build says. */
function asking(around: Look): Look {
  const explainError = (error: unknown) => around.adapter.explainError(error)
  const ask = { explainError, answers: new Map(), standIns: new Map(), onFault: () => undefined }
  return { ...around, survey: { ...around.survey, ask } }
}

const askNobody = {
  explainError: (error: unknown) => {
    throw error
  },
  answers: new Map(),
  isAllowed: false,
}

async function standingOf(
  around: Look,
  node: BuiltNode,
  known: NodeLook,
): Promise<ExplainValue['standing']> {
  const { last, existing } = known
  const published =
    last === undefined
      ? undefined
      : {
          runId: last.runId,
          at: last.finishedAt,
          rows: last.rowCount,
          version: last.version,
          epoch: last.epoch,
          isThere: await isPublishedTable(around, node, known),
        }
  return { kind: existing?.kind, published }
}

async function nextActions(
  around: Look,
  request: ExplainRequest,
  known: NodeLook,
): Promise<{ readonly build: NextAction; readonly changed: NextAction }> {
  const build = await nextBuild(around, request, known)
  return { build, changed: await nextChanged(around, request.node, { known, build }) }
}

/** As its upstreams are now. */
async function nextBuild(
  { session, survey }: Look,
  { manifest, node, runStartedAt }: ExplainRequest,
  { existing, changes, isReusable }: NodeLook,
): Promise<NextAction> {
  const { dialect, publications } = survey
  const reads = { manifest, dialect, publications, standIns: new Map() }
  if (isReusable && (await hasNothingBeyondCursors(session, node, reads))) {
    return { action: 'reuse', because: 'nothing is beyond its cursors, and all else is as it was' }
  }
  const prepared = await prepareNode(
    {
      manifest,
      dialect,
      publications,
      standIns: new Map(),
      invocationId: '',
      runStartedAt,
      now: runStartedAt,
      isFullRefresh: false,
      backfill: undefined,
      limit: undefined,
      order: { window: undefined, exactly: new Map() },
      isAtomic: manifest.project.target.isAtomic,
      ask: survey.ask ?? askNobody,
    },
    session,
    { node, existing, hasTests: testsOf(manifest, node).length > 0 },
  )
  if (!prepared.ok) {
    return {
      action: 'fail',
      because: prepared.diagnostics.map(({ message }) => message).join('; '),
    }
  }
  const { unit } = prepared.value
  const oldRows = describeOldRows(unit, changes)
  const because = oldRows === undefined ? unit.because : `${unit.because}; ${oldRows}`
  return { action: unit.action, because }
}

async function nextChanged(
  around: Look,
  node: BuiltNode,
  { known, build }: { readonly known: NodeLook; readonly build: NextAction },
): Promise<NextAction> {
  if (known.isReusable) {
    const because = isView(node)
      ? 'its code and its config are as they were'
      : 'its code, its config and what it reads are as they were'
    return { action: 'reuse', because }
  }
  const { action } = build
  if (known.changes.length > 0) {
    return { action, because: known.changes.map(describeChange).join('; ') }
  }
  if (known.existing === undefined) return { action, because: 'it is not there any more' }
  const isThere = await isPublishedTable(around, node, known)
  const because =
    isThere === false
      ? 'the table is not the one that assay published: it was restored or changed by hand'
      : `it is a ${known.existing.kind} now`
  return { action, because }
}

/** In order of dependency as far as the manifest has it; each once. */
async function builtBefore(around: Look, node: Node): Promise<readonly string[]> {
  const { manifest } = around.survey
  const seen = new Set<UniqueId>()
  const names: string[] = []
  const climb = async (from: Node): Promise<void> => {
    for (const id of from.dependsOn) {
      const parent = manifest.nodes.get(id)
      if (parent === undefined || seen.has(id)) continue
      seen.add(id)
      await climb(parent)
      if (isBuilt(parent) && isMadeAnew(parent, await lookAt(around, parent))) {
        names.push(parent.name)
      }
    }
  }
  await climb(node)
  return names
}

/** A view that is only looked at, because of what changed below, stays the one it was. */
function isMadeAnew(node: BuiltNode, { isReusable, existing, changes }: NodeLook): boolean {
  if (isReusable || !isView(node) || existing?.kind !== 'view') return !isReusable
  const below = new Set<Change['kind']>(['input-changed', 'input-unknown', 'not-stable'])
  return changes.some(({ kind }) => !below.has(kind))
}

function testsOf(manifest: Manifest, node: Node): readonly Node[] {
  return [...manifest.nodes.values()].filter(
    (other) => other.resourceType === 'test' && other.dependsOn.includes(node.uniqueId),
  )
}

/** Models that read it, through ephemeral ones; a cursor says more than a ref. */
function followersOf(manifest: Manifest, node: Node): readonly ExplainedFollower[] {
  return [...manifest.nodes.values()].flatMap((reader): readonly ExplainedFollower[] => {
    if (!isBuilt(reader) || reader.resourceType !== 'model') return []
    const reads = reader.cursorReads.filter((read) => read.upstream === node.uniqueId)
    if (reads.length > 0) return reads.map(({ kind }) => ({ name: reader.name, how: kind }))
    const isRead =
      reader.dependsOn.includes(node.uniqueId) ||
      inputNodes(manifest, reader).some(({ uniqueId }) => uniqueId === node.uniqueId)
    return isRead ? [{ name: reader.name, how: 'ref' }] : []
  })
}
