/** Collects faults as diagnostics, each once however often its place is walked. */
import { type Diagnostic, errorDiagnostic, type RelatedPlace } from '../../../core/diagnostic.ts'
import { type Range, spanOf } from '../syntax/source-text.ts'
import type { Fault, Frame } from './evaluation.ts'

export interface FaultList {
  readonly diagnostics: readonly Diagnostic[]
  add(fault: Fault, frame: Frame, range: Range): void
}

export function createFaultList(): FaultList {
  const diagnostics: Diagnostic[] = []
  const seen = new Set<string>()
  return {
    diagnostics,
    add({ code, message, hint, span: given }, frame, range) {
      const key = `${frame.source.path}:${range.start}:${code}:${message}`
      if (seen.has(key)) return
      seen.add(key)
      const span = given ?? spanOf(frame.source, range)
      const related = distinct(frame.callers)
      diagnostics.push(
        errorDiagnostic({
          code,
          message,
          hint,
          span,
          ...(related.length === 0 ? {} : { related }),
        }),
      )
    },
  }
}

/** A macro that calls itself stands among the callers many times. */
function distinct(callers: readonly RelatedPlace[]): readonly RelatedPlace[] {
  const byPlace = new Map(callers.map((caller) => [JSON.stringify(caller), caller]))
  return [...byPlace.values()]
}
