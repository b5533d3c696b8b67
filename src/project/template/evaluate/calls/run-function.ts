/** Runs a macro that is a function: template values go in, SQL or a value comes out. */
import type { ArgumentType, MacroValue } from '../../../../core/authoring/define-macro.ts'
import type { Json } from '../../../../core/json.ts'
import type { FunctionMacro, RelationValue } from '../../template.ts'
import type { Evaluator, Frame } from '../evaluation.ts'
import {
  describeValue,
  isDict,
  isList,
  isRelation,
  isUnknown,
  later,
  nothing,
  unknownAmong,
  type Value,
} from '../value.ts'

/** Its arguments are the names of the frame. */
export function runFunction(evaluator: Evaluator, definition: FunctionMacro, frame: Frame): Value {
  const { host } = evaluator
  const values = [...(frame.names?.values ?? [])]
  const unknown = unknownAmong(values.map(([, value]) => value))
  if (unknown !== undefined) return unknown
  // What a file does when it runs is nothing that the graph may depend on.
  if (!host.runsFunctions) return later
  const args = Object.fromEntries(values.map(([name, value]) => [name, given(value)]))
  const outcome = definition.run(contextOf(evaluator), args)
  const refuse = (message: string, span = definition.span): Value => {
    host.report({ code: 'typescript-failed', message, span }, frame, { start: 0, end: 0 })
    return nothing
  }
  if (outcome.kind === 'thrown') {
    return refuse(`"${definition.name}" ${outcome.message}`, outcome.span)
  }
  const value = taken(outcome.value)
  if (value !== undefined) return value
  return refuse(`expected SQL or a value from "${definition.name}", found ${nameOf(outcome.value)}`)
}

function contextOf({ host }: Evaluator): Parameters<FunctionMacro['run']>[0] {
  const { adapter, target, vars } = host.environment
  return {
    adapter,
    target,
    var: (name, otherwise) => {
      const value: Json | undefined = vars[name] ?? otherwise
      if (value === undefined) throw new Error(`expected a var "${name}", found none`)
      return value
    },
  }
}

/** undefined: it fits. */
export function typeFault(
  definition: FunctionMacro,
  name: string,
  value: Value,
): string | undefined {
  const type = definition.types.get(name)
  if (type === undefined || isUnknown(value) || value === null || fits(value, type))
    return undefined
  const a = type === 'any' ? 'a value' : type === 'string' ? 'a text' : `a ${type}`
  return `expected ${a} for "${name}" of ${definition.name}, found ${describeValue(value)}`
}

function fits(value: Exclude<Value, null>, type: ArgumentType): boolean {
  switch (type) {
    case 'any':
      return true
    case 'relation':
      return isRelation(value)
    case 'list':
      return isList(value)
    case 'dict':
      return isDict(value)
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type
  }
}

/** None of it is unknown. */
function given(value: Value): MacroValue {
  if (isUnknown(value)) return null
  if (isRelation(value)) return relationOf(value)
  if (isList(value)) return value.map(given)
  if (!isDict(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, given(item)]))
}

function relationOf({ text, relation }: RelationValue): MacroValue {
  const { schema, identifier } = relation
  return { kind: 'relation', schema, identifier, text, toString: () => text }
}

/** undefined: nothing that a template could go on with. */
function taken(value: unknown): Value | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'object') return undefined
  if (isPrinted(value)) return value.text
  if (Array.isArray(value)) {
    const items = value.map(taken)
    return items.every((item) => item !== undefined) ? items : undefined
  }
  const isPlain = Object.getPrototypeOf(value) === Object.prototype
  if (!isPlain) return undefined
  const entries: [string, Value][] = []
  for (const [key, item] of Object.entries(value)) {
    const known = taken(item)
    if (known === undefined) return undefined
    entries.push([key, known])
  }
  return Object.fromEntries(entries)
}

function isPrinted(value: object): value is { readonly text: string } {
  if (!('kind' in value) || (value.kind !== 'sql' && value.kind !== 'relation')) return false
  return 'text' in value && typeof value.text === 'string'
}

function nameOf(value: unknown): string {
  if (value instanceof Promise) return 'a promise: macros give their SQL at once'
  if (Array.isArray(value)) return 'a list with something in it that is no value'
  return value === undefined ? 'nothing' : `a ${typeof value}`
}
