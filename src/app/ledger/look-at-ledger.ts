/** What the ledger and the database say of a project's nodes, without writing anything: for `explain` and `status`. */
import type { Adapter, Session } from '../../core/adapter.ts'
import type { RelationState } from '../../core/database/warehouse-state.ts'
import { type WarehouseState, stateOf } from '../../core/database/warehouse-state.ts'
import { type BuiltNode, isInlined, type Node } from '../../core/node.ts'
import { relationKey } from '../../core/relation.ts'
import { readLedgerVersion } from '../../ledger/schema/ledger-version.ts'
import { ledgerVersion } from '../../ledger/schema/migrations.ts'
import { type Publication, readPublications } from '../../ledger/runs/node-runs.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import type { SurveyContext } from '../../transform/execute/state/survey-context.ts'
import { surveyNode } from '../../transform/execute/state/node-state.ts'
import {
  changesSince,
  isReusable,
  type NodeSurvey,
} from '../../transform/execute/state/reuse-node.ts'
import { isBlank } from '../../transform/plan/make-plan.ts'
import type { LedgerStanding } from './ledger-use-cases.ts'

export interface Look {
  readonly adapter: Adapter
  readonly session: Session
  readonly ledger: LedgerStanding
  readonly state: WarehouseState
  readonly survey: SurveyContext
}

/** Works without a ledger: then nothing was published. */
export async function lookAround(
  adapter: Adapter,
  session: Session,
  manifest: Manifest,
): Promise<Look> {
  const relations = builtNodes(manifest).map(({ relation }) => relation)
  const state = await adapter.readState([...new Set(relations.map(({ schema }) => schema))])
  const ledger = await ledgerStanding(session)
  const publications: ReadonlyMap<string, Publication> =
    ledger.kind === 'current'
      ? await readPublications(session, relations.map(relationKey))
      : new Map()
  const { dialect } = adapter
  const survey = { manifest, dialect, publications, versions: new Map<string, string>() }
  return { adapter, session: informed(session, state), ledger, state, survey }
}

/** One catalogue query has answered for what the project makes; sources are asked for one by one. */
function informed(session: Session, state: WarehouseState): Session {
  return {
    ...session,
    describe: async (relation) =>
      state.schemas.has(relation.schema)
        ? stateOf(state, relation)
        : await session.describe(relation),
  }
}

async function ledgerStanding(session: Session): Promise<LedgerStanding> {
  const version = await readLedgerVersion(session)
  if (version === 0) return { kind: 'none' }
  return { kind: version < ledgerVersion ? 'older' : 'current', version }
}

/** Models, seeds and snapshots that a build makes something of. */
export function builtNodes(manifest: Manifest): readonly BuiltNode[] {
  return [...manifest.nodes.values()].filter(isBuilt)
}

export function isBuilt(node: Node): node is BuiltNode {
  if (node.resourceType === 'seed' || node.resourceType === 'snapshot') return true
  return node.resourceType === 'model' && !isInlined(node) && !isBlank(node)
}

export function isView(node: Node): boolean {
  return node.resourceType === 'model' && node.materialization.name === 'view'
}

export interface NodeLook extends NodeSurvey {
  readonly isReusable: boolean
}

export async function lookAt({ session, state, survey }: Look, node: BuiltNode): Promise<NodeLook> {
  const existing: RelationState | undefined = stateOf(state, node.relation)
  const last = survey.publications.get(relationKey(node.relation))
  const components = await surveyNode(survey, session, node)
  const known = { existing, last, components, changes: changesSince(last, components) }
  return { ...known, isReusable: await isReusable(survey, session, node, known) }
}

/** Whether the table that has the node's name is the one that was published; undefined for a view. */
export async function isPublishedTable(
  { session }: Look,
  node: BuiltNode,
  { last }: NodeSurvey,
): Promise<boolean | undefined> {
  if (last === undefined || isView(node)) return undefined
  return (await session.identify(node.relation)) === last.identity
}
