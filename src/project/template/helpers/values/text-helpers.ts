/** Helpers that make text of text. Their arguments are known. */
import { hash } from 'node:crypto'
import type { Json } from '../../../../core/json.ts'
import { isDict, isList, isRelation, jsonOf, nothing, type Value } from '../../evaluate/value.ts'
import {
  argumentAt,
  type Helper,
  type HelperCall,
  printedAt,
  textAt,
  wrongType,
} from '../helper-call.ts'

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

export function trim(call: HelperCall): Value {
  const text = textAt(call, 0)
  return text === nothing ? nothing : text.trim()
}

/** The first letter in upper case, the others in lower case. */
export function capitalize(call: HelperCall): Value {
  const text = textAt(call, 0)
  if (text === nothing) return nothing
  return text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase()
}

/** Without a separator at white space. */
export function split(call: HelperCall): Value {
  const text = textAt(call, 0)
  const separator = call.args.length > 1 ? textAt(call, 1) : undefined
  if (text === nothing || separator === nothing) return nothing
  if (separator === '') return wrongType(call, 'a separator', 1)
  return separator === undefined
    ? text.split(/\s+/).filter((part) => part !== '')
    : text.split(separator)
}

/** `starts_with` and `ends_with`. */
export function affix(holds: (text: string, part: string) => boolean): Helper {
  return (call) => {
    const text = textAt(call, 0)
    const part = textAt(call, 1)
    return text === nothing || part === nothing ? nothing : holds(text, part)
  }
}

/** In hex digits, as dbt's `local_md5`. */
export function md5(call: HelperCall): Value {
  const text = printedAt(call, 0, argumentAt(call, 0))
  return text === nothing ? nothing : hash('md5', text)
}

export function toJson(call: HelperCall): Value {
  const json = jsonOf(argumentAt(call, 0))
  return json === undefined ? wrongType(call, 'no relation', 0) : JSON.stringify(json)
}

/** The second argument where the text is no JSON. */
export function fromJson(call: HelperCall): Value {
  const text = textAt(call, 0)
  if (text === nothing) return nothing
  try {
    const json: Json = JSON.parse(text)
    return json
  } catch {
    return call.args.length > 1 ? argumentAt(call, 1) : wrongType(call, 'JSON', 0)
  }
}

/** What a value is, in one word. */
export function typeOf(call: HelperCall): Value {
  const value = argumentAt(call, 0)
  if (value === null) return 'null'
  if (isList(value)) return 'list'
  if (isRelation(value)) return 'relation'
  if (isDict(value)) return 'dict'
  return typeof value === 'string' ? 'text' : typeof value
}
