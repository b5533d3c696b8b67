/** Tells the helpers that are blocks from those that give a value. */
import { type BlockName, type HelperName, helperSignatures } from '../helpers/signatures.ts'

export function isBlock(name: HelperName): name is BlockName {
  return helperSignatures[name].form === 'block'
}
