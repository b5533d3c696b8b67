/** Helpers that reckon and round. Their arguments are known. */
import { isUnknown, nothing, type Value } from '../../evaluate/value.ts'
import { plainNumber } from '../../syntax/plain-number.ts'
import {
  argumentAt,
  fail,
  type Helper,
  type HelperCall,
  numberAt,
  wrongType,
} from '../helper-call.ts'

export function multiply(call: HelperCall): Value {
  let product = 1
  for (const index of call.args.keys()) {
    const number = numberAt(call, index)
    if (number === nothing) return nothing
    product *= number
  }
  return product
}

/** Division by zero is a fault, not infinity. */
export function quotient(of: (left: number, right: number) => number): Helper {
  return (call) => {
    const left = numberAt(call, 0)
    const right = numberAt(call, 1)
    if (left === nothing || right === nothing) return nothing
    if (right !== 0) return of(left, right)
    const message = `expected a number that is not 0 for ${call.name}, found 0`
    return fail(call, { code: 'wrong-arguments', message }, 1)
  }
}

/** Its sign is that of the divisor, as in Python. */
export function remainder(left: number, right: number): number {
  return left - right * Math.floor(left / right)
}

/** Halves go away from zero. */
export function round(call: HelperCall): Value {
  const number = numberAt(call, 0)
  const digits = call.args.length > 1 ? numberAt(call, 1) : 0
  if (number === nothing || digits === nothing) return nothing
  if (!Number.isInteger(digits) || Math.abs(digits) > 15) {
    return wrongType(call, 'a whole number of digits up to 15', 1)
  }
  const shifted = Math.round(shift(Math.abs(number), digits))
  return Math.sign(number) * shift(shifted, -digits)
}

/** By the decimal point of the text: 1.005 is 100.5 then, not 100.49999. */
function shift(number: number, digits: number): number {
  return Number(`${plainNumber(number)}e${digits}`)
}

export function abs(call: HelperCall): Value {
  const number = numberAt(call, 0)
  return number === nothing ? nothing : Math.abs(number)
}

/** A number of a number, a boolean, or a text of digits. */
export function toNumber(convert: (number: number) => number): Helper {
  return (call) => {
    const value = argumentAt(call, 0)
    if (typeof value === 'number') return convert(value)
    if (typeof value === 'boolean') return Number(value)
    if (isUnknown(value)) return nothing
    const isNumber =
      typeof value === 'string' &&
      /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(value.trim())
    return isNumber ? convert(Number(value)) : wrongType(call, 'a number or a text of digits', 0)
  }
}
