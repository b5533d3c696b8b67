/** What dbt would call a macro: a variant and a generic test have a name of their own. */
import type { MacroDefinition } from '../../template/template.ts'

/** `postgres__datediff` is a variant of `datediff`, `test_unique` the generic test `unique`. */
export function macroName({ kind, name, adapter }: MacroDefinition): string {
  const plain = kind === 'test' ? `test_${name}` : name
  return adapter === undefined ? plain : `${adapter}__${plain}`
}

/** Under this it is known which YAML entry describes it. */
export function macroKey(packageName: string, definition: MacroDefinition): string {
  return `${packageName}.${macroName(definition)}`
}
