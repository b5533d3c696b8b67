/** Whether a version is in a range, as npm writes ranges: `1.2.3`, `^1.2`, `~1.2`, `>=1 <2`, `1.x`, `*`, and `||`. */

type Version = readonly [number, number, number]

/** undefined: the range is none. */
export function satisfiesRange(version: string, range: string): boolean | undefined {
  const found = parseVersion(version)
  if (found === undefined) return range.trim() === '*' ? true : undefined
  const alternatives = range.split('||').map((part) => allOf(part))
  if (alternatives.includes(undefined)) return undefined
  return alternatives.some((bounds) => (bounds ?? []).every((bound) => bound(found)))
}

type Bound = (version: Version) => boolean

function allOf(text: string): readonly Bound[] | undefined {
  const words = text
    .replaceAll(',', ' ')
    .replaceAll(/(>=|<=|>|<|=|\^|~)\s+/g, '$1')
    .split(/\s+/)
    .filter((word) => word !== '')
  const bounds = words.map(boundOf)
  const known = bounds.filter((bound) => bound !== undefined)
  return known.length === words.length ? known : undefined
}

function boundOf(word: string): Bound | undefined {
  if (word === '*' || word === 'x') return () => true
  const match = /^(>=|<=|>|<|=|\^|~)?v?(\d+)(?:\.(\d+|x|\*))?(?:\.(\d+|x|\*))?(?:[-+].*)?$/.exec(
    word,
  )
  if (match === null) return undefined
  const [, operator = '', major = '0', minor, patch] = match
  const isOpen = (part: string | undefined) => part === undefined || part === 'x' || part === '*'
  const low: Version = [
    Number(major),
    isOpen(minor) ? 0 : Number(minor),
    isOpen(patch) ? 0 : Number(patch),
  ]
  const next = upTo(low, { operator, hasMinor: !isOpen(minor), hasPatch: !isOpen(patch) })
  switch (operator) {
    case '>=':
      return (version) => compare(version, low) >= 0
    case '>':
      return (version) => compare(version, next) >= 0
    case '<':
      return (version) => compare(version, low) < 0
    case '<=':
      return (version) => compare(version, next) < 0
    default:
      return (version) => compare(version, low) >= 0 && compare(version, next) < 0
  }
}

/** The first version behind what a word stands for. */
function upTo(
  [major, minor, patch]: Version,
  { operator, hasMinor, hasPatch }: { operator: string; hasMinor: boolean; hasPatch: boolean },
): Version {
  if (operator === '^') {
    if (major > 0 || !hasMinor) return [major + 1, 0, 0]
    return minor > 0 || !hasPatch ? [0, minor + 1, 0] : [0, 0, patch + 1]
  }
  if (!hasMinor) return [major + 1, 0, 0]
  return operator === '~' || !hasPatch ? [major, minor + 1, 0] : [major, minor, patch + 1]
}

function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(text.trim())
  return match === null
    ? undefined
    : [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)]
}

function compare(left: Version, right: Version): number {
  const index = left.findIndex((part, at) => part !== right[at])
  return index < 0 ? 0 : (left[index] ?? 0) - (right[index] ?? 0)
}
