/** What the SQL of models is warned of wherever they are looked at: findings of `lint`. */
import { hash } from 'node:crypto'
import type { Diagnostic } from '../../core/diagnostic.ts'
import type { UniqueId } from '../../core/node.ts'
import type { ProjectCache } from '../../project/read/project-cache.ts'
import { lintProject, type RememberedFindings } from '../../understand/lint/lint-project.ts'
import type { LoadedProject } from '../load-project.ts'

/** What `parse`, `plan`, `run` and `build` say of the models they look at. */
export function lintWarnings(
  { manifest, cache }: Pick<LoadedProject, 'manifest' | 'cache'>,
  ids: ReadonlySet<UniqueId>,
): readonly Diagnostic[] {
  const found = lintProject(manifest, ids, findingsIn(cache)).map(({ diagnostic }) => diagnostic)
  for (const { uniqueId, resourceType } of manifest.nodes.values()) {
    // Those of models that this command leaves out are kept.
    if (resourceType === 'model' && !ids.has(uniqueId)) cache.get(section, uniqueId)
  }
  cache.save()
  return found
}

const section = 'lint'

interface Entry {
  readonly seal: string
  readonly found: readonly Diagnostic[]
}

function findingsIn(cache: ProjectCache): RememberedFindings {
  return {
    get(id, seal) {
      const entry = cache.get(section, id)
      return isEntry(entry) && entry.seal === shortened(seal) ? entry.found : undefined
    },
    set(id, seal, found) {
      const entry: Entry = { seal: shortened(seal), found }
      cache.set(section, id, entry)
    },
  }
}

function shortened(seal: string): string {
  return hash('sha256', seal).slice(0, 32)
}

/** Only this module writes them: one look tells them from anything else. */
function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && 'seal' in value && 'found' in value
}
