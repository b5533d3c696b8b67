/** Puts the parts of the evaluator together for one host. */
import { callMacro } from './calls/call-macro.ts'
import type { Evaluator, Frame, Host } from './evaluation.ts'
import { evaluateExpression } from './evaluate-expression.ts'
import type { SourceText } from '../syntax/source-text.ts'
import { walkProgram } from './walk-program.ts'

export function createEvaluator(host: Host): Evaluator {
  const evaluator: Evaluator = {
    host,
    walk: (program, frame, writer) => walkProgram(evaluator, program, frame, writer),
    evaluate: (expression, frame) => evaluateExpression(evaluator, expression, frame),
    callMacro: (call, frame, writer) => callMacro(evaluator, call, frame, writer),
  }
  return evaluator
}

/** Where a template begins. */
export function topFrame(source: SourceText): Frame {
  return {
    source,
    library: undefined,
    callers: [],
    names: undefined,
    element: undefined,
    loop: undefined,
    block: undefined,
    macros: [],
    liveness: 'certain',
    results: undefined,
  }
}
