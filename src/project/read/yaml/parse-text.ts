/** YAML text to placed values by the quick reader where it can, else by the yaml package, loaded when first needed. */
import { type Result, success } from '../../../core/result.ts'
import { parsePlainYaml } from './parse-plain-yaml.ts'
import type { PlacedValue } from './placed-value.ts'

/** undefined: an empty text, or one of comments only. */
export async function parseText(
  path: string,
  text: string,
): Promise<Result<PlacedValue | undefined>> {
  const plain = parsePlainYaml(path, text)
  if (plain !== undefined) return success(plain)
  const { parseYaml } = await import('./parse-yaml.ts')
  return parseYaml(path, text)
}
