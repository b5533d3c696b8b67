/** What an expression is worth while a template is walked: a template value, or one that is not known yet. */
import type { Json } from '../../../core/json.ts'
import type { Reference, RelationValue } from '../template.ts'
import { plainNumber } from '../syntax/plain-number.ts'

/** Only the run knows it: whether the relation exists, where it is, which run it is. */
export const later: unique symbol = Symbol('known in the run')
/** Will never be: an element of a list known to be empty, or what an expression with a reported fault gives. */
export const nothing: unique symbol = Symbol('never')
const unplaced: unique symbol = Symbol('a relation that the run places')
/** A ref or source at parse time: which node it is is known, where its relation will be is not. */
interface UnplacedRelation {
  readonly [unplaced]: Reference
}
export type Unknown = typeof later | typeof nothing | UnplacedRelation

export type Value =
  | null
  | boolean
  | number
  | string
  | RelationValue
  | Unknown
  | readonly Value[]
  | ValueDict
export interface ValueDict {
  readonly [key: string]: Value
}

export function unplacedRelation(reference: Reference): UnplacedRelation {
  return { [unplaced]: reference }
}

export function isUnknown(value: Value): value is Unknown {
  return typeof value === 'symbol' || isUnplaced(value)
}

function isUnplaced(value: Value): value is UnplacedRelation {
  return typeof value === 'object' && value !== null && unplaced in value
}

/** The ref or source that a relation came from; undefined for anything else, and for `{{this}}`. */
export function referenceOf(value: Value): Reference | undefined {
  if (isUnplaced(value)) return value[unplaced]
  return isRelation(value) ? value.reference : undefined
}

/** What is made of an unknown value: no longer the relation itself, so no reference either. */
export function madeOf(value: Unknown): typeof later | typeof nothing {
  return value === nothing ? nothing : later
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

export function isRelation(value: Value): value is RelationValue {
  return (
    typeof value === 'object' &&
    value !== null &&
    !isList(value) &&
    !isUnplaced(value) &&
    value['kind'] === 'relation' &&
    'relation' in value &&
    'text' in value
  )
}

export function isDict(value: Value): value is ValueDict {
  if (typeof value !== 'object' || value === null || isList(value)) return false
  return !isRelation(value) && !isUnplaced(value)
}

/** What is not known in a value or inside it; undefined when all of it is known. */
export function unknownIn(value: Value): typeof later | typeof nothing | undefined {
  if (isUnknown(value)) return madeOf(value)
  if (isList(value)) return unknownAmong(value)
  return isDict(value) ? unknownAmong(Object.values(value)) : undefined
}

/** `nothing` wins over `later`. */
export function unknownAmong(values: readonly Value[]): typeof later | typeof nothing | undefined {
  let found: typeof later | undefined
  for (const value of values) {
    const unknown = unknownIn(value)
    if (unknown === nothing) return nothing
    found ??= unknown
  }
  return found
}

/** false, null, "", 0 and empty lists and dicts are false; undefined when it is not known yet. */
export function truthOf(value: Value): boolean | undefined {
  if (isUnknown(value)) return undefined
  if (isList(value)) return value.length > 0
  if (isDict(value)) return Object.keys(value).length > 0
  return value !== null && value !== false && value !== '' && value !== 0
}

/** How a value prints; undefined for what cannot be printed. */
export function printed(value: Value): string | typeof later | typeof nothing | undefined {
  if (typeof value === 'string') return value
  if (isUnknown(value)) return madeOf(value)
  if (typeof value === 'number') return plainNumber(value)
  if (typeof value === 'boolean') return String(value)
  return isRelation(value) ? value.text : undefined
}

/** The value as JSON; undefined when something in it is unknown or a relation. */
export function jsonOf(value: Value): Json | undefined {
  if (isUnknown(value) || isRelation(value)) return undefined
  if (isList(value)) {
    const items: Json[] = []
    for (const item of value) {
      const json = jsonOf(item)
      if (json === undefined) return undefined
      items.push(json)
    }
    return items
  }
  if (!isDict(value)) return value
  const entries: [string, Json][] = []
  for (const [key, item] of Object.entries(value)) {
    const json = jsonOf(item)
    if (json === undefined) return undefined
    entries.push([key, json])
  }
  return Object.fromEntries(entries)
}

/** What a value is called in a message. */
export function describeValue(value: Value): string {
  if (isUnknown(value)) return 'a value that only the run gives'
  if (value === null) return 'null'
  if (isList(value)) return 'a list'
  if (isRelation(value)) return 'a relation'
  if (isDict(value)) return 'a dict'
  if (typeof value === 'string') return `the text ${JSON.stringify(value)}`
  return `${typeof value === 'number' ? 'the number ' : ''}${String(value)}`
}

export function isSame(left: Value, right: Value): boolean {
  if (isList(left)) {
    return (
      isList(right) &&
      left.length === right.length &&
      left.every((item, index) => isSame(item, right[index] ?? null))
    )
  }
  if (isRelation(left)) return isRelation(right) && left.text === right.text
  if (!isDict(left)) return left === right
  if (!isDict(right)) return false
  const keys = Object.keys(left)
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isSame(left[key] ?? null, right[key] ?? null))
  )
}
