/** What a run came to, as its command gives it back. */
import type { Result } from '../../core/result.ts'
import { exitCodeOf } from '../../core/run-result.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import type { BuildValue } from '../use-cases.ts'
import type { Executed } from './execute-plan.ts'

/** `done`: what `withAdapter` gave, and in it what the work on the database gave. */
export function runOutcome(
  done: Result<Result<Executed>>,
  { signal }: Pick<Surroundings, 'signal'>,
): Outcome<BuildValue> {
  if (!done.ok) return { kind: 'invalid', diagnostics: done.diagnostics }
  if (!done.value.ok) return { kind: 'invalid', diagnostics: done.value.diagnostics }
  const { results, isWritten } = done.value.value
  const exitCode = signal.aborted ? 130 : isWritten ? exitCodeOf(results) : 1
  return { kind: 'done', exitCode, value: { results } }
}
