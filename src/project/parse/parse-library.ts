/** All macro files, the framework's and the project's, to one library of checked macros and generic tests. */
import type { Diagnostic } from '../../core/diagnostic.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { Project, SourceFile } from '../read/project.ts'
import { buildLibrary } from '../template/build-library.ts'
import { checkMacro } from '../template/check-template.ts'
import { parseMacroFile } from '../template/parse-macro-file.ts'
import type { MacroDefinition, MacroLibrary } from '../template/template.ts'

export function parseLibrary(
  project: Project,
  builtIn: readonly SourceFile[],
): Result<MacroLibrary> {
  const faults: Diagnostic[] = []
  const own = [...project.macros, ...project.genericTests]
  const definitions = [
    ...builtIn.flatMap((file) => definitionsOf(file, true, faults)),
    ...own.flatMap((file) => definitionsOf(file, false, faults)),
  ]
  const library = buildLibrary(definitions)
  if (!library.ok) return failure([...faults, ...library.diagnostics])
  for (const definition of definitions) {
    if (definition.isBuiltIn) continue
    faults.push(...checkMacro(definition, library.value))
  }
  return faults.length > 0 ? failure(faults) : success(library.value, library.warnings)
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
