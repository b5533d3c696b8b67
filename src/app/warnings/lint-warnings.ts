/** What the SQL of models is warned of wherever they are looked at: findings of `lint`. */
import type { Diagnostic } from '../../core/diagnostic.ts'
import type { UniqueId } from '../../core/node.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { lintProject } from '../../understand/lint/lint-project.ts'

/** What `parse`, `plan`, `run` and `build` say of the models they look at. */
export function lintWarnings(
  manifest: Manifest,
  ids: ReadonlySet<UniqueId>,
): readonly Diagnostic[] {
  return lintProject(manifest, ids).map(({ diagnostic }) => diagnostic)
}
