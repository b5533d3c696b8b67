/** What the text of a node that asks the database is made of, but for the answers: its template, macros, vars and names. */
import { isInlined, type Node } from '../../../core/node.ts'
import { relationKey } from '../../../core/relation.ts'
import { environmentOf, type Manifest } from '../../../project/parse/manifest.ts'
import type { MacroDefinition } from '../../../project/template/template.ts'
import { declaredText } from '../../../project/template/helpers/declared-helpers.ts'

/** Whether the SQL of a node is known only with the database: it asks, or an ephemeral model that it reads does. */
export function dependsOnDatabase(manifest: Manifest, node: Node): boolean {
  if (manifest.asking.size === 0) return false
  return (
    manifest.asking.has(node.uniqueId) ||
    inlined(manifest, node).some((parent) => dependsOnDatabase(manifest, parent))
  )
}

/** undefined: it asks nothing. */
export function askingTemplate(manifest: Manifest, node: Node): readonly string[] | undefined {
  return dependsOnDatabase(manifest, node) ? templateOf(manifest, node) : undefined
}

function templateOf(manifest: Manifest, node: Node): readonly string[] {
  const { macrosUsed, asking } = manifest
  const environment = environmentOf(manifest, node.packageName)
  const code = 'code' in node ? node.code : undefined
  const macros = (macrosUsed.get(node.uniqueId) ?? []).flatMap((name) => [
    ...(environment.library.macros.get(name) ?? []).map(textOf),
    ...[declaredText(name, environment)].filter((text) => text !== undefined),
  ])
  const used = asking.get(node.uniqueId)
  const vars = (used?.varsUsed ?? []).map((name) => [name, environment.vars[name] ?? null])
  const env = (used?.envUsed ?? []).map((name) => [name, environment.env[name] ?? null])
  const relations = node.dependsOn.map((id) => {
    const parent = manifest.nodes.get(id)
    return parent !== undefined && 'relation' in parent ? relationKey(parent.relation) : id
  })
  return [
    code?.kind === 'file' ? code.text : JSON.stringify(code ?? null),
    ...macros,
    JSON.stringify([vars, env, relations]),
    ...inlined(manifest, node).flatMap((parent) => templateOf(manifest, parent)),
  ]
}

function textOf(definition: MacroDefinition): string {
  const { name, adapter, named } = definition
  if (definition.language === 'typescript') {
    return JSON.stringify([name, adapter ?? null, named, definition.code])
  }
  const { body, source } = definition
  const text = source.text.slice(body[0]?.range.start ?? 0, body.at(-1)?.range.end ?? 0)
  return JSON.stringify([name, adapter ?? null, named, text])
}

function inlined(manifest: Manifest, node: Node): readonly Node[] {
  return node.dependsOn.flatMap((id) => {
    const parent = manifest.nodes.get(id)
    return parent !== undefined && isInlined(parent) ? [parent] : []
  })
}
