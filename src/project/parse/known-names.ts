/** Drafts to the names that refs and sources may call them by. */
import { isReferable, type UniqueId } from '../../core/node.ts'
import type { Draft } from './drafts/draft.ts'
import { packagedKey, refKey, sourceKey } from './manifest.ts'
import type { KnownNames } from './resolve-references.ts'

/** What it is called in a ref or source: a version by its own name, and the latest by the plain one. */
function namesOf(node: Draft['node']): readonly string[] {
  if (node.resourceType === 'source') return [sourceKey(node.sourceName, node.name)]
  if (node.resourceType !== 'model' || node.version === undefined) return [node.name]
  const { modelName, version, stage } = node.version
  const own = [node.name, refKey(modelName, String(version))]
  return stage === 'latest' ? [modelName, ...own] : own
}

export function knownNames(drafts: readonly Draft[], projectName: string): KnownNames {
  const refs = new Map<string, UniqueId>()
  const sources = new Map<string, UniqueId>()
  const disabled = new Map<string, string>()
  const paths = new Map<UniqueId, string>()
  for (const { node, isEnabled } of drafts) {
    if (node.resourceType === 'model' && node.pointsTo !== undefined) continue
    if (node.resourceType !== 'source' && !isReferable(node)) continue
    const known = node.resourceType === 'source' ? sources : refs
    for (const called of namesOf(node)) {
      const isFirst = node.packageName === projectName || !known.has(called)
      const keys = [packagedKey(node.packageName, called), ...(isFirst ? [called] : [])]
      for (const key of keys) {
        if (isEnabled) known.set(key, node.uniqueId)
        else disabled.set(key, node.path)
      }
    }
    if (isEnabled) paths.set(node.uniqueId, node.path)
  }
  return { projectName, refs, sources, disabled, paths }
}
