/** What of a node's code is known by its files alone, kept between runs: an unchanged node is not rendered to be compared. */
import type { BuiltNode } from '../../../core/node.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'
import { dependsOnDatabase } from '../ask/asking-template.ts'
import { type Components, type KnownCode } from '../../plan/state/components.ts'

/** JSON, so it can be kept in a file. */
export interface CodeFacts {
  readonly known: KnownCode
  /** Tables that the SQL names by hand. */
  readonly untracked: readonly string[]
}

export interface RememberedCode {
  /** undefined: not known. */
  get(node: BuiltNode): CodeFacts | undefined
  set(node: BuiltNode, facts: CodeFacts): void
}

/** False where more than its own files and those of what it reads decides: the database, or the tests that hold rows back. */
export function canBeRemembered(manifest: Manifest, node: BuiltNode): boolean {
  if (node.resourceType === 'seed') return false
  if (node.resourceType === 'model' && node.quarantine !== undefined) return false
  return node.code.kind === 'file' && !dependsOnDatabase(manifest, node)
}

export function knownCode({ code, exact, unstable }: Components): KnownCode {
  return { kind: 'known', code, exact, unstable }
}
