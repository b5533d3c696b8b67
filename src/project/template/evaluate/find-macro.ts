/** Macros by the name that a template calls them by, where it stands. */
import type { MacroDefinition, MacroLibrary } from '../template.ts'
import type { Evaluator, Frame } from './evaluation.ts'

/** All variants; undefined: no macro has that name here. */
export function findMacro(
  { host }: Evaluator,
  frame: Frame,
  name: string | undefined,
): readonly MacroDefinition[] | undefined {
  if (name === undefined) return undefined
  return (frame.library ?? host.environment.library).macros.get(name)
}

/** What names mean in the body of a macro: its own package comes first. */
export function libraryInside(
  library: MacroLibrary,
  { packageName = '' }: MacroDefinition,
): MacroLibrary | undefined {
  return library.views?.get(packageName)
}

/** The name by which the whole project knows it. */
export function macroKey({ name, packageName }: MacroDefinition): string {
  return packageName === undefined ? name : `${packageName}.${name}`
}
