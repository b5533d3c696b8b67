/** What is kept of nodes in the cache of the project, as long as all that they are rendered from is as it was. */
import { hash } from 'node:crypto'
import type { UniqueId } from '../../core/node.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import type { ProjectCache } from '../../project/read/project-cache.ts'

/** Values are JSON, and none but the writer of the section writes them. */
export interface KeptBySeal<T> {
  get(id: UniqueId, seal: string): T | undefined
  set(id: UniqueId, seal: string, value: T): void
  /** What is known of nodes that this command leaves out is not forgotten when the cache is saved. */
  keepAll(manifest: Manifest): void
}

export function keptBySeal<T>(
  cache: ProjectCache,
  section: string,
  isValue: (value: unknown) => value is T,
): KeptBySeal<T> {
  return {
    get(id, seal) {
      const entry = cache.get(section, id)
      if (typeof entry !== 'object' || entry === null) return undefined
      if (!('seal' in entry) || !('value' in entry) || entry.seal !== shortened(seal))
        return undefined
      return isValue(entry.value) ? entry.value : undefined
    },
    set(id, seal, value) {
      cache.set(section, id, { seal: shortened(seal), value })
    },
    keepAll(manifest) {
      for (const id of manifest.nodes.keys()) cache.get(section, id)
    },
  }
}

/** Half of a hash: it stands in the cache once a node. */
function shortened(seal: string): string {
  return hash('sha256', seal).slice(0, 32)
}
