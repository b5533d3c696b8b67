/** The cache of the project as what a run remembers of the code of nodes. */
import type { BuiltNode } from '../../core/node.ts'
import { nodeSeals } from '../../project/parse/node-seals.ts'
import { canonicaliserVersion } from '../../transform/plan/state/canonical-sql.ts'
import type { CodeFacts, RememberedCode } from '../../transform/execute/state/remembered-code.ts'
import type { LoadedProject } from '../load-project.ts'
import { keptBySeal } from './kept-by-seal.ts'

export function rememberedCode({ manifest, cache }: LoadedProject): RememberedCode {
  const kept = keptBySeal(cache, 'code', isCodeFacts)
  kept.keepAll(manifest)
  const seals = nodeSeals(manifest)
  const sealOf = (node: BuiltNode) => {
    const seal = seals(node)
    return seal === undefined ? undefined : `${seal} ${canonicaliserVersion}`
  }
  return {
    get(node) {
      const seal = sealOf(node)
      return seal === undefined ? undefined : kept.get(node.uniqueId, seal)
    },
    set(node, facts) {
      const seal = sealOf(node)
      if (seal !== undefined) kept.set(node.uniqueId, seal, facts)
    },
  }
}

function isCodeFacts(value: unknown): value is CodeFacts {
  return typeof value === 'object' && value !== null && 'known' in value && 'untracked' in value
}
