/** Helpers that make text of text. Their arguments are known. */
import { isList, nothing, type Value } from '../evaluate/value.ts'
import { argumentAt, type HelperCall, printedAt, textAt, wrongType } from './helper-call.ts'

export function concat(call: HelperCall): Value {
  return glue(call, call.args, '')
}

export function join(call: HelperCall): Value {
  const items = argumentAt(call, 0)
  if (!isList(items)) return wrongType(call, 'a list', 0)
  const separator = call.args.length > 1 ? textAt(call, 1) : ''
  return separator === nothing ? nothing : glue(call, items, separator)
}

function glue(call: HelperCall, items: readonly Value[], separator: string): Value {
  const texts: string[] = []
  for (const [index, item] of items.entries()) {
    const text = printedAt(call, call.name === 'join' ? 0 : index, item)
    if (text === nothing) return nothing
    texts.push(text)
  }
  return texts.join(separator)
}

export function upper(call: HelperCall): Value {
  const text = textAt(call, 0)
  return text === nothing ? nothing : text.toUpperCase()
}

export function lower(call: HelperCall): Value {
  const text = textAt(call, 0)
  return text === nothing ? nothing : text.toLowerCase()
}

export function replace(call: HelperCall): Value {
  const text = textAt(call, 0)
  const from = textAt(call, 1)
  const to = textAt(call, 2)
  if (text === nothing || from === nothing || to === nothing) return nothing
  // A function, so that `$&` in the replacement means nothing.
  return text.replaceAll(from, () => to)
}

/** As a name without quotes: lower case, blanks and hyphens to `_`, other signs dropped, never a digit in front. */
export function plainName(call: HelperCall): Value {
  const value = argumentAt(call, 0)
  const text = printedAt(call, 0, value)
  if (text === nothing) return nothing
  return text
    .toLowerCase()
    .replaceAll(/[ -]+/g, '_')
    .replaceAll(/[^a-z0-9_]+/g, '')
    .replace(/^(?=[0-9])/, '_')
}
