/** Where the parameters of a statement stand in its text. */

/** `$1, $2`: a place for each value, behind the first so many that are others' places. */
export function placesOf(values: readonly unknown[], after = 0): string {
  return values.map((_, index) => `$${index + 1 + after}`).join(', ')
}
