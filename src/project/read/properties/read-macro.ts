/** An entry under `macros:` to what it says of a macro and of its arguments. */
import type { ArgumentProperties, MacroProperties } from './property-file.ts'
import { itemsOf, type PlacedValue, textOf, valueOf } from '../yaml/placed-value.ts'
import { mapOf, metaOf, readNamed } from './read-named.ts'

export function readMacro(macro: PlacedValue): MacroProperties {
  const config = valueOf(macro, 'config')
  return {
    ...readNamed(macro),
    arguments: itemsOf(macro, 'arguments').map(readArgument),
    meta: { ...metaOf(macro), ...metaOf(config) },
    docs: { ...mapOf(macro, 'docs'), ...mapOf(config, 'docs') },
  }
}

function readArgument(argument: PlacedValue): ArgumentProperties {
  const text = textOf(argument, 'type')
  const span = valueOf(argument, 'type')?.span
  return {
    ...readNamed(argument),
    ...(text === undefined || span === undefined ? {} : { type: { text, span } }),
  }
}
