/** Globs to the files of a project that match, for those who load them. */
import { glob } from 'tinyglobby'
import { compareText } from './list-files.ts'

/** Relative to the root, forward slashes, sorted, each once. Dotfiles are left out. */
export async function findByPattern(
  root: string,
  patterns: readonly string[],
): Promise<readonly string[]> {
  const found = await glob([...patterns], { cwd: root, onlyFiles: true, expandDirectories: false })
  return found.map((path) => path.replaceAll('\\', '/')).sort(compareText)
}
