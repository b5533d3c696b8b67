/** Which records of a content a batch holds, by the lines on which they begin: `1-50000`, `7`, `50001-` to its end. */

export interface LineRange {
  /** 1-based. */
  readonly first: number
  /** Included; infinite: to the end of the content, wherever that is. */
  readonly last: number
}

/** In order, none touches another. */
export type LineRanges = readonly LineRange[]

export const noLines: LineRanges = []

/** What `formatLines` wrote, and several of it joined by commas, in any order. */
export function parseLines(text: string): LineRanges {
  const ranges = text.split(',').flatMap((part): LineRanges => {
    const match = /^(\d+)(-?)(\d*)$/.exec(part)
    if (match === null) return []
    const [, first, dash, last] = match
    if (dash === '') return [{ first: Number(first), last: Number(first) }]
    return [{ first: Number(first), last: last === '' ? Number.POSITIVE_INFINITY : Number(last) }]
  })
  return joinLines(ranges)
}

export function formatLines(ranges: LineRanges): string {
  return ranges
    .map(({ first, last }) => {
      if (last === Number.POSITIVE_INFINITY) return `${first}-`
      return first === last ? `${first}` : `${first}-${last}`
    })
    .join(',')
}

/** Of ranges in any order, that may overlap. */
export function joinLines(ranges: readonly LineRange[]): LineRanges {
  const joined: { first: number; last: number }[] = []
  for (const { first, last } of ranges.toSorted((left, right) => left.first - right.first)) {
    const before = joined.at(-1)
    if (before !== undefined && first <= before.last + 1) before.last = Math.max(before.last, last)
    else joined.push({ first, last })
  }
  return joined
}

export function linesWithout({ first, last }: LineRange, without: LineRanges): LineRanges {
  const left: LineRange[] = []
  let next = first
  for (const taken of without) {
    if (taken.last < next) continue
    if (taken.first > last) break
    if (taken.first > next) left.push({ first: next, last: taken.first - 1 })
    if (taken.last >= last) return left
    next = taken.last + 1
  }
  return [...left, { first: next, last }]
}

export function holdsLine(ranges: LineRanges, line: number): boolean {
  let low = 0
  let high = ranges.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const range = ranges[middle]
    if (range === undefined) return false
    if (line < range.first) high = middle - 1
    else if (line > range.last) low = middle + 1
    else return true
  }
  return false
}

/** From the first line to the end. */
export function areAllLines(ranges: LineRanges): boolean {
  const [only, ...others] = ranges
  return others.length === 0 && only?.first === 1 && only.last === Number.POSITIVE_INFINITY
}
