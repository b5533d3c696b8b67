/** What `assay prune` is asked and what it answers. */
import type { ProjectOptions } from '../surroundings.ts'

export interface PruneOptions extends ProjectOptions {
  /** False: only said what would go. */
  readonly isMeant: boolean
  readonly wait: boolean
}

export interface PruneValue {
  readonly isDone: boolean
  /** Tables of the ledger with rows that are old. */
  readonly rows: readonly { readonly table: string; readonly rows: number }[]
  readonly files: readonly {
    readonly path: string
    readonly folder: string
    readonly bytes: number
  }[]
  /** Archived batches that the ledger does not say were loaded: they stay. */
  readonly unknown: readonly string[]
  /** `retention` says nothing of them. */
  readonly keepsArchive: boolean
  readonly keepsDeadLetters: boolean
}
