/** Output of a page of which some is left out: a line `...` stands for any lines. */

const elision = '...'

/** Whether the parts that are shown stand in the output, in order, the first at its beginning and the last at its end. */
export function isElidedFrom(shown: string, output: string): boolean {
  const parts = partsOf(shown)
  const lines = output.split('\n')
  const [first = [], ...others] = parts
  if (!standsAt(lines, first, 0)) return false
  const last = others.pop()
  if (last === undefined) return lines.length === first.length
  let from = first.length
  for (const part of others) {
    const at = lines.findIndex((_, index) => index >= from && standsAt(lines, part, index))
    if (at === -1) return false
    from = at + part.length
  }
  const end = lines.length - last.length
  return end >= from && standsAt(lines, last, end)
}

/** As much of the beginning and of the end of an output as the page showed of another. */
export function elideAlike(shown: string, output: string): string {
  const parts = partsOf(shown)
  const [first = [], last] = [parts[0], parts.length > 1 ? parts.at(-1) : undefined]
  const lines = output.split('\n')
  if (last === undefined || lines.length <= first.length + last.length) return output
  return [
    ...lines.slice(0, first.length),
    elision,
    ...lines.slice(lines.length - last.length),
  ].join('\n')
}

function partsOf(shown: string): readonly (readonly string[])[] {
  const parts: string[][] = [[]]
  for (const line of shown.split('\n')) {
    if (line === elision) parts.push([])
    else parts.at(-1)?.push(line)
  }
  return parts
}

function standsAt(lines: readonly string[], part: readonly string[], at: number): boolean {
  return part.every((line, index) => lines[at + index] === line)
}
