/** The rows of docs/dbt-rows.yml and the titles of all tests to what is known of each row. */

export interface WrittenRow {
  readonly weight: 'must' | 'should' | 'niche'
  readonly feature: string
  readonly status?: 'different' | 'left-out' | 'later'
  readonly why?: string
}

export interface RowState {
  readonly id: string
  readonly weight: WrittenRow['weight']
  readonly feature: string
  readonly state:
    | { readonly kind: 'covered'; readonly tests: number }
    | {
        readonly kind: 'reason'
        readonly status: 'different' | 'left-out' | 'later'
        readonly why: string
      }
    | { readonly kind: 'missing' }
}

/** A written reason comes before tests; one without a `why` is none. `D5-D8` in a title names four rows. */
export function rowStates(
  rows: Readonly<Record<string, WrittenRow>>,
  titles: readonly string[],
): readonly RowState[] {
  const named = new Map<string, number>()
  for (const title of titles) {
    for (const id of idsIn(title)) named.set(id, (named.get(id) ?? 0) + 1)
  }
  return Object.entries(rows).map(([id, { weight, feature, status, why }]) => {
    const known = { id, weight, feature }
    if (status !== undefined && why !== undefined && why !== '') {
      return { ...known, state: { kind: 'reason', status, why } }
    }
    const tests = named.get(id) ?? 0
    return { ...known, state: tests > 0 ? { kind: 'covered', tests } : { kind: 'missing' } }
  })
}

function idsIn(title: string): ReadonlySet<string> {
  const ids = new Set<string>()
  for (const [, letter = '', first = '', lastLetter, last] of title.matchAll(
    /\b([A-P])(\d{1,2})(?:-([A-P])?(\d{1,2}))?\b/g,
  )) {
    const isRange = last !== undefined && (lastLetter === undefined || lastLetter === letter)
    const end = isRange ? Number(last) : Number(first)
    for (let number = Number(first); number <= end; number += 1) ids.add(`${letter}${number}`)
  }
  return ids
}
