/** Picks the variant of a macro or generic test that an adapter uses. */
import type { AdapterName } from '../../../../core/target.ts'
import type { MacroDefinition } from '../../template.ts'

/** The adapter's own variant, else the one for all; undefined when there is neither. */
export function selectVariant(
  variants: readonly MacroDefinition[],
  adapter: AdapterName,
): MacroDefinition | undefined {
  return (
    variants.find((variant) => variant.adapter === adapter) ??
    variants.find((variant) => variant.adapter === undefined)
  )
}
