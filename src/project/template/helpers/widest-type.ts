/** The type that holds the values of two column types, as far as their names tell. */

/** The first, unless the second is known to be wider. */
export function widestType(first: string, second: string): string {
  const [one, other] = [readType(first), readType(second)]
  if (one?.family === 'text' && other?.family === 'text') {
    return other.width > one.width ? second : first
  }
  if (one?.family !== 'number' || other?.family !== 'number') return first
  const isExact = one.rank === 'exact' || other.rank === 'exact'
  if (isExact && one.rank !== 'float' && other.rank !== 'float') {
    return widestExact(one, other, { first, second })
  }
  return rankOf(other) > rankOf(one) ? second : first
}

interface TextType {
  readonly family: 'text'
  readonly width: number
}
interface NumberType {
  readonly family: 'number'
  readonly rank: 'whole' | 'exact' | 'float'
  /** Bytes of whole and floating numbers. */
  readonly size: number
  /** Digits before and behind the point; of any number of digits when undefined. */
  readonly digits: readonly [before: number, behind: number] | undefined
}

const texts = new Set([
  'text',
  'varchar',
  'character varying',
  'character',
  'char',
  'bpchar',
  'string',
])
const wholes: Readonly<Record<string, number>> = {
  tinyint: 1,
  smallint: 2,
  integer: 4,
  int: 4,
  bigint: 8,
  hugeint: 16,
}
const floats: Readonly<Record<string, number>> = {
  real: 4,
  float: 4,
  double: 8,
  'double precision': 8,
}
/** More digits than any number of so many bytes has. */
const digitsOf: Readonly<Record<number, number>> = { 1: 3, 2: 5, 4: 10, 8: 19, 16: 39 }
const mostDigits = 38

function readType(type: string): TextType | NumberType | undefined {
  const match = /^([a-z ]+?)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?$/.exec(
    type.trim().toLowerCase(),
  )
  if (match === null) return undefined
  const [, name = '', first, second] = match
  if (texts.has(name)) {
    return { family: 'text', width: first === undefined ? Number.POSITIVE_INFINITY : Number(first) }
  }
  const whole = wholes[name]
  if (whole !== undefined) {
    return { family: 'number', rank: 'whole', size: whole, digits: [digitsOf[whole] ?? 0, 0] }
  }
  const float = floats[name]
  if (float !== undefined)
    return { family: 'number', rank: 'float', size: float, digits: undefined }
  if (name !== 'numeric' && name !== 'decimal') return undefined
  const behind = Number(second ?? 0)
  const digits = first === undefined ? undefined : ([Number(first) - behind, behind] as const)
  return { family: 'number', rank: 'exact', size: 0, digits }
}

function widestExact(
  one: NumberType,
  other: NumberType,
  types: { readonly first: string; readonly second: string },
): string {
  if (one.digits === undefined) return types.first
  if (other.digits === undefined) return types.second
  const before = Math.max(one.digits[0], other.digits[0])
  const behind = Math.min(Math.max(one.digits[1], other.digits[1]), mostDigits - before)
  return `numeric(${before + behind},${behind})`
}

function rankOf({ rank, size }: NumberType): number {
  const ranks = { whole: 0, exact: 100, float: 200 } as const
  return ranks[rank] + size
}
