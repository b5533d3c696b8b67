/** What the system has against writing or removing a file, as a diagnostic; an error of another kind is thrown on. */
import { relative } from 'node:path'
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import { systemReason } from '../../core/system/files.ts'

/** `to`: what was tried, e.g. `write`. `root` makes the path short. */
export function unwritable(
  error: unknown,
  { to, root, hint }: { readonly to: string; readonly root: string; readonly hint: string },
): Diagnostic {
  const reason = systemReason(error)
  if (reason === undefined || !(error instanceof Error)) throw error
  const path = 'path' in error && typeof error.path === 'string' ? error.path : root
  return errorDiagnostic({
    code: 'unwritable-file',
    message: `expected to ${to} "${relative(root, path) || path}", found ${reason}`,
    hint,
  })
}
