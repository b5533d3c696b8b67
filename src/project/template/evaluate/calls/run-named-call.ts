/** Walks the body of a macro that is called by the framework, with arguments by name; those that it does not take are left out. */
import { type Diagnostic, errorDiagnostic, type SourceSpan } from '../../../../core/diagnostic.ts'
import { topFrame } from '../create-evaluator.ts'
import type { Evaluator, Frame, Writer } from '../evaluation.ts'
import { libraryInside } from './find-macro.ts'
import { selectVariant } from './select-variant.ts'
import { walkMacro } from './macro-results.ts'
import { describeValue, printed, type Value } from '../value.ts'

export interface CalledByName {
  readonly macro: string
  readonly arguments: Readonly<Record<string, Value>>
  /** What asks for it. */
  readonly span: SourceSpan
}

/** Gives all of them at once, as dbt does. */
const bundle = 'arg_dict'

/** The faults of the call itself; when there are none the body has been walked. */
export function runNamedCall(
  evaluator: Evaluator,
  call: CalledByName,
  writer: Writer,
): readonly Diagnostic[] {
  const { library, adapter } = evaluator.host.environment
  const definition = selectVariant(library.macros.get(call.macro) ?? [], adapter)
  if (definition === undefined) {
    throw new Error(`parse let a call of the macro "${call.macro}" pass, which does not exist`)
  }
  const given = new Map<string, Value>([
    ...Object.entries(call.arguments),
    [bundle, call.arguments],
  ])
  const unknown = definition.positional.filter((name) => !given.has(name))
  if (unknown.length > 0) {
    const known = Object.keys(call.arguments).map((name) => `"${name}"`)
    return [
      errorDiagnostic({
        code: 'wrong-arguments',
        message: `expected parameters that the macro "${call.macro}" is given, found ${unknown.map((name) => `"${name}"`).join(' and ')}`,
        span: definition.span,
        hint: `it is given ${known.join(', ')}`,
        related: [{ message: `"${call.macro}" is asked for here`, span: call.span }],
      }),
    ]
  }
  const defaults = definition.named.map(({ name, default: value }) => [name, value] as const)
  const taken = [...definition.positional, ...definition.named.map(({ name }) => name)]
  const values = new Map<string, Value>([
    ...defaults,
    ...[...given].filter(([name]) => taken.includes(name)),
  ])
  evaluator.host.useMacro(definition.name)
  const frame: Frame = {
    ...topFrame(definition.source),
    library: libraryInside(evaluator.host.environment.library, definition),
    callers: [{ message: `"${call.macro}" is asked for here`, span: call.span }],
    names: { values, outer: undefined },
    macros: [definition.name],
  }
  const result = walkMacro(evaluator, definition, { frame, writer })
  if (result === undefined) return []
  const text = printed(result)
  if (text === undefined) {
    return [
      errorDiagnostic({
        code: 'not-printable',
        message: `expected SQL from the macro "${call.macro}", found ${describeValue(result)}`,
        span: definition.span,
        related: [{ message: `"${call.macro}" is asked for here`, span: call.span }],
      }),
    ]
  }
  const [first] = definition.language === 'template' ? definition.body : []
  writer.printed(text, frame, first?.range ?? { start: 0, end: 0 })
  return []
}
