/** The version of the rows of a node as they are now: recorded when published, asked of a source, made up of what a view reads. */
import { type Session, textCell } from '../../../core/adapter.ts'
import type { ModelNode, SourceNode } from '../../../core/node.ts'
import { type Relation, relationKey } from '../../../core/relation.ts'
import type { Publication } from '../../../ledger/runs/node-runs.ts'
import { readComponents } from '../../plan/state/components.ts'
import {
  type DataVersion,
  sourceVersion,
  unknownVersion,
  viewVersion,
} from '../../plan/state/data-version.ts'
import type { SurveyContext } from './survey-context.ts'
import { type Readable, inputNodes } from './input-nodes.ts'

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
