/** Macros by the name that a template calls them by, where it stands. */
import type { MacroDefinition, MacroLibrary } from '../../template.ts'
import type { Evaluator, Frame } from '../evaluation.ts'

/** All variants; undefined: no macro has that name here. */
export function findMacro(
  { host }: Evaluator,
  frame: Frame,
  name: string | undefined,
): readonly MacroDefinition[] | undefined {
  if (name === undefined) return undefined
  return macrosNamed(frame.library ?? host.environment.library, name)
}

/** dbt's own namespaces: what is pasted from a dbt project means the macros that every project has. */
const dbtNamespace = /^dbt(?:_utils)?\.(\w+)$/

/** All variants; `dbt.concat` is `sql_concat`, `dbt_utils.star` is `star`, unless a package has that name. */
export function macrosNamed(
  { macros }: MacroLibrary,
  name: string,
): readonly MacroDefinition[] | undefined {
  const inDbt = dbtNamespace.exec(name)?.[1]
  const found = macros.get(name)
  if (found !== undefined || inDbt === undefined) return found
  return macros.get(`sql_${inDbt}`) ?? macros.get(inDbt)
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
