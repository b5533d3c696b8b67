/** Errors that nobody caught: who ran code that is not ours can tell whose fault one is. */
import type { Diagnostic } from './diagnostic.ts'

type Explain = (error: unknown) => Diagnostic | undefined

const explainers = new Set<Explain>()

export function explainsStray(explain: Explain): void {
  explainers.add(explain)
}

/** undefined: a fault of our own. */
export function explainStray(error: unknown): Diagnostic | undefined {
  for (const explain of explainers) {
    const diagnostic = explain(error)
    if (diagnostic !== undefined) return diagnostic
  }
  return undefined
}
