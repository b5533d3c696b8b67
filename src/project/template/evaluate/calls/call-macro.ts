/** Calls a macro: binds its arguments, puts the call on the list of callers, and walks the body. */
import type { Expression } from '../../syntax/syntax-tree.ts'
import { spanOf } from '../../syntax/source-text.ts'
import type { MacroDefinition } from '../../template.ts'
import { bindArguments } from './bind-arguments.ts'
import { libraryInside, macroKey } from './find-macro.ts'
import type { Evaluator, Frame, MacroCall, Writer } from '../evaluation.ts'
import { typeFault } from './run-function.ts'
import { walkMacro } from './macro-results.ts'
import { later, nothing, type Value } from '../value.ts'

const deepestCall = 50

export function callMacro(
  evaluator: Evaluator,
  { definition, call, block }: MacroCall,
  frame: Frame,
  writer: Writer,
): Value | undefined {
  const { host } = evaluator
  const { given, faults } = bindArguments(definition, call)
  for (const { range, ...fault } of faults) {
    host.report({ code: 'wrong-arguments', ...fault }, frame, range)
  }
  if (faults.length > 0) return givenAtFault(definition)
  const key = macroKey(definition)
  host.useMacro(key)
  if (frame.liveness !== 'certain' && frame.macros.includes(key)) {
    // Nobody knows how often it would go round: its refs have been seen in the first round.
    if (definition.gives !== 'text') return later
    writer.printed(later, frame, call.range)
    return undefined
  }
  const macros = [...frame.macros, key]
  if (macros.length > deepestCall) {
    const circle = macros.slice(macros.lastIndexOf(key, -2))
    host.report(
      {
        code: 'endless-macro',
        message: `expected macros that end, found ${circle.join(' -> ')} more than ${deepestCall} deep`,
      },
      frame,
      call.range,
    )
    return givenAtFault(definition)
  }
  const caller = {
    message: `"${definition.name}" is called here`,
    span: spanOf(frame.source, call.range),
  }
  const inner: Frame = {
    source: definition.source,
    library: libraryInside(host.environment.library, definition),
    callers: [caller, ...frame.callers],
    names: { values: parametersOf(evaluator, definition, { given, frame }), outer: undefined },
    element: undefined,
    loop: undefined,
    block,
    macros,
    liveness: frame.liveness,
    results: undefined,
  }
  return walkMacro(evaluator, definition, { frame: inner, writer })
}

function givenAtFault({ gives }: MacroDefinition): Value | undefined {
  return gives === 'text' ? undefined : nothing
}

function parametersOf(
  evaluator: Evaluator,
  definition: MacroDefinition,
  input: { readonly given: ReadonlyMap<string, Expression>; readonly frame: Frame },
): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>(
    definition.named.map((parameter) => [parameter.name, parameter.default]),
  )
  for (const [name, expression] of input.given) {
    const value = evaluator.evaluate(expression, input.frame)
    values.set(name, value)
    if (definition.language === 'template') continue
    const message = typeFault(definition, name, value)
    if (message === undefined) continue
    evaluator.host.report({ code: 'wrong-arguments', message }, input.frame, expression.range)
    values.set(name, nothing)
  }
  return values
}
