/** Nodes that are not what a build would make now: never built, of other code, or older than what they read. */
import { type BuiltNode, isInlined, type Node, type UniqueId } from '../../core/node.ts'
import { relationKey } from '../../core/relation.ts'
import type { Attempt, DataSince } from '../../ledger/runs/attempts.ts'
import { type Change, describeChange } from '../../transform/plan/state/changes.ts'
import { unknownVersion } from '../../transform/plan/state/data-version.ts'
import type { StatusStale } from './ledger-use-cases.ts'
import {
  builtNodes,
  isPublishedTable,
  isView,
  type Look,
  lookAt,
  type NodeLook,
} from './look-at-ledger.ts'

interface History {
  /** The last of each relation, by `relationKey`. */
  readonly attempts: ReadonlyMap<string, Attempt>
  readonly since: ReadonlyMap<string, DataSince>
}

/** New rows in a source make nothing stale: they wait for the next build. */
export async function findStale(around: Look, history: History): Promise<readonly StatusStale[]> {
  const { manifest, versions } = around.survey
  if (around.ledger.kind === 'older') {
    const because = 'the ledger is of an older version, and the next build reads it'
    return builtNodes(manifest).map(({ name }) => ({ name, because }))
  }
  // Nobody has to be asked for them.
  for (const node of manifest.nodes.values()) {
    if (node.resourceType === 'source') versions.set(relationKey(node.relation), unknownVersion)
  }
  const stale: StatusStale[] = []
  for (const node of builtNodes(manifest)) {
    const because = await whyStale(around, node, history)
    if (because !== undefined) stale.push({ name: node.name, because })
  }
  return stale
}

async function whyStale(
  around: Look,
  node: BuiltNode,
  { attempts, since }: History,
): Promise<string | undefined> {
  const known = await lookAt(around, node)
  const { last, existing } = known
  if (last === undefined) return 'it was never built'
  if (existing === undefined) return 'it was built, and is not there any more'
  const isOther = (existing.kind === 'view') !== isView(node)
  if (isOther || (await isPublishedTable(around, node, known)) === false) {
    return 'it is not what assay published: it was restored or changed by hand'
  }
  const changes = known.changes.filter((change) => isStale(node, change))
  if (changes.length > 0) return changes.map(describeChange).join('; ')
  const newer = isView(node) ? [] : newerBelowViews(around, node, { known, since })
  if (newer.length > 0) return newer.map((name) => `"${name}" changed`).join('; ')
  const attempt = attempts.get(relationKey(node.relation))
  return attempt?.status === 'skipped'
    ? `the last run did not come to it: ${attempt.message}`
    : undefined
}

/** A view has no rows of its own that could be old. */
function isStale(node: Node, { kind }: Change): boolean {
  switch (kind) {
    case 'limited':
    case 'code-changed':
    case 'canonicaliser-changed':
    case 'answers-changed':
    case 'config-changed':
    case 'input-added':
    case 'input-removed':
      return true
    case 'input-changed':
      return !isView(node)
    // What cannot be told is no alarm.
    case 'never-built':
    case 'not-recorded':
    case 'input-unknown':
    case 'not-stable':
      return false
  }
}

/** Tables read through views, whose rows are newer than the node; those read at once are compared by version. */
function newerBelowViews(
  { survey }: Look,
  node: BuiltNode,
  { known, since }: { readonly known: NodeLook; readonly since: History['since'] },
): readonly string[] {
  const { manifest } = survey
  const seen = new Set<UniqueId>()
  const newer: string[] = []
  const climb = (from: Node, isBelowView: boolean): void => {
    for (const id of from.dependsOn) {
      const parent = manifest.nodes.get(id)
      if (parent === undefined || seen.has(id)) continue
      seen.add(id)
      if (isView(parent)) climb(parent, true)
      else if (isInlined(parent)) climb(parent, isBelowView)
      else if (isBelowView && 'relation' in parent) {
        const data = since.get(relationKey(parent.relation))
        const { last } = known
        if (data === undefined || last === undefined || data.runId === last.runId) continue
        if (data.at > last.finishedAt) newer.push(relationKey(parent.relation))
      }
    }
  }
  climb(node, false)
  return newer
}
