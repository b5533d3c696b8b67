/** Helpers that turn texts into names as SQL reads them. */
import { nothing, type Value } from '../evaluate/value.ts'
import { type HelperCall, textAt } from './helper-call.ts'

/** The same on every adapter: double quotes, doubled inside. */
export function quoteName(call: HelperCall): Value {
  const name = textAt(call, 0)
  return name === nothing ? nothing : quoted(name)
}

/** A relation that is no node: no edge of the graph. */
export function relationNamed(call: HelperCall): Value {
  const schema = textAt(call, 0)
  const identifier = textAt(call, 1)
  const database = call.args.length > 2 ? textAt(call, 2) : undefined
  if (schema === nothing || identifier === nothing || database === nothing) return nothing
  const parts = [...(database === undefined ? [] : [database]), schema, identifier]
  return {
    kind: 'relation',
    text: parts.map(quoted).join('.'),
    relation: { schema, identifier, ...(database === undefined ? {} : { database }) },
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
