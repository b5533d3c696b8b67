/** JSON as a database writes it to one normal form: keys sorted, no spaces, numbers by value. */

/** A number so long or so large would lose digits as a double: it is compared as it is written. */
const longNumber = /("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]{14,}|-?\d[\d.]*[eE][+-]?\d{3,})/g

/** Text that is not JSON stays as it is. */
export function normalJson(text: string): string {
  const guarded = text.replace(longNumber, (found: string, quoted: string | undefined) =>
    quoted === undefined ? JSON.stringify(`\u0000${found}`) : found,
  )
  try {
    const value: unknown = JSON.parse(guarded)
    return JSON.stringify(sorted(value))
  } catch {
    return text
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, inner]) => [key, sorted(inner)] as const)
  return Object.fromEntries(entries.toSorted(([left], [right]) => (left < right ? -1 : 1)))
}
