/** What becomes of a warning: said, taken for an error, or not said at all; by the code of its diagnostic. */

export interface WarnPolicy {
  readonly error: 'all' | readonly string[]
  /** Stay warnings although `error` has them. */
  readonly warn: readonly string[]
  readonly silence: readonly string[]
}

export function verdictOf(
  policy: WarnPolicy | undefined,
  code: string,
): 'error' | 'warning' | 'silence' {
  if (policy === undefined) return 'warning'
  if (policy.silence.includes(code)) return 'silence'
  if (policy.warn.includes(code)) return 'warning'
  return policy.error === 'all' || policy.error.includes(code) ? 'error' : 'warning'
}
