/** The promise, looked at from outside: whole states only, the ledger agrees, nothing doubled, nothing left behind. */
import type { Ledger } from './ledger.ts'
import type { Play } from './play.ts'
import { absent } from './relations.ts'
import type { Look, World } from './world.ts'

const longest = 300

/** What each relation may hold, with the version that made it. */
export type Allowed = ReadonlyMap<string, ReadonlyMap<string, number>>

interface Judged {
  readonly allowed: Allowed
  readonly isAtomic: boolean
  /** Groups that must be of one version each. */
  readonly together?: Play['together']
  readonly never?: Play['never']
}

/** Every relation is as before or as after; all of them alike where they are published at one moment. */
export function judgeWhole(
  look: Look,
  { allowed, isAtomic, together = [], never = [] }: Judged,
): readonly string[] {
  const versions = new Map<string, number>()
  const faults = [...look].flatMap(([name, found]) => {
    const states = allowed.get(name) ?? new Map<string, number>()
    const version = states.get(found)
    if (version === undefined) return [`${name}: ${difference(found, [...states.keys()])}`]
    versions.set(name, version)
    return []
  })
  const groups = isAtomic ? [[...look.keys()]] : together
  const early = never.flatMap(({ newer, older }) => {
    const isEarly = (versions.get(newer) ?? 0) > (versions.get(older) ?? Infinity)
    return isEarly ? [`${newer}: before ${older}`] : []
  })
  return [...faults, ...early, ...groups.flatMap((names) => mixtureOf(names, versions))]
}

function mixtureOf(
  names: readonly string[],
  versions: ReadonlyMap<string, number>,
): readonly string[] {
  const found = new Map<number, string[]>()
  for (const name of names) {
    const version = versions.get(name)
    if (version !== undefined) found.set(version, [...(found.get(version) ?? []), name])
  }
  if (found.size < 2) return []
  const mixed = [...found].map(([version, those]) => `version ${version} of ${those.join(', ')}`)
  return [`not one moment: ${mixed.join('; ')}`]
}

export function judgeNow(world: World, look: Look): readonly string[] {
  const { isAtomic, play } = world
  return judgeWhole(look, {
    allowed: world.allowed(),
    isAtomic,
    together: play.together,
    never: play.never,
  })
}

/** How often the ledger must have grown, for each relation that the look shows as newly published. */
export function judgeLedger(
  world: World,
  { look, before, after }: { readonly look: Look; readonly before: Ledger; readonly after: Ledger },
): readonly string[] {
  const fresh = newlyPublished(world, look)
  return counted(world).flatMap(({ name }) => {
    const isNew = fresh.has(name) ? 1 : 0
    const grown = (after.publications.get(name) ?? 0) - (before.publications.get(name) ?? 0)
    return grown === isNew
      ? []
      : [`${name}: the ledger has ${grown} new publications, the table shows ${isNew}`]
  })
}

function counted({ play }: World): Play['relations'] {
  return play.relations.filter(({ isUncounted }) => isUncounted !== true)
}

/** Of those that are counted, which the look shows as newly published. */
export function newlyPublished(world: World, look: Look): ReadonlySet<string> {
  const names = counted(world).map(({ name }) => name)
  return new Set(
    names.filter((name) => {
      const version = world
        .allowed()
        .get(name)
        ?.get(look.get(name) ?? absent)
      return version === world.version
    }),
  )
}

/** After a whole build each relation has one publication more; one that was new before it may have been left alone. */
export function judgeOneMore(
  world: World,
  {
    before,
    after,
    fresh,
  }: { readonly before: Ledger; readonly after: Ledger; readonly fresh: ReadonlySet<string> },
): readonly string[] {
  return counted(world).flatMap(({ name }) => {
    const grown = (after.publications.get(name) ?? 0) - (before.publications.get(name) ?? 0)
    const isRight = grown === 1 || (grown === 0 && fresh.has(name))
    return isRight ? [] : [`${name}: ${grown} publications by one whole build`]
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
