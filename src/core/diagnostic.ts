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
  /** A note tells of something that need not be changed. */
  readonly severity: 'error' | 'warning' | 'note'
  /** Stable and documented, e.g. `unresolved-ref`. */
  readonly code: DiagnosticCode
  /** What was expected, then what was found: short, lower case, no full stop. */
  readonly message: string
  readonly span?: SourceSpan
  /** Of a fault that has no place yet: which config of its node says it. Who knows the node puts its place. */
  readonly config?: string
  /** The column that the database does not know, until someone has said which there are. */
  readonly missingColumn?: string
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
export function errorDiagnostic(input: DiagnosticInput): Diagnostic {
  return buildDiagnostic('error', input)
}

/** Builds a warning; `span` and `hint` may be passed as undefined. */
export function warningDiagnostic(input: DiagnosticInput): Diagnostic {
  return buildDiagnostic('warning', input)
}

/** Builds a note; `span` and `hint` may be passed as undefined. */
export function noteDiagnostic(input: DiagnosticInput): Diagnostic {
  return buildDiagnostic('note', input)
}

function buildDiagnostic(severity: Diagnostic['severity'], input: DiagnosticInput): Diagnostic {
  const { span, hint, ...rest } = input
  return {
    severity,
    ...rest,
    ...(span === undefined ? {} : { span }),
    ...(hint === undefined ? {} : { hint }),
  }
}

/** Nearest of the candidates by edit distance, for "did you mean"; undefined when none is close. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(name.length / 3))
  let best: { readonly candidate: string; readonly distance: number } | undefined
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) > limit) continue
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance <= limit && (best === undefined || distance < best.distance)) {
      best = { candidate, distance }
    }
  }
  return best?.candidate
}

/** Damerau-Levenshtein (optimal string alignment): a swap of neighbours counts as one edit. */
function editDistance(left: string, right: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1]
      const substitution = (previous[column - 1] ?? 0) + (same ? 0 : 1)
      const insertion = (current[column - 1] ?? 0) + 1
      const deletion = (previous[column] ?? 0) + 1
      const isSwap =
        row > 1 &&
        column > 1 &&
        left[row - 1] === right[column - 2] &&
        left[row - 2] === right[column - 1]
      const swap = isSwap ? (beforePrevious[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY
      current.push(Math.min(substitution, insertion, deletion, swap))
    }
    beforePrevious = previous
    previous = current
  }
  return previous[right.length] ?? 0
}
