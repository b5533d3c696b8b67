/** What `assay erase` is asked and what it answers. */
import type { Relation } from '../../core/relation.ts'
import type { ProjectOptions, SelectionOptions } from '../surroundings.ts'

export interface EraseOptions extends ProjectOptions, SelectionOptions {
  /** Whose rows: by columns of these names in every table, or by the columns that declare `meta: {identifies: ...}`. */
  readonly by:
    | { readonly kind: 'column'; readonly names: readonly string[] }
    | { readonly kind: 'identity'; readonly name: string }
  /** Only ever a parameter; never printed, never recorded. */
  readonly value: string
  /** False: only said what would be done. */
  readonly isMeant: boolean
  readonly wait: boolean
}

/** `delete`: its rows go. `rebuild`: made anew from what is left. `view`: shows what is below it. `left`: not this project's; `undeclared`: nothing says it is the same. */
export type EraseAction = 'delete' | 'rebuild' | 'view' | 'left' | 'undeclared'

export interface ErasedRelation {
  readonly relation: Relation
  /** Empty: it has none of the columns and is made anew because of what it reads. */
  readonly columns: readonly string[]
  /** Of this value, before. */
  readonly rows: number
  readonly action: EraseAction
}

export interface ErasedPlace {
  /** As it would be typed. */
  readonly path: string
  /** `archive`, `dead_letter`, `source`, `export`, ... */
  readonly kind: string
  /** Of a file of lines: how many speak of it. */
  readonly lines: number | undefined
}

/** `dry`: only looked. `stopped`: nothing was changed, though it was meant. `tables`: done, but not all files and exports. */
export type EraseStage = 'dry' | 'stopped' | 'tables' | 'done'

export interface EraseValue {
  readonly stage: EraseStage
  /** `column user_id`, `identity user`. */
  readonly by: string
  readonly relations: readonly ErasedRelation[]
  readonly deadLetters: number
  readonly files: readonly ErasedPlace[]
  readonly exports: readonly ErasedPlace[]
  /** Where it still is, and why. */
  readonly left: readonly string[]
  /** What was searched at the end; undefined: a dry run. */
  readonly proof: { readonly relations: number; readonly files: number } | undefined
  /** The ledger can be asked for whom this was. */
  readonly isKeyed: boolean
  readonly elapsedMs: number
}
