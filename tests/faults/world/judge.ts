/** The promise, looked at from outside: whole states only, the ledger agrees, nothing doubled, nothing left behind. */
import type { Ledger } from './ledger.ts'
import { absent, relations } from './relations.ts'
import type { Look, World } from './world.ts'

const longest = 300

/** What each relation may hold, with the version that made it. */
export type Allowed = ReadonlyMap<string, ReadonlyMap<string, number>>

/** Every relation is as before or as after; all of them alike where they are published at one moment. */
export function judgeWhole(
  look: Look,
  { allowed, isAtomic }: { readonly allowed: Allowed; readonly isAtomic: boolean },
): readonly string[] {
  const versions = new Map<number, string[]>()
  const faults = relations.flatMap(({ name }) => {
    const found = look.get(name) ?? absent
    const states = allowed.get(name) ?? new Map<string, number>()
    const version = states.get(found)
    if (version === undefined) return [`${name}: ${difference(found, [...states.keys()])}`]
    versions.set(version, [...(versions.get(version) ?? []), name])
    return []
  })
  if (!isAtomic || versions.size < 2) return faults
  const mixed = [...versions].map(([version, names]) => `version ${version} of ${names.join(', ')}`)
  return [...faults, `not one moment: ${mixed.join('; ')}`]
}

export function judgeNow(world: World, look: Look): readonly string[] {
  return judgeWhole(look, { allowed: world.allowed(), isAtomic: world.isAtomic })
}

/** How often the ledger must have grown, for each relation that the look shows as newly published. */
export function judgeLedger(
  world: World,
  { look, before, after }: { readonly look: Look; readonly before: Ledger; readonly after: Ledger },
): readonly string[] {
  return relations.flatMap((relation) => {
    const version = world
      .allowed()
      .get(relation.name)
      ?.get(look.get(relation.name) ?? absent)
    const isNew = version === world.version ? 1 : 0
    const grown =
      (after.publications.get(relation.name) ?? 0) - (before.publications.get(relation.name) ?? 0)
    return grown === isNew
      ? []
      : [`${relation.name}: the ledger has ${grown} new publications, the table shows ${isNew}`]
  })
}

/** After a whole build each relation has one publication more. */
export function judgeOneMore(before: Ledger, after: Ledger): readonly string[] {
  return relations.flatMap(({ name }) => {
    const grown = (after.publications.get(name) ?? 0) - (before.publications.get(name) ?? 0)
    return grown === 1 ? [] : [`${name}: ${grown} publications by one whole build`]
  })
}

/** The rows too many and too few against the state that comes nearest. */
function difference(found: string, allowed: readonly string[]): string {
  const rowsOf = (text: string) => (text === '' ? [] : text.split('\n'))
  const described = allowed.map((state) => {
    const surplus = without(rowsOf(found), rowsOf(state))
    const missing = without(rowsOf(state), rowsOf(found))
    const text = `${surplus.length} rows too many (${surplus.slice(0, 3).join('; ')}), ${missing.length} missing (${missing.slice(0, 3).join('; ')})`
    return { size: surplus.length + missing.length, text }
  })
  const [nearest] = described.sort((a, b) => a.size - b.size)
  const size = found === absent ? 'not there' : `${rowsOf(found).length} rows`
  return `${size}, against the nearest whole state ${nearest?.text ?? ''}`.slice(0, longest)
}

/** As multisets. */
function without(rows: readonly string[], taken: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const row of taken) counts.set(row, (counts.get(row) ?? 0) + 1)
  return rows.filter((row) => {
    const count = counts.get(row) ?? 0
    counts.set(row, count - 1)
    return count <= 0
  })
}
