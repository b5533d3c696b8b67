/** All macro files, the framework's and the project's, to one library of checked macros and generic tests. */
import type { Diagnostic } from '../../core/diagnostic.ts'
import type { Project, SourceFile } from '../read/project.ts'
import { buildLibrary } from '../template/build-library.ts'
import { checkMacro } from '../template/check-template.ts'
import { parseMacroFile } from '../template/parse-macro-file.ts'
import type { MacroDefinition, MacroLibrary } from '../template/template.ts'

export interface ParsedLibrary {
  /** What could be read: with faults, templates can still be checked against it. */
  readonly library: MacroLibrary
  readonly faults: readonly Diagnostic[]
  readonly warnings: readonly Diagnostic[]
  /** True when a whole file is missing from it, so that "unknown macro" would be said in vain. */
  readonly isPartial: boolean
}

export function parseLibrary(project: Project, builtIn: readonly SourceFile[]): ParsedLibrary {
  const faults: Diagnostic[] = []
  const own = [...project.macros, ...project.genericTests]
  const definitions = [
    ...builtIn.flatMap((file) => definitionsOf(file, true, faults)),
    ...own.flatMap((file) => definitionsOf(file, false, faults)),
  ]
  const library = buildLibrary(definitions)
  const isPartial = faults.length > 0 || !library.ok
  if (!library.ok) {
    const nothing = { macros: new Map(), tests: new Map() }
    return {
      library: nothing,
      faults: [...faults, ...library.diagnostics],
      warnings: [],
      isPartial,
    }
  }
  for (const definition of definitions) {
    if (definition.isBuiltIn) continue
    faults.push(...checkMacro(definition, library.value))
  }
  return { library: library.value, faults, warnings: library.warnings, isPartial }
}

function definitionsOf(
  file: SourceFile,
  isBuiltIn: boolean,
  faults: Diagnostic[],
): readonly MacroDefinition[] {
  const parsed = parseMacroFile(file, { isBuiltIn })
  if (parsed.ok) return parsed.value
  faults.push(...parsed.diagnostics)
  return []
}
