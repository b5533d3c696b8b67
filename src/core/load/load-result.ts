/** What became of loading one table in a run. */
import type { Diagnostic } from '../diagnostic.ts'
import type { LoadCounts } from './load.ts'
import type { SourceNode } from '../node.ts'

export interface LoadResult {
  readonly node: SourceNode
  /** `partial success`: some is loaded, and some was left for a reason that will not pass by itself. */
  readonly status: 'success' | 'partial success' | 'error'
  readonly counts: LoadCounts
  readonly batches: number
  /** Batches that were rolled back with what was built on them, and wait in staging. */
  readonly waiting: number
  /** The run was interrupted before all of it was loaded; the next one goes on. */
  readonly isStopped: boolean
  /** Loaded to their ends. */
  readonly files: number
  /** A part of them is loaded, the rest is not yet. */
  readonly begunFiles: number
  /** Dead letters were read again. */
  readonly isReplay: boolean
  readonly duplicateFiles: number
  readonly leftFiles: LeftFiles
  /** What kept some of it from being loaded, and what is worth knowing. */
  readonly diagnostics: readonly Diagnostic[]
  /** Written in this run, relative to the project; of an earlier run too, if it ended before it could. */
  readonly deadLetterFiles: readonly string[]
  readonly elapsedMs: number
}

/** Files that were looked at in this run and of which nothing more is loaded. */
export interface LeftFiles {
  /** They cannot be loaded as they are. */
  readonly refused: number
  /** Not whole yet, or changing: the next run looks at them again. */
  readonly unfinished: number
  /** They failed too often before. */
  readonly aside: number
}

export const noneLeft: LeftFiles = { refused: 0, unfinished: 0, aside: 0 }
