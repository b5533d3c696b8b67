/** Matches the arguments of a macro's call with its parameters: positional ones fill the quoted names, then the defaults. */
import type { Range } from '../../syntax/source-text.ts'
import { type Call, calleeName, type Expression } from '../../syntax/syntax-tree.ts'
import type { MacroDefinition } from '../../template.ts'
import { nearestName } from '../../../../core/diagnostic.ts'

export interface BindingFault {
  readonly message: string
  readonly hint: string
  readonly range: Range
}

export interface Bindings {
  /** What was given, by parameter; parameters left to their default are absent. */
  readonly given: ReadonlyMap<string, Expression>
  readonly faults: readonly BindingFault[]
}

export function bindArguments(definition: MacroDefinition, call: Call): Bindings {
  const parameters = [...definition.positional, ...definition.named.map(({ name }) => name)]
  const given = new Map<string, Expression>()
  const faults: BindingFault[] = []
  // With its package where it was called so: the hint can be written as it is.
  const name = calleeName(call) ?? definition.name
  const hint = `write ${usageOf(definition, name)}`
  for (const [index, argument] of call.args.entries()) {
    const parameter = parameters[index]
    if (parameter !== undefined) {
      given.set(parameter, argument)
      continue
    }
    const count = `${parameters.length} argument${parameters.length === 1 ? '' : 's'}`
    const message = `expected at most ${count} for ${name}, found ${call.args.length}`
    faults.push({ message, hint, range: argument.range })
    break
  }
  for (const { key, value, range } of call.named) {
    if (!parameters.includes(key)) {
      const nearest = nearestName(key, parameters)
      const message = `expected a parameter of ${name}, found "${key}"`
      faults.push({
        message,
        hint: nearest === undefined ? hint : `did you mean "${nearest}"?`,
        range,
      })
    } else if (given.has(key)) {
      faults.push({ message: `expected "${key}" of ${name} once, found it twice`, hint, range })
    } else {
      given.set(key, value)
    }
  }
  const missing = definition.positional.filter((parameter) => !given.has(parameter))
  if (missing.length > 0) {
    const names = missing.map((parameter) => `"${parameter}"`).join(' and ')
    faults.push({
      message: `expected ${names} for ${name}, found nothing`,
      hint,
      range: call.range,
    })
  }
  return { given, faults }
}

/** How a macro is called, e.g. `{{cents_to_dollars column scale=2}}`. */
function usageOf(definition: MacroDefinition, name: string): string {
  const named = definition.named.map((parameter) => {
    const value = parameter.default
    const isSimple = value === null || typeof value !== 'object'
    return `${parameter.name}=${isSimple ? JSON.stringify(value) : '..'}`
  })
  const inner = [name, ...definition.positional, ...named].join(' ')
  return definition.takesBlock ? `{{#${inner}}}..{{/${name}}}` : `{{${inner}}}`
}
