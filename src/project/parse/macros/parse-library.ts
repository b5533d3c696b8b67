/** All macro files, the framework's and the project's, to one library of checked macros and generic tests. */
import type { Diagnostic } from '../../../core/diagnostic.ts'
import type { Project, ProjectContent, SourceFile } from '../../read/project.ts'
import { buildLibrary } from '../../template/build-library.ts'
import { checkMacro } from '../../template/check-template.ts'
import { buildViews } from '../packages/build-views.ts'
import { parseMacroFile } from '../../template/parse-macro-file.ts'
import type { LoadedModules } from '../../typescript/load-module.ts'
import { macroDefinitions } from '../../typescript/macro-definitions.ts'
import { shippedMacros } from '../../template/shipped-macros.ts'
import type { MacroDefinition, MacroLibrary } from '../../template/template.ts'

export interface ParsedLibrary {
  /** What could be read: with faults, templates can still be checked against it. */
  readonly library: MacroLibrary
  readonly faults: readonly Diagnostic[]
  readonly warnings: readonly Diagnostic[]
  /** True when a whole file is missing from it, so that "unknown macro" would be said in vain. */
  readonly isPartial: boolean
}

export function parseLibrary(
  project: Project,
  builtIn: readonly SourceFile[],
  code: LoadedModules,
): ParsedLibrary {
  const faults: Diagnostic[] = []
  const known = { modules: project.modules, loaded: code }
  const filesOf = ({ macros, genericTests }: ProjectContent) => [...macros, ...genericTests]
  const shipped = builtIn.flatMap(shippedMacros)
  const own = filesOf(project).flatMap((file) => definitionsOf(file, known, faults))
  const packages = project.packages.map((each) => {
    const origin = { packageName: each.name, ...known }
    const definitions = filesOf(each).flatMap((file) => definitionsOf(file, origin, faults))
    return { name: each.name, definitions }
  })
  const library = buildLibrary([...shipped, ...own])
  const checked = packages.map(({ definitions }) => buildLibrary(definitions))
  const doubled = [library, ...checked].flatMap((each) => (each.ok ? [] : each.diagnostics))
  const isPartial = faults.length > 0 || doubled.length > 0
  if (!library.ok || doubled.length > 0) {
    const nothing = { macros: new Map(), tests: new Map() }
    return { library: nothing, faults: [...faults, ...doubled], warnings: [], isPartial }
  }
  const view = buildViews({
    own: library.value,
    projectDefinitions: own,
    projectName: project.name,
    packages,
    dispatch: project.dispatch,
    adapter: project.target.type,
  })
  const check = (definition: MacroDefinition, inside: MacroLibrary) => {
    const found = checkMacro(definition, inside)
    faults.push(...found.filter(({ code }) => !isPartial || code !== 'unknown-name'))
  }
  for (const definition of own) check(definition, view)
  for (const { name, definitions } of packages) {
    const inside = view.views?.get(name) ?? view
    for (const definition of definitions) check(definition, inside)
  }
  return { library: view, faults, warnings: library.warnings, isPartial }
}

interface Origin {
  readonly packageName?: string
  readonly modules: Project['modules']
  readonly loaded: LoadedModules
}

function definitionsOf(
  file: SourceFile,
  { modules, loaded, ...origin }: Origin,
  faults: Diagnostic[],
): readonly MacroDefinition[] {
  const module = modules.get(file.path)
  if (module !== undefined) return macroDefinitions(file, module, { loaded, ...origin })
  const parsed = parseMacroFile(file, { ...origin, isBuiltIn: false })
  if (parsed.ok) return parsed.value
  faults.push(...parsed.diagnostics)
  return []
}
