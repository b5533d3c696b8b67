/** Where `retry` finds the results of the run that it repeats. */
import { relative } from 'node:path'
import type { Result } from '../../core/result.ts'
import { findProject, targetPathOf } from '../../project/read/files/find-project.ts'
import { type EarlierRun, readResultsOf } from '../state/read-state.ts'
import type { Surroundings } from '../surroundings.ts'
import type { RetryOptions } from '../use-cases.ts'

export function earlierRun(
  { projectDir, state, targetPath }: RetryOptions,
  { cwd, env }: Pick<Surroundings, 'cwd' | 'env'>,
): Result<EarlierRun> {
  const named = projectDir ?? env['ASSAY_PROJECT_DIR']
  const root = findProject({ startFolder: cwd, projectDir: named })
  if (!root.ok) return root
  const folder = state ?? relative(root.value, targetPathOf(root.value, targetPath))
  return readResultsOf({ root: root.value, folder })
}

/** The text of `--warn-error-options` that the run had; undefined: none, or there is no such run. */
export function earlierWarnErrorOptions(
  options: RetryOptions,
  surroundings: Pick<Surroundings, 'cwd' | 'env'>,
): string | undefined {
  const run = earlierRun(options, surroundings)
  const text = run.ok ? run.value.args['warn_error_options'] : undefined
  return typeof text === 'string' ? text : undefined
}
