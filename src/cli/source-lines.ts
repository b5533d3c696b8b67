/** Lines of the project's files, read from disk when a diagnostic points at them. */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { maskYamlLines } from '../core/settings/mask-yaml-lines.ts'

/** A larger file (a seed, most likely) is not read only to show one of its lines. */
const largestBytes = 32 * 1024 * 1024

interface SourceOptions {
  /** Absolute folder that paths start from. */
  readonly root: string
  /** The text of `--inline`, which diagnostics call `inline`. */
  readonly inline: string | undefined
}

/** Remembers each file: make a new reader when files may have changed. */
export function sourceLineReader({
  root,
  inline,
}: SourceOptions): (path: string, line: number) => string | undefined {
  const files = new Map<string, readonly string[]>()
  if (inline !== undefined) files.set('inline', inline.split(/\r?\n/))
  return (path, line) => {
    const known = files.get(path) ?? readLines(join(root, path))
    files.set(path, known)
    return known[line - 1]
  }
}

function readLines(path: string): readonly string[] {
  try {
    if (statSync(path).size > largestBytes) return []
    const lines = readFileSync(path, 'utf8')
      .replace(/^\ufeff/, '')
      .split(/\r?\n/)
    return /\.ya?ml$/.test(path) ? maskYamlLines(lines) : lines
  } catch {
    // The diagnostic itself says what is wrong with a file that cannot be read.
    return []
  }
}
