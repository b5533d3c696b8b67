/** Patterns whose folder is not there: what was loaded from it before makes a fault of it, else it may yet come. */
import { stat } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { type Diagnostic, errorDiagnostic, warningDiagnostic } from '../../../core/diagnostic.ts'
import type { LoaderContext } from '../../loader.ts'

export interface MissingFolders {
  readonly diagnostics: readonly Diagnostic[]
  /** Patterns that nothing is said of. */
  readonly others: readonly string[]
  /** Files were loaded from one of them: what lay there counts as out of reach and not as taken away. */
  readonly isOutOfReach: boolean
}

export async function missingFolders(
  context: LoaderContext,
  patterns: readonly string[],
): Promise<MissingFolders> {
  const { root, known, table } = context
  const sources = [...known.loaded, ...known.failed].map(({ source }) => join(root, source))
  const diagnostics = new Map<string, Diagnostic>()
  const others: string[] = []
  let isOutOfReach = false
  for (const pattern of patterns) {
    const folder = fixedFolder(pattern)
    const path = resolve(root, folder)
    if (pattern.startsWith('!') || (await isThere(path))) {
      others.push(pattern)
      continue
    }
    const had = sources.some((source) => source.startsWith(path + sep))
    isOutOfReach ||= had
    diagnostics.set(folder, had ? gone(table, folder) : notYet(table, { pattern, folder }))
  }
  return { diagnostics: [...diagnostics.values()], others, isOutOfReach }
}

const wildcard = /[*?[\]{}()\\]/

/** What stands before the first segment with a wildcard; of a plain path its folder. */
export function fixedFolder(pattern: string): string {
  const segments = pattern.split('/')
  const at = segments.findIndex((segment) => wildcard.test(segment))
  if (at === -1) return dirname(pattern)
  return segments.slice(0, at).join('/') || (pattern.startsWith('/') ? '/' : '.')
}

/** What cannot be looked into is said by whoever looks for files. */
async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    (error: unknown) => !(error instanceof Error && 'code' in error && error.code === 'ENOENT'),
  )
}

function gone(table: string, folder: string): Diagnostic {
  return errorDiagnostic({
    code: 'folder-gone',
    message: `expected the folder "${folder}", from which files of ${table} were loaded before, found that it is not there`,
    hint: 'is a disk not mounted? make it again if it is to be empty, or take it out of "path" under "load"',
  })
}

function notYet(
  table: string,
  { pattern, folder }: { readonly pattern: string; readonly folder: string },
): Diagnostic {
  return warningDiagnostic({
    code: 'no-files',
    message: `expected files of ${table} in ${pattern}, found that there is no folder "${folder}", and none was ever loaded from it`,
    hint: '"path" under "load" is relative to the folder of assay.yml',
  })
}
