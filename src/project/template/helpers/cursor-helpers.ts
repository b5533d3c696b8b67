/** `new_rows` and `touched_keys`: what a model reads of an upstream since it was last built. */
import {
  describeValue,
  isList,
  isUnknown,
  nothing,
  referenceOf,
  unknownAmong,
  type Value,
} from '../evaluate/value.ts'
import { spanOf } from '../syntax/source-text.ts'
import type { Reference } from '../template.ts'
import { argumentAt, fail, type HelperCall, wrongType } from './helper-call.ts'

export function newRows(call: HelperCall): Value {
  const reference = upstreamOf(call)
  return reference === nothing ? nothing : call.host.follow({ kind: 'new_rows', reference })
}

export function touchedKeys(call: HelperCall): Value {
  const reference = upstreamOf(call)
  const key = keyOf(call)
  if (reference === nothing || key === nothing) return nothing
  return call.host.follow({ kind: 'touched_keys', reference, key })
}

/** A name means a model or seed, as in ref. */
function upstreamOf(call: HelperCall): Reference | typeof nothing {
  const value = argumentAt(call, 0)
  const { call: expression, frame } = call
  const span = spanOf(frame.source, (expression.args[0] ?? expression).range)
  const place = frame.callers.length === 0 ? { span } : { span, related: frame.callers }
  if (typeof value === 'string') {
    const named = { kind: 'ref', name: value, ...place } as const
    // Known to the graph, and refused there when nothing has that name.
    call.host.dependOn(named)
    return named
  }
  const reference = referenceOf(value)
  if (reference !== undefined) return { ...reference, ...place }
  if (isUnknown(value)) {
    return value === nothing ? nothing : dynamic(call, 'a value that only the run gives', 0)
  }
  return wrongType(call, 'the name of a model, a (ref ..) or a (source ..)', 0)
}

function keyOf(call: HelperCall): readonly string[] | typeof nothing {
  const key = call.named.get('key')
  if (key === undefined) {
    return fail(call, {
      code: 'wrong-arguments',
      message: 'expected key= for touched_keys, found none',
      hint: 'write {{touched_keys "model" key="id"}}',
    })
  }
  const columns: readonly Value[] = isList(key) ? key : [key]
  const names = columns.flatMap((column) =>
    typeof column === 'string' && column !== '' ? [column] : [],
  )
  if (names.length === columns.length && names.length > 0) return names
  const unknown = unknownAmong(columns)
  if (unknown === nothing) return nothing
  if (unknown !== undefined) return dynamic(call, 'a value that only the run gives for key')
  const wrong = columns.find((column) => typeof column !== 'string' || column === '')
  const found = wrong === undefined ? 'an empty list' : describeValue(wrong)
  return fail(call, {
    code: 'wrong-arguments',
    message: `expected a column or a list of columns as key of touched_keys, found ${found}`,
    hint: 'write key="id" or key=(list "a" "b")',
  })
}

function dynamic(call: HelperCall, found: string, argument?: number): typeof nothing {
  return fail(
    call,
    {
      code: 'dynamic-ref',
      message: `expected a name known before the run for ${call.name}, found ${found}`,
      hint: 'name the model itself: the graph hangs on it',
    },
    argument,
  )
}
