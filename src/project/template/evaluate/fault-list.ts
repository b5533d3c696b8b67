/** Collects faults as diagnostics, each once however often its place is walked. */
import {
  type Diagnostic,
  errorDiagnostic,
  type RelatedPlace,
  type SourceSpan,
} from '../../../core/diagnostic.ts'
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
      const own = { span: given ?? spanOf(frame.source, range), related: distinct(frame.callers) }
      const { span, related } = isBuiltIn(own.span) ? ofCaller(own) : own
      diagnostics.push(
        errorDiagnostic({
          code,
          message:
            span === own.span
              ? message
              : `${message}; it is what a macro or test that ships with Assay was given`,
          hint,
          span,
          ...(related.length === 0 ? {} : { related }),
        }),
      )
    },
  }
}

interface FaultPlace {
  readonly span: SourceSpan
  readonly related: readonly RelatedPlace[]
}

/** A macro of the framework: nobody can open it, so the place is where it is called from. */
function ofCaller({ span, related }: FaultPlace): FaultPlace {
  const [caller, ...above] = related.filter((place) => !isBuiltIn(place.span))
  return caller === undefined ? { span, related } : { span: caller.span, related: above }
}

function isBuiltIn({ path }: SourceSpan): boolean {
  return path.startsWith('library/')
}

/** A macro that calls itself stands among the callers many times. */
function distinct(callers: readonly RelatedPlace[]): readonly RelatedPlace[] {
  const byPlace = new Map(callers.map((caller) => [JSON.stringify(caller), caller]))
  return [...byPlace.values()]
}
