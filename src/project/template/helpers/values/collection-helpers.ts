/** Helpers that take lists apart, put them in order and compare them as sets. Their arguments are known. */
import { firstOfEach } from '../../../../core/first-of-each.ts'
import {
  describeValue,
  isDict,
  isList,
  isRelation,
  isSame,
  nothing,
  truthOf,
  unknownAmong,
  type Value,
} from '../../evaluate/value.ts'
import {
  argumentAt,
  fail,
  type Helper,
  type HelperCall,
  numberAt,
  textAt,
  wrongType,
} from '../helper-call.ts'

export function unique(call: HelperCall): Value {
  const items = listAt(call, 0)
  return items === nothing ? nothing : distinct(items)
}

/** All lists in one, each item once, in order of first mention. */
export function union(call: HelperCall): Value {
  const lists = listsOf(call)
  return lists === nothing ? nothing : distinct(lists.flat())
}

/** What stands in all of the lists. */
export function intersect(call: HelperCall): Value {
  return among(call, (item, sets) => sets.every((set) => set.has(identity(item))))
}

/** What stands in the first list and in none of the others. */
export function difference(call: HelperCall): Value {
  return among(call, (item, sets) => !sets.some((set) => set.has(identity(item))))
}

function among(
  call: HelperCall,
  stays: (item: Value, others: readonly ReadonlySet<string>[]) => boolean,
): Value {
  const lists = listsOf(call)
  if (lists === nothing) return nothing
  const [first = [], ...others] = lists
  const sets = others.map((list) => new Set(list.map(identity)))
  return distinct(first).filter((item) => stays(item, sets))
}

function listsOf(call: HelperCall): readonly (readonly Value[])[] | typeof nothing {
  const lists: (readonly Value[])[] = []
  for (const index of call.args.keys()) {
    const list = listAt(call, index)
    if (list === nothing) return nothing
    lists.push(list)
  }
  return lists
}

/** In order of first mention. */
function distinct(items: readonly Value[]): readonly Value[] {
  return firstOfEach(items, identity)
}

/** Equal for what `eq` calls the same. */
function identity(value: Value): string {
  if (isList(value)) return `[${value.map(identity).join(',')}]`
  if (isRelation(value)) return `relation ${value.text}`
  if (!isDict(value)) return JSON.stringify(value) ?? ''
  const keys = Object.keys(value).toSorted()
  return `{${keys.map((key) => JSON.stringify(key) + identity(value[key] ?? null)).join(',')}}`
}

/** Lists of the first items, the second items and so on, as long as the shortest list. */
export function zip(call: HelperCall): Value {
  const lists = listsOf(call)
  if (lists === nothing) return nothing
  const count = Math.min(...lists.map((list) => list.length))
  return Array.from({ length: count }, (_, index) => lists.map((list) => list[index] ?? null))
}

/** Numbers by size, texts by their characters; `attribute=` sorts dicts by a key, `reverse=true` the other way. */
export function sort(call: HelperCall): Value {
  const items = listAt(call, 0)
  const unknown = unknownAmong([...call.named.values()])
  if (items === nothing || unknown !== undefined) return unknown ?? nothing
  const attribute = call.named.get('attribute')
  if (attribute !== undefined && typeof attribute !== 'string') {
    const message = `expected text as attribute of sort, found ${describeValue(attribute)}`
    return fail(call, { code: 'wrong-arguments', message })
  }
  const keyed = items.map((item): { readonly item: Value; readonly key: Value } => ({
    item,
    key: attribute === undefined ? item : attributeOf(item, attribute),
  }))
  const odd = keyed.find(({ key }) => typeof key !== typeof keyed[0]?.key || !isOrdered(key))
  if (odd !== undefined) {
    const found = describeValue(odd.key)
    const message = `expected numbers only or texts only to sort, found ${found} among them`
    return fail(call, { code: 'wrong-arguments', message }, 0)
  }
  const sorted = keyed.toSorted((a, b) => order(a.key, b.key)).map(({ item }) => item)
  return truthOf(call.named.get('reverse') ?? false) === true ? sorted.toReversed() : sorted
}

function isOrdered(key: Value): boolean {
  return typeof key === 'number' || typeof key === 'string'
}

function order(left: Value, right: Value): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  if (typeof left !== 'string' || typeof right !== 'string') return 0
  return left < right ? -1 : Number(left > right)
}

/** Those dicts of a list whose value under a key is true, or the one given. */
export function selectAttribute(isWanted: boolean): Helper {
  return (call) => {
    const items = listAt(call, 0)
    const attribute = textAt(call, 1)
    if (items === nothing || attribute === nothing) return nothing
    return items.filter((item) => {
      const value = attributeOf(item, attribute)
      const holds = call.args.length > 2 ? isSame(value, argumentAt(call, 2)) : truthOf(value)
      return holds === isWanted
    })
  }
}

function attributeOf(item: Value, attribute: string): Value {
  return isDict(item) && Object.hasOwn(item, attribute) ? (item[attribute] ?? null) : null
}

/** `(slice xs 1 3)` is the second and third; negative numbers count from the end. */
export function slice(call: HelperCall): Value {
  const value = argumentAt(call, 0)
  const start = numberAt(call, 1)
  const end = call.args.length > 2 ? numberAt(call, 2) : undefined
  if (start === nothing || end === nothing) return nothing
  if (isList(value) || typeof value === 'string') return value.slice(start, end)
  return wrongType(call, 'a list or text', 0)
}

export function dictKeys(call: HelperCall): Value {
  const value = argumentAt(call, 0)
  return isDict(value) ? Object.keys(value) : wrongType(call, 'a dict', 0)
}

export function dictValues(call: HelperCall): Value {
  const value = argumentAt(call, 0)
  return isDict(value) ? Object.values(value) : wrongType(call, 'a dict', 0)
}

function listAt(call: HelperCall, index: number): readonly Value[] | typeof nothing {
  const value = argumentAt(call, index)
  return isList(value) ? value : wrongType(call, 'a list', index)
}
