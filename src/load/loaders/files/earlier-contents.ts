/** What was loaded before and a file may begin with: from its own name, and from the one it had before it was rotated. */
import type { KnownOrigin, KnownOrigins } from '../../loader.ts'
import type { FileState } from './file-state.ts'

export class EarlierContents {
  readonly #known: KnownOrigins
  #byInode: ReadonlyMap<string, readonly KnownOrigin[]> | undefined

  constructor(known: KnownOrigins) {
    this.#known = known
  }

  /** Each with its content's hash and size. */
  of(source: string, state: FileState): readonly KnownOrigin[] {
    return [
      ...this.#known.loadedFrom(source),
      ...namesBefore(source).flatMap((name) => this.#known.loadedFrom(name)),
      ...this.#sameFile(source, state),
    ]
  }

  /** The numbers of files that are gone are given to new ones: those were not there yet when it was written. */
  #sameFile(source: string, { inode, bornMs }: FileState): readonly KnownOrigin[] {
    if (bornMs === undefined) return []
    this.#byInode ??= byInode(this.#known.loaded)
    const found = this.#byInode.get(inode) ?? []
    return found.filter(
      (known) => known.source !== source && bornMs <= partsOf(known.state).modifiedMs,
    )
  }
}

function byInode(loaded: readonly KnownOrigin[]): ReadonlyMap<string, readonly KnownOrigin[]> {
  const found = new Map<string, KnownOrigin[]>()
  for (const known of loaded) {
    const { inode } = partsOf(known.state)
    const others = found.get(inode) ?? []
    others.push(known)
    found.set(inode, others)
  }
  return found
}

/** As `FileState.text` has them. */
function partsOf(state = ''): { readonly inode: string; readonly modifiedMs: number } {
  const [, modifiedNs = '0', inode = ''] = state.split(':')
  return { inode, modifiedMs: Number(modifiedNs) / 1_000_000 }
}

/**
 * `app.log.1`, `app.log-20260101`, `app-20260101.log` and `app.log.1.gz` were `app.log`, and `app.log` may have been
 * `app.log.gz`. A dump of every day, of which each begins with the one before, was not.
 */
function namesBefore(source: string): readonly string[] {
  const plain = source.replace(/\.gz$/i, '')
  const names = [
    plain,
    `${plain}.gz`,
    plain.replace(/[-._]\d[-._T\d]*$/, ''),
    plain.replace(/[-._]\d[-_T\d]*(?=\.[^./\d][^./]*$)/, ''),
  ]
  return [...new Set(names)].filter((name) => name !== source)
}
