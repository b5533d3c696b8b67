/** Files of another run where new ones are to be written: named, and nothing is written. */
import { relative } from 'node:path'
import { errorDiagnostic } from '../../core/diagnostic.ts'
import type { Outcome } from '../surroundings.ts'
import type { GenerateValue } from './generate-use-case.ts'

export function refuseFiles(
  paths: readonly string[],
  cwd: string,
): Extract<Outcome<GenerateValue>, { readonly kind: 'invalid' }> {
  return {
    kind: 'invalid',
    diagnostics: paths.map((path) =>
      errorDiagnostic({
        code: 'file-exists',
        message: `expected no ${relative(cwd, path)}, found one`,
        hint: 'remove it, or name another place: --output',
      }),
    ),
  }
}
