/** `count` of the numbers 1 to `most`, evenly spread. */
export function evenly(most: number, count: number): readonly number[] {
  const numbers = Array.from({ length: count }, (_, index) =>
    Math.ceil(((index + 0.5) * most) / count),
  )
  return [...new Set(numbers)]
}
