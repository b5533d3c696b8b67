/** Two Manifests and the files saved between them to the nodes that are not what they were. */
import type { UniqueId } from '../core/node.ts'
import type { MacroDefinition } from '../project/template/template.ts'
import { declaredHelpers, declaredText } from '../project/template/helpers/declared-helpers.ts'
import type { Manifest } from '../project/parse/manifest.ts'

/** New nodes, nodes whose definition changed, and nodes that use a macro of a changed file. */
export function changedNodes(
  before: Manifest | undefined,
  after: Manifest,
  changedPaths: ReadonlySet<string>,
): ReadonlySet<UniqueId> {
  if (before === undefined || settings(before) !== settings(after))
    return new Set(after.nodes.keys())
  const macros = changedMacros(before, after, changedPaths)
  const changed = [...after.nodes.values()].filter((node) => {
    const old = before.nodes.get(node.uniqueId)
    if (old === undefined || JSON.stringify(old) !== JSON.stringify(node)) return true
    const isCall = 'code' in node && node.code.kind === 'test-call'
    const used = after.macrosUsed.get(node.uniqueId) ?? []
    return [...used, ...(isCall ? [node.code.testName] : [])].some((name) => macros.has(name))
  })
  return new Set(changed.map((node) => node.uniqueId))
}

/** What every template may read: a change of it may change any of them. */
function settings({ environment, project }: Manifest): string {
  return JSON.stringify([environment.vars, environment.target, project.env])
}

/** Those of the files, functions that import what is in them, and helpers that list something else. */
function changedMacros(
  before: Manifest,
  after: Manifest,
  paths: ReadonlySet<string>,
): ReadonlySet<string> {
  const codes = new Set(definitionsOf(before).map(codeOf))
  const declared = declaredHelpers.filter(
    (name) => declaredText(name, before.environment) !== declaredText(name, after.environment),
  )
  const macros = definitionsOf(after)
    .filter((definition) => paths.has(definition.span.path) || !codes.has(codeOf(definition)))
    .map((definition) => definition.name)
  return new Set([...macros, ...declared])
}

function definitionsOf({ environment }: Manifest): readonly MacroDefinition[] {
  const { macros, tests } = environment.library
  return [...macros.values(), ...tests.values()].flat()
}

/** undefined for a template: its file tells of a change. */
function codeOf(definition: MacroDefinition): string | undefined {
  return definition.language === 'typescript' ? `${definition.name} ${definition.code}` : undefined
}
