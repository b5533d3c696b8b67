/** The name of an A/B test to its declaration; one that is no A/B test, or not there at all, to what to do instead. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../core/diagnostic.ts'
import type { Experiment } from '../../core/node/experiment.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { Manifest } from '../../project/parse/manifest.ts'

/** undefined: none of that name is declared; the data may know it. */
export function declaredTest(manifest: Manifest, name: string): Result<Experiment | undefined> {
  const found = manifest.experiments.get(name)
  if (found?.value.allocation !== 'adaptive') return success(found)
  return failure([
    errorDiagnostic({
      code: 'unknown-experiment',
      message: `expected an A/B test, found "${name}", whose shares follow what it learned`,
      span: found.span,
      hint: 'a p-value supposes that the split did not look at the outcome: "assay show --select posterior_parameters" says what is known of its arms',
    }),
  ])
}

export function unknownExperiment(name: string, known: readonly string[]): Diagnostic {
  const nearest = nearestName(name, known)
  const list =
    known.length === 0
      ? 'there is none: docs/experiments.md says how to declare one'
      : `there are ${known.join(', ')}`
  return errorDiagnostic({
    code: 'unknown-experiment',
    message: `expected the name of an A/B test, found "${name}"`,
    hint: nearest === undefined ? list : `did you mean "${nearest}"?`,
  })
}

/** Declared A/B tests, by name. */
export function declaredTests(manifest: Manifest): readonly string[] {
  return [...manifest.experiments.values()]
    .filter(({ value }) => value.allocation === 'fixed')
    .map(({ name }) => name)
}
