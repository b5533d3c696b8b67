/** Walks the body of a macro, and takes what it gives: its text, or what `return` and `yield` were given. */
import type { MacroDefinition } from '../../template.ts'
import type { Evaluator, Frame, Results, Writer } from '../evaluation.ts'
import type { Value } from '../value.ts'
import { runFunction } from './run-function.ts'
import { createTextWriter } from '../writers.ts'

/** undefined: it gives text, which went to the writer. */
export function walkMacro(
  evaluator: Evaluator,
  definition: MacroDefinition,
  to: { readonly frame: Frame; readonly writer: Writer },
): Value | undefined {
  if (definition.constant !== undefined && definition.language === 'typescript') {
    return definition.constant
  }
  if (definition.language === 'typescript') return runFunction(evaluator, definition, to.frame)
  const { body, gives } = definition
  if (gives === 'text') {
    evaluator.walk(body, { ...to.frame, results: undefined }, to.writer)
    return undefined
  }
  const results: Results = { yielded: [], returned: undefined }
  const text = createTextWriter()
  evaluator.walk(body, { ...to.frame, results }, text)
  if (results.returned !== undefined) return results.returned
  return gives === 'list' ? [...results.yielded] : text.result()
}
