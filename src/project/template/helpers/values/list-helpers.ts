/** Helpers that make and read lists and dicts. */
import {
  isDict,
  isList,
  isSame,
  isUnknown,
  madeOf,
  nothing,
  truthOf,
  unknownIn,
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

const longestRange = 100_000

export function list(call: HelperCall): Value {
  return call.args
}

export function dict(call: HelperCall): Value {
  return Object.fromEntries(call.named)
}

/** A hook as `pre-hook` and `post-hook` take it. */
export function hookMap(transaction: boolean): Helper {
  return (call) => ({ sql: argumentAt(call, 0), transaction })
}

export function length(call: HelperCall): Value {
  const value = argumentAt(call, 0)
  if (isUnknown(value)) return madeOf(value)
  if (typeof value === 'string' || isList(value)) return value.length
  return isDict(value) ? Object.keys(value).length : wrongType(call, 'a list, a dict or text', 0)
}

/** null when there is no such key or index; -1 is the last. */
export function lookup(call: HelperCall): Value {
  const from = argumentAt(call, 0)
  const key = argumentAt(call, 1)
  if (isUnknown(from)) return madeOf(from)
  if (isUnknown(key)) return madeOf(key)
  if (from === null) return null
  if (isList(from)) {
    const index = numberAt(call, 1)
    return index === nothing ? nothing : (from.at(index) ?? null)
  }
  if (!isDict(from)) return wrongType(call, 'a list or a dict', 0)
  const name = typeof key === 'number' ? String(key) : textAt(call, 1)
  if (name === nothing) return nothing
  return Object.hasOwn(from, name) ? (from[name] ?? null) : null
}

/** What each dict of a list holds under a key; null where it has no such key. */
export function pluck(call: HelperCall): Value {
  const rows = argumentAt(call, 0)
  const key = textAt(call, 1)
  if (key === nothing) return nothing
  if (!isList(rows) || !rows.every(isDict)) return wrongType(call, 'a list of dicts', 0)
  return rows.map((row) => (Object.hasOwn(row, key) ? (row[key] ?? null) : null))
}

/** A list of dicts as a dict of lists; no key is there without a row. */
export function byColumn(call: HelperCall): Value {
  const rows = argumentAt(call, 0)
  if (!isList(rows) || !rows.every(isDict)) return wrongType(call, 'a list of dicts', 0)
  const names = new Set(rows.flatMap((row) => Object.keys(row)))
  return Object.fromEntries(
    [...names].map((name) => [name, rows.map((row) => row[name] ?? null)] as const),
  )
}

/** `(range 3)` is 0 1 2, `(range 1 3)` is 1 2, `(range 0 10 5)` is 0 5: the end is not part of it. */
export function range(call: HelperCall): Value {
  const first = numberAt(call, 0)
  const second = call.args.length > 1 ? numberAt(call, 1) : undefined
  const step = call.args.length > 2 ? numberAt(call, 2) : 1
  if (first === nothing || second === nothing || step === nothing) return nothing
  const [start, end] = second === undefined ? [0, first] : [first, second]
  if (step === 0) return fail(call, fault('expected a step that is not 0, found 0'), 2)
  const count = Math.max(0, Math.ceil((end - start) / step))
  if (count > longestRange) {
    return fail(call, fault(`expected a range of at most ${longestRange} numbers, found ${count}`))
  }
  return Array.from({ length: count }, (_, index) => start + index * step)
}

function fault(message: string) {
  return { code: 'wrong-arguments', message } as const
}

/** An item of a list, a key of a dict, or a part of a text. */
export function isIn(call: HelperCall): Value {
  const item = argumentAt(call, 0)
  const among = argumentAt(call, 1)
  if (isUnknown(among)) return madeOf(among)
  const unknownItem = unknownIn(item)
  if (unknownItem !== undefined) return unknownItem
  if (isList(among)) {
    if (among.some((other) => isSame(item, other))) return true
    return unknownIn(among) ?? false
  }
  if (typeof item !== 'string') return wrongType(call, 'text', 0)
  if (typeof among === 'string') return among.includes(item)
  return isDict(among) ? Object.hasOwn(among, item) : wrongType(call, 'a list, a dict or text', 1)
}

/** The first argument that is true, else the last. */
export function or(call: HelperCall): Value {
  return firstThat(call, true)
}

/** The first argument that is false, else the last. */
export function and(call: HelperCall): Value {
  return firstThat(call, false)
}

function firstThat(call: HelperCall, wanted: boolean): Value {
  for (const value of call.args) {
    if (isUnknown(value) || truthOf(value) === wanted) return value
  }
  return call.args.at(-1) ?? nothing
}
