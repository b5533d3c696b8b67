/** Whether a node is what one criterion names, before graph operators. */
import { isJsonArray, isJsonObject, type Json } from '../../core/json.ts'
import type { Node } from '../../core/node.ts'
import { never } from '../../core/never.ts'
import type { Criterion } from './parse-selector.ts'

export function matchCriterion(node: Node, criterion: Criterion): boolean {
  const { value } = criterion
  switch (criterion.method) {
    case 'fqn':
      return matchesFqn(node, value)
    case 'tag':
      return node.tags.some((tag) => globMatch(tag, value))
    case 'path':
      return [node.path, node.patchPath].some(
        (path) => path !== undefined && matchesPath(path, value),
      )
    case 'file':
      return matchesFile(node.path, value)
    case 'config':
      return matchesConfig(node.config, criterion.argument.split('.'), value)
    case 'source':
      return matchesSource(node, value)
    case 'resource_type':
      return node.resourceType === value
    case 'package':
      return node.packageName === value || value === 'this'
    case 'test_name':
      return (
        node.resourceType === 'test' &&
        node.variant.kind === 'generic' &&
        globMatch(node.variant.testName, value)
      )
    case 'test_type':
      return node.resourceType === 'test' && (value === 'data' || node.variant.kind === value)
    default:
      return never(criterion.method)
  }
}

/** The leaf name, or a dotted path from the package or from the first folder; sources have their own method. */
function matchesFqn(node: Node, value: string): boolean {
  if (node.resourceType === 'source') return false
  if (globMatch(node.name, value)) return true
  const parts = value.split('.')
  return [node.fqn, node.fqn.slice(1)].some(
    (fqn) =>
      parts.length <= fqn.length && parts.every((part, index) => globMatch(fqn[index] ?? '', part)),
  )
}

function matchesPath(path: string, value: string): boolean {
  const wanted = value.replace(/^\.\//, '').replace(/\/$/, '')
  return path === wanted || path.startsWith(`${wanted}/`) || globMatch(path, wanted)
}

function matchesFile(path: string, value: string): boolean {
  const file = path.slice(path.lastIndexOf('/') + 1)
  return globMatch(file, value) || globMatch(file.replace(/\.[^.]+$/, ''), value)
}

/** `raw`, `raw.events`, or with the package before them. */
function matchesSource(node: Node, value: string): boolean {
  if (node.resourceType !== 'source') return false
  const parts = value.split('.')
  const names = [node.packageName, node.sourceName, node.name]
  return [names, names.slice(1)].some(
    (candidate) =>
      parts.length <= candidate.length &&
      parts.every((part, index) => globMatch(candidate[index] ?? '', part)),
  )
}

function matchesConfig(config: Json, keys: readonly string[], value: string): boolean {
  const [key, ...rest] = keys
  if (key !== undefined) {
    const found = isJsonObject(config) ? config[key] : undefined
    return found !== undefined && matchesConfig(found, rest, value)
  }
  if (isJsonArray(config)) return config.some((item) => matchesConfig(item, [], value))
  if (isJsonObject(config)) return Object.hasOwn(config, value)
  return String(config).toLowerCase() === value.toLowerCase()
}

/** `*`, `?` and `[abc]`, over the whole text. */
function globMatch(text: string, pattern: string): boolean {
  if (!/[*?[]/.test(pattern)) return text === pattern
  const source = pattern
    .replaceAll(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
    .replaceAll('[!', '[^')
  try {
    return new RegExp(`^${source}$`).test(text)
  } catch {
    return text === pattern
  }
}
