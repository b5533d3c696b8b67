/** What the SQL of models is warned of wherever they are looked at: findings of `lint`. */
import type { Diagnostic } from '../../core/diagnostic.ts'
import type { UniqueId } from '../../core/node.ts'
import { lintProject } from '../../understand/lint/lint-project.ts'
import type { LoadedProject } from '../load-project.ts'
import { keptBySeal } from '../state/kept-by-seal.ts'

/** What `parse`, `plan`, `run` and `build` say of the models they look at. The caller saves the cache. */
export function lintWarnings(
  { manifest, cache }: Pick<LoadedProject, 'manifest' | 'cache'>,
  ids: ReadonlySet<UniqueId>,
): readonly Diagnostic[] {
  const kept = keptBySeal(cache, 'lint', isFindings)
  kept.keepAll(manifest)
  return lintProject(manifest, ids, kept).map(({ diagnostic }) => diagnostic)
}

function isFindings(value: unknown): value is readonly Diagnostic[] {
  return Array.isArray(value)
}
