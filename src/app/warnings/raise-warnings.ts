/** Warnings that are found before anything runs: said, or under `--warn-error` the end of the command. */
import type { Diagnostic } from '../../core/diagnostic.ts'
import { verdictOf } from '../../core/settings/warn-policy.ts'
import type { Surroundings } from '../surroundings.ts'

/** Says those that stay warnings; gives those that count as errors. */
export function raiseWarnings(
  { warnings: policy, emit }: Pick<Surroundings, 'warnings' | 'emit'>,
  found: readonly Diagnostic[],
): readonly Diagnostic[] {
  const isRaised = ({ code }: Diagnostic) => verdictOf(policy, code) === 'error'
  for (const diagnostic of found) {
    if (!isRaised(diagnostic)) emit({ type: 'diagnostic', diagnostic })
  }
  return found.filter(isRaised).map((fault) => ({ ...fault, severity: 'error' }))
}
