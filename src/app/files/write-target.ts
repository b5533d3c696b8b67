/** Writing below the target folder: a full disk or a missing right is a diagnostic, never a crash after the work. */
import { relative } from 'node:path'
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'

/** undefined: written. `root` makes paths in the message short. */
export function writeTarget(root: string, work: () => void): Diagnostic | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    const path = 'path' in error && typeof error.path === 'string' ? error.path : undefined
    const place = path === undefined ? 'the target folder' : `"${relative(root, path)}"`
    return errorDiagnostic({
      code: 'unwritable-file',
      message: `expected to write ${place}, found ${reasonOf(String(error.code))}`,
      hint: 'what was published stays published; free the disk or choose another --target-path',
    })
  }
}

const reasons: Readonly<Partial<Record<string, string>>> = {
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'the disk quota used up',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'a read-only disk',
  ENOTDIR: 'a file where a folder should be',
  EEXIST: 'a file where a folder should be',
}

function reasonOf(code: string): string {
  return reasons[code] ?? code
}
