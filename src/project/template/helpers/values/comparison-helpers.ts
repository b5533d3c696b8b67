/** Helpers that compare and reckon. Their arguments are known, but for `not`. */
import {
  describeValue,
  isSame,
  isUnknown,
  madeOf,
  nothing,
  truthOf,
  type Value,
} from '../../evaluate/value.ts'
import { argumentAt, fail, type Helper, type HelperCall, numberAt } from '../helper-call.ts'

export function eq(call: HelperCall): Value {
  return isSame(argumentAt(call, 0), argumentAt(call, 1))
}

export function ne(call: HelperCall): Value {
  return !isSame(argumentAt(call, 0), argumentAt(call, 1))
}

export function not(call: HelperCall): Value {
  const value = argumentAt(call, 0)
  return isUnknown(value) ? madeOf(value) : truthOf(value) !== true
}

/** A helper that orders two numbers or two texts. */
export function comparison(holds: (order: number) => boolean): Helper {
  return (call) => {
    const left = argumentAt(call, 0)
    const right = argumentAt(call, 1)
    if (typeof left === 'number' && typeof right === 'number') return holds(left - right)
    if (typeof left === 'string' && typeof right === 'string') {
      return holds(left < right ? -1 : Number(left > right))
    }
    return fail(call, {
      code: 'wrong-arguments',
      message:
        `expected two numbers or two texts for ${call.name}, ` +
        `found ${describeValue(left)} and ${describeValue(right)}`,
    })
  }
}

export function add(call: HelperCall): Value {
  let sum = 0
  for (const index of call.args.keys()) {
    const number = numberAt(call, index)
    if (number === nothing) return nothing
    sum += number
  }
  return sum
}

export function subtract(call: HelperCall): Value {
  const left = numberAt(call, 0)
  const right = numberAt(call, 1)
  return left === nothing || right === nothing ? nothing : left - right
}
