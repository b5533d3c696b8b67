/** `defineMacro({ args: { .. } }, ..)` to what a call of it takes. */
import type { CallExpression } from 'acorn'
import { type ArgumentType, argumentTypes } from '../../../core/authoring/define-macro.ts'
import { nearestName } from '../../../core/diagnostic.ts'
import type { Json } from '../../../core/json.ts'
import { adapterNames } from '../../../core/target.ts'
import type { ArgumentFacts, MacroFacts } from '../module.ts'
import { describe, entriesOf, type FactsReader, placeOf, report, textOf } from './facts-reader.ts'
import { fold, type Folded, jsonOf } from './fold.ts'
import { argumentOf, resolved } from './syntax.ts'

const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/

export function readMacro(
  reader: FactsReader,
  exportName: string,
  call: CallExpression,
): readonly MacroFacts[] {
  const before = reader.faults.length
  const [spec, run] = [argumentOf(call, 0), argumentOf(call, 1)]
  if (spec === undefined || run === undefined || !isFunction(reader, run)) {
    report(reader, call, {
      code: 'invalid-value',
      message: `expected what "${exportName}" takes and a function, found ${call.arguments.length === 1 ? 'one of them' : 'something else'}`,
      hint: 'write defineMacro({ args: { .. } }, (context, args) => sql`..`)',
    })
    return []
  }
  const entries = entriesOf(reader, fold(reader.syntax, spec), {
    of: 'defineMacro',
    allowed: ['description', 'args', 'adapter', 'name'],
  })
  if (entries === undefined) return []
  const name = textOf(reader, entries.get('name'), '"name"') ?? exportName
  const adapterText = textOf(reader, entries.get('adapter'), '"adapter"')
  const adapter = adapterNames.find((known) => known === adapterText)
  const adapterEntry = entries.get('adapter')
  if (adapterText !== undefined && adapter === undefined && adapterEntry !== undefined) {
    report(reader, adapterEntry.value.node, {
      code: 'invalid-value',
      message: `expected one of ${adapterNames.join(', ')} for "adapter", found "${adapterText}"`,
    })
  }
  if (!plainName.test(name)) {
    report(reader, entries.get('name')?.value.node ?? call, {
      code: 'invalid-value',
      message: `expected a name of letters, digits and _, found "${name}"`,
    })
  }
  const args = entries.get('args')
  const facts: MacroFacts = {
    name,
    exportName,
    adapter,
    description: textOf(reader, entries.get('description'), '"description"') ?? '',
    arguments: args === undefined ? [] : readArguments(reader, args.value),
    span: placeOf(reader, call),
  }
  return reader.faults.length > before ? [] : [facts]
}

function isFunction({ syntax }: FactsReader, node: Parameters<typeof resolved>[1]): boolean {
  const { type } = resolved(syntax, node)
  // What is made by a call may well be one: running it tells.
  return !['Literal', 'TemplateLiteral', 'ObjectExpression', 'ArrayExpression'].includes(type)
}

function readArguments(reader: FactsReader, args: Folded): readonly ArgumentFacts[] {
  if (args.kind !== 'object') {
    report(reader, args.node, {
      code: 'invalid-value',
      message: `expected an object of arguments for "args", found ${describe(args)}`,
      hint: 'write args: { column: "string", scale: { type: "number", default: 2 } }',
    })
    return []
  }
  return [...args.entries].flatMap(([name, { value, node }]) => {
    if (!plainName.test(name)) {
      report(reader, node, {
        code: 'invalid-value',
        message: `expected a name of letters, digits and _, found "${name}"`,
      })
    }
    return readArgument(reader, name, value)
  })
}

function readArgument(reader: FactsReader, name: string, value: Folded): readonly ArgumentFacts[] {
  if (value.kind === 'scalar') {
    const type = typeOf(reader, name, value)
    return type === undefined ? [] : [{ name, type, description: '', default: undefined }]
  }
  const entries = entriesOf(reader, value, {
    of: `the argument "${name}"`,
    allowed: ['type', 'default', 'description'],
  })
  const given = entries?.get('type')
  if (entries === undefined) return []
  if (given === undefined) {
    report(reader, value.node, {
      code: 'missing-key',
      message: `expected a type for the argument "${name}", found none`,
      hint: `write ${name}: { type: "string" }`,
    })
    return []
  }
  const type = typeOf(reader, name, given.value)
  if (type === undefined) return []
  const description = textOf(reader, entries.get('description'), '"description"') ?? ''
  const fallback = entries.get('default')
  if (fallback === undefined) return [{ name, type, description, default: undefined }]
  const json = jsonOf(fallback.value)
  if (json === undefined) {
    report(reader, fallback.value.node, {
      code: 'invalid-value',
      message: `expected a default for "${name}" that is written out, found ${describe(fallback.value)}`,
    })
    return []
  }
  if (!fits(json, type)) {
    report(reader, fallback.value.node, {
      code: 'invalid-value',
      message: `expected a ${type} as the default of "${name}", found ${describe(fallback.value)}`,
    })
  }
  return [{ name, type, description, default: json }]
}

function typeOf(reader: FactsReader, name: string, value: Folded): ArgumentType | undefined {
  const text = value.kind === 'scalar' ? value.value : undefined
  const type = argumentTypes.find((known) => known === text)
  if (type !== undefined) return type
  const nearest = typeof text === 'string' ? nearestName(text, argumentTypes) : undefined
  report(reader, value.node, {
    code: 'invalid-value',
    message: `expected one of ${argumentTypes.join(', ')} for the argument "${name}", found ${describe(value)}`,
    hint: nearest === undefined ? undefined : `did you mean "${nearest}"?`,
  })
  return undefined
}

/** null fits every type: it says that nothing is given. */
function fits(value: Json, type: ArgumentType): boolean {
  if (type === 'any' || value === null) return true
  if (Array.isArray(value)) return type === 'list'
  return typeof value === 'object' ? type === 'dict' : typeof value === type
}
