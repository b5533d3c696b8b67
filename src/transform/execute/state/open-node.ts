/** What is known of a node when its turn comes: what stands there, what the ledger says, and what changed since. */
import type { Session } from '../../../core/adapter.ts'
import { type RelationState, stateOf } from '../../../core/database/warehouse-state.ts'
import { relationKey } from '../../../core/relation.ts'
import { type Publication, readPublications } from '../../../ledger/runs/node-runs.ts'
import { passedOnFrom } from '../../plan/followers.ts'
import type { SurveyAsker, SurveyContext } from './survey-context.ts'
import { surveyNode } from './node-state.ts'
import type { Pending, PublishStep } from '../publish/publish-request.ts'
import { changesSince, type NodeSurvey } from './reuse-node.ts'
import { StepError } from '../database-diagnostic.ts'
import type { RunContext } from '../run-context.ts'

export interface OpenedNode {
  readonly context: SurveyContext
  readonly survey: NodeSurvey
  /** Answers are shared: a question is put once. */
  readonly ask: SurveyAsker
  /** As in `Pending`. */
  readonly cursors: Pending['cursors']
}

/** Reads only. */
export async function openNode(
  context: RunContext,
  session: Session,
  step: PublishStep,
  pending: Pending,
): Promise<OpenedNode> {
  const { node } = step
  const existing = await existingOf(context, session, node)
  const ask: SurveyAsker = {
    explainError: (error) => context.adapter.explainError(error),
    answers: new Map(),
    standIns: pending.standIns,
    onFault: (diagnostics) => {
      throw new StepError(diagnostics)
    },
  }
  const survey: SurveyContext = {
    manifest: context.manifest,
    dialect: context.adapter.dialect,
    publications: await knownPublications(context, session, step, pending),
    versions: context.versions,
    remembered: context.remembered,
    ask,
  }
  const last = survey.publications.get(relationKey(node.relation))
  const components = await surveyNode(survey, session, node)
  const changes = changesSince(last, components)
  const { cursors } = pending
  return { context: survey, survey: { existing, last, components, changes }, ask, cursors }
}

async function existingOf(
  { state, adapter }: RunContext,
  session: Session,
  node: PublishStep['node'],
): Promise<RelationState | undefined> {
  const { relation } = node
  if (state !== undefined) return stateOf(state, relation)
  const isFile = node.resourceType === 'model' && node.materialization.name === 'external'
  // The files may be gone: to describe the view on them would end the transaction that makes them anew.
  return isFile
    ? stateOf(await adapter.readState([relation.schema]), relation)
    : await session.describe(relation)
}

/**
 * What the ledger says now of the node and of what it follows: another run may have published an upstream since this one
 * began. Only asked where it matters.
 */
async function knownPublications(
  context: RunContext,
  session: Session,
  { node }: PublishStep,
  pending: Pending,
): Promise<ReadonlyMap<string, Publication>> {
  const isAsked = node.resourceType === 'model' && node.cursorReads.length > 0
  if (!isAsked || context.adapter.isAlone()) {
    if (pending.publications.size === 0) return context.publications
    return new Map([...context.publications, ...pending.publications])
  }
  const { manifest } = context
  const upstreams = node.cursorReads.flatMap((read) => {
    const upstream = manifest.nodes.get(read.upstream)
    return upstream === undefined ? [] : passedOnFrom(manifest, upstream)
  })
  const keys = [...new Set(upstreams)].flatMap((id) => {
    const upstream = manifest.nodes.get(id)
    return upstream !== undefined && 'relation' in upstream ? [relationKey(upstream.relation)] : []
  })
  const now = await readPublications(session, [relationKey(node.relation), ...keys])
  return new Map([...context.publications, ...now, ...pending.publications])
}
