/** Folders of a project to the files in them, sorted by path. */
import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Diagnostic } from '../../../core/diagnostic.ts'
import { errorCode } from '../../../core/system/error-code.ts'
import { reasonOf, unreadable } from './read-text.ts'

export interface FoundFile {
  /** Relative to the project, forward slashes. */
  readonly path: string
  /** Relative to the folder that was listed. */
  readonly pathInKind: string
}

export interface Listing {
  readonly root: string
  /** Absolute folders that are never looked into: what a run writes. */
  readonly ignored: ReadonlySet<string>
  /** Folders that cannot be listed are added here. */
  readonly faults: Diagnostic[]
}

/** A folder that does not exist holds nothing. Dotfiles and node_modules are left out; symbolic links are followed. */
export function listFiles(
  folder: string,
  listing: Listing,
  isRecursive: boolean,
): readonly FoundFile[] {
  const found: FoundFile[] = []
  walk({ folder: normal(folder), below: '', above: [] }, { listing, isRecursive, found })
  return found.sort((left, right) => compareText(left.path, right.path))
}

/** By code unit, the same on every machine. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}

function normal(folder: string): string {
  return folder
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/)+/, '')
    .replace(/\/+$/, '')
}

interface Step {
  readonly folder: string
  /** Path below the folder the walk began in, with a slash at its end. */
  readonly below: string
  /** Real paths of the folders the walk is in, once links are involved: a link to one of them is not followed. */
  readonly above: readonly string[]
}

interface Walk {
  readonly listing: Listing
  readonly isRecursive: boolean
  readonly found: FoundFile[]
}

function walk(step: Step, context: Walk): void {
  const absolute = join(context.listing.root, step.folder)
  for (const entry of entriesIn(step, context)) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
    const path =
      step.folder === '' || step.folder === '.' ? entry.name : `${step.folder}/${entry.name}`
    const kind = kindOf(entry, absolute)
    if (kind === 'file') context.found.push({ path, pathInKind: step.below + entry.name })
    if (kind !== 'folder' || !context.isRecursive) continue
    if (context.listing.ignored.has(join(absolute, entry.name))) continue
    const above = entry.isSymbolicLink() ? [...step.above, realpathSync(absolute)] : step.above
    if (entry.isSymbolicLink() && isInside(join(absolute, entry.name), above)) continue
    walk({ folder: path, below: `${step.below}${entry.name}/`, above }, context)
  }
}

function isInside(link: string, above: readonly string[]): boolean {
  const target = `${realpathSync(link)}/`
  return above.some((folder) => `${folder}/`.startsWith(target))
}

function entriesIn(step: Step, context: Walk): readonly Dirent[] {
  try {
    return readdirSync(join(context.listing.root, step.folder), { withFileTypes: true })
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return []
    context.listing.faults.push(
      unreadable(step.folder, { expected: 'a readable folder', found: reasonOf(error) }).diagnostic,
    )
    return []
  }
}

/** A link that points nowhere counts as a file, so that reading it says so. */
function kindOf(entry: Dirent, folder: string): 'file' | 'folder' | 'other' {
  if (entry.isFile()) return 'file'
  if (entry.isDirectory()) return 'folder'
  if (!entry.isSymbolicLink()) return 'other'
  try {
    return statSync(join(folder, entry.name)).isDirectory() ? 'folder' : 'file'
  } catch {
    return 'file'
  }
}
