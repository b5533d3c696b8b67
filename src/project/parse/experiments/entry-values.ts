/** Values of an entry that its schema has checked. */
import type { JsonObject } from '../../../core/json.ts'

/** The schema has refused what is not among them. */
export function oneOf<Word extends string>(
  words: readonly Word[],
  written: string | undefined,
): Word | undefined {
  return words.find((word) => word === written)
}

export function numberIn(map: JsonObject, key: string): number | undefined {
  const value = map[key]
  return typeof value === 'number' ? value : undefined
}
