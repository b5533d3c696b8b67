/** Faults and warnings in the order in which a reader of the files meets them, each once. */
import type { Diagnostic } from '../../core/diagnostic.ts'

/** By file and line, as a reader meets them. */
export function inOrder(
  faults: readonly Diagnostic[],
  warnings: readonly Diagnostic[],
): readonly Diagnostic[] {
  const place = ({ span }: Diagnostic) =>
    span === undefined
      ? ''
      : `${span.path}\u0000${String(span.line).padStart(8, '0')}\u0000${String(span.column).padStart(6, '0')}`
  return distinct([...faults, ...warnings]).toSorted((a, b) => (place(a) < place(b) ? -1 : 1))
}

/** A fault in a macro is found in the macro and again at each call: once is enough, with the call and the hint if there is one. */
function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const kept = new Map<string, Diagnostic>()
  for (const diagnostic of diagnostics) {
    const { code, message, span } = diagnostic
    const key = JSON.stringify([code, message, span?.path, span?.line, span?.column])
    const known = kept.get(key)
    if (known === undefined) kept.set(key, diagnostic)
    else if ((known.related ?? []).length === 0) {
      const hint = diagnostic.hint ?? known.hint
      kept.set(key, hint === undefined ? diagnostic : { ...diagnostic, hint })
    }
  }
  return [...kept.values()]
}
