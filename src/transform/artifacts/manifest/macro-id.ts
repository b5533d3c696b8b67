/** Macros under the unique ids that dbt would give them. */
import type { Node } from '../../../core/node.ts'
import { environmentOf, type Manifest } from '../../../project/parse/manifest.ts'
import { macroName } from '../../../project/parse/macros/macro-name.ts'
import { declaredHelpers } from '../../../project/template/helpers/declared-helpers.ts'
import type { MacroDefinition } from '../../../project/template/template.ts'

/** The framework's own package, as `dbt` is dbt's. */
const builtInPackage = 'assay'

export function macroPackage(manifest: Manifest, definition: MacroDefinition): string {
  if (definition.isBuiltIn) return builtInPackage
  return definition.packageName ?? manifest.project.name
}

export function macroId(manifest: Manifest, definition: MacroDefinition): string {
  return `macro.${macroPackage(manifest, definition)}.${macroName(definition)}`
}

/** As it is written, from its opening tag to its closing one; of a function the whole file, and what tells a change of what it imports. */
export function macroText(definition: MacroDefinition): string {
  const { span, source } = definition
  if (definition.language === 'typescript') {
    return `${source.text.trimEnd()}\n// code: ${definition.code}\n`
  }
  const start = (source.lineStarts[span.line - 1] ?? 0) + span.column - 1
  return source.text.slice(start, definition.end)
}

/** Those a node calls, its generic test among them: of a macro with variants all that count on this target. */
export function macrosOf(manifest: Manifest, node: Node): readonly string[] {
  const { library, adapter } = environmentOf(manifest, node.packageName)
  const isCall = 'code' in node && node.code.kind === 'test-call'
  const tests = isCall ? (library.tests.get(node.code.testName) ?? []) : []
  const used = manifest.macrosUsed.get(node.uniqueId) ?? []
  const macros = [...tests, ...used.flatMap((name) => library.macros.get(name) ?? [])]
    .filter((definition) => definition.adapter === undefined || definition.adapter === adapter)
    .map((definition) => macroId(manifest, definition))
  return [...macros, ...used.filter(isDeclaredHelper).map((name) => declaredId(manifest, name))]
}

/** What `experiments:` and `metrics:` declare, to those who read it: for dbt's form a macro whose text is the declaration. */
export function declaredId(manifest: Manifest, name: string): string {
  return `macro.${manifest.project.name}.${name}`
}

function isDeclaredHelper(name: string): boolean {
  return declaredHelpers.some((helper) => helper === name)
}
