/** What a helper is given, and the ways it reads its arguments. */
import type { Call } from '../syntax/syntax-tree.ts'
import type { Fault, Frame, Host } from '../evaluate/evaluation.ts'
import { describeValue, isUnknown, nothing, printed, type Value } from '../evaluate/value.ts'

export interface HelperCall {
  readonly name: string
  readonly args: readonly Value[]
  readonly named: ReadonlyMap<string, Value>
  readonly call: Call
  readonly frame: Frame
  readonly host: Host
}
export type Helper = (call: HelperCall) => Value

/** Reports a fault at an argument, or at the whole call, and gives the value that silences what follows from it. */
export function fail(call: HelperCall, fault: Fault, argument?: number): typeof nothing {
  const expression = argument === undefined ? call.call : (call.call.args[argument] ?? call.call)
  call.host.report(fault, call.frame, expression.range)
  return nothing
}

/** The argument, or `nothing` when it is missing (which the check has reported). */
export function argumentAt(call: HelperCall, index: number): Value {
  return call.args[index] ?? (call.call.args[index] === undefined ? nothing : null)
}

/** A text argument; `nothing` when it is another thing, reported. Call with known values. */
export function textAt(call: HelperCall, index: number): string | typeof nothing {
  const value = argumentAt(call, index)
  if (typeof value === 'string') return value
  return isUnknown(value) ? nothing : wrongType(call, 'text', index)
}

export function numberAt(call: HelperCall, index: number): number | typeof nothing {
  const value = argumentAt(call, index)
  if (typeof value === 'number') return value
  return isUnknown(value) ? nothing : wrongType(call, 'a number', index)
}

export function wrongType(call: HelperCall, expected: string, index: number): typeof nothing {
  const found = describeValue(argumentAt(call, index))
  return fail(
    call,
    { code: 'wrong-arguments', message: `expected ${expected} for ${call.name}, found ${found}` },
    index,
  )
}

/** What the value prints; `nothing` when it cannot be printed, reported. Call with known values. */
export function printedAt(call: HelperCall, index: number, value: Value): string | typeof nothing {
  const text = printed(value)
  if (typeof text === 'string') return text
  if (text !== undefined) return nothing
  const found = describeValue(value)
  return fail(
    call,
    {
      code: 'not-printable',
      message: `expected text, a number, a boolean or a relation for ${call.name}, found ${found}`,
    },
    index,
  )
}
