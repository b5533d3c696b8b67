/** A fault in the user's project or data: where it is, what was expected, what was found, what to do. */
import type { DiagnosticCode } from './diagnostic-codes.ts'
export interface SourceSpan {
  /** Relative to the project folder, always with forward slashes. */
  readonly path: string
  /** 1-based. */
  readonly line: number
  /** 1-based, in characters. */
  readonly column: number
  /** In characters; at least 1. */
  readonly length: number
}
export interface Diagnostic {
  readonly severity: 'error' | 'warning'
  /** Stable and documented, e.g. `unresolved-ref`. */
  readonly code: DiagnosticCode
  /** What was expected, then what was found: short, lower case, no full stop. */
  readonly message: string
  readonly span?: SourceSpan
  /** What to do next, if we know. */
  readonly hint?: string
  /** Other places that belong to it: the call of the macro, the first of two duplicates. */
  readonly related?: readonly RelatedPlace[]
}
export interface RelatedPlace {
  readonly message: string
  readonly span: SourceSpan
}
type DiagnosticInput = Omit<Diagnostic, 'severity' | 'span' | 'hint'> & {
  readonly span?: SourceSpan | undefined
  readonly hint?: string | undefined
}
/** Builds an error; `span` and `hint` may be passed as undefined. */
export declare function errorDiagnostic(input: DiagnosticInput): Diagnostic
/** Builds a warning; `span` and `hint` may be passed as undefined. */
export declare function warningDiagnostic(input: DiagnosticInput): Diagnostic
/** Nearest of the candidates by edit distance, for "did you mean"; undefined when none is close. */
export declare function nearestName(name: string, candidates: Iterable<string>): string | undefined
export {}
