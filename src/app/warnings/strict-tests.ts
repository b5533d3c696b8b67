/** Under `--warn-error` tests that only warn decide about their nodes. */
import type { Node } from '../../core/node.ts'
import { verdictOf, type WarnPolicy } from '../../core/settings/warn-policy.ts'
import type { LoadedProject } from '../load-project.ts'

/** A test fails where it would warn, so it decides whether its node is published. */
export function withStrictTests(
  loaded: LoadedProject,
  policy: WarnPolicy | undefined,
): LoadedProject {
  if (verdictOf(policy, 'test-warned') !== 'error') return loaded
  const { manifest } = loaded
  const nodes = new Map([...manifest.nodes].map(([id, node]) => [id, strict(node)]))
  return { ...loaded, manifest: { ...manifest, nodes } }
}

function strict(node: Node): Node {
  if (node.resourceType === 'test') return { ...node, severity: 'error', errorIf: node.warnIf }
  if (node.resourceType !== 'model' || node.quarantine === undefined) return node
  return { ...node, quarantine: { ...node.quarantine, isRefused: true } }
}
