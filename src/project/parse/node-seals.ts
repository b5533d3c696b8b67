/** A hash of all that a node's template is rendered from but the database: under an equal one, what was made of it holds. */
import { hash } from 'node:crypto'
import { isInlined, type Node, type UniqueId } from '../../core/node.ts'
import type { SourceText } from '../template/syntax/source-text.ts'
import { declaredText } from '../template/helpers/declared-helpers.ts'
import type { Manifest } from './manifest.ts'

/** undefined: it is rendered from more than the project's files, so nothing of it can be kept. */
export type SealOf = (node: Node) => string | undefined

/** Of a node as it is resolved, of what it reads, through ephemeral models too, and of all macros. */
export function nodeSeals(manifest: Manifest): SealOf {
  const { nodes } = manifest
  const isOpen = openMacros(manifest)
  const own = new Map<UniqueId, string>()
  const hashOf = (node: Node): string => {
    const known = own.get(node.uniqueId)
    if (known !== undefined) return known
    const made = hash('sha256', JSON.stringify(node))
    own.set(node.uniqueId, made)
    return made
  }
  const isClosed = (node: Node): boolean =>
    (manifest.macrosUsed.get(node.uniqueId) ?? []).every((name) => !isOpen(name)) &&
    !('code' in node && isOpenCode(node.code))
  let shared: string | undefined
  return (node) => {
    const read = readBy(nodes, node)
    if (![node, ...read.filter(isInlined)].every(isClosed)) return undefined
    shared ??= sharedHash(manifest)
    return hash('sha256', JSON.stringify([shared, hashOf(node), read.map(hashOf)]))
  }
}

/** In the order in which they are named. */
function readBy(nodes: Manifest['nodes'], node: Node): readonly Node[] {
  const found = new Map<UniqueId, Node>()
  const visit = (ids: readonly UniqueId[]): void => {
    for (const id of ids) {
      const read = nodes.get(id)
      if (read === undefined || found.has(id)) continue
      found.set(id, read)
      if (isInlined(read)) visit(read.dependsOn)
    }
  }
  visit(node.dependsOn)
  return [...found.values()]
}

/** The values of the environment are not in the project's files. */
function asksEnvironment(text: string): boolean {
  return /\benv\b/.test(text)
}

function isOpenCode(
  code: Extract<Node, { readonly resourceType: 'model' | 'test' }>['code'],
): boolean {
  return code.kind === 'typescript' || (code.kind === 'file' && asksEnvironment(code.text))
}

/** By name: whether a macro gives something else with the same files. */
function openMacros({ environment, environments }: Manifest): (name: string) => boolean {
  const libraries = [environment, ...environments.values()].map(({ library }) => library)
  const known = new Map<string, boolean>()
  return (name) => {
    const answer = known.get(name)
    if (answer !== undefined) return answer
    const variants = libraries.flatMap(({ macros }) => macros.get(name) ?? [])
    // What a helper lists is part of what is shared.
    const isOpen =
      (variants.length === 0 && declaredText(name, environment) === undefined) ||
      variants.some(
        ({ language, source, isBuiltIn }) =>
          language === 'typescript' || (!isBuiltIn && asksEnvironment(source.text)),
      )
    known.set(name, isOpen)
    return isOpen
  }
}

function sharedHash({ project, environment, environments }: Manifest): string {
  const sources = new Map<string, SourceText>()
  const all = [environment, ...environments.values()]
  for (const { library } of all) {
    for (const { macros } of [library, ...(library.views?.values() ?? [])]) {
      for (const { source } of [...macros.values()].flat()) sources.set(source.path, source)
    }
  }
  const texts = [...sources.values()].map(({ path, text }) => [path, text])
  const known = all.map(({ adapter, projectName, rootName, vars, target, declared }) => {
    return [adapter, projectName, rootName ?? null, vars, target, declared ?? null]
  })
  return hash('sha256', JSON.stringify([project.targetTypes, project.dispatch, known, texts]))
}
