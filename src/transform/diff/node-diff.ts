/** What a diff finds out about one node, as data. */
import type { UniqueId } from '../../core/node.ts'
import type { ColumnsDiff } from './compare-columns.ts'

interface NodeDiffBase {
  readonly uniqueId: UniqueId
  readonly name: string
  /** `schema.identifier` on each side, whether it is there or not. */
  readonly relations: { readonly a: string; readonly b: string }
}

export type NodeDiff =
  | (NodeDiffBase & {
      readonly status: 'same' | 'different'
      readonly columns: ColumnsDiff
      readonly rows: RowsDiff
    })
  | (NodeDiffBase & { readonly status: 'missing'; readonly missingIn: 'a' | 'b' })
  /** In neither: nothing to compare. */
  | (NodeDiffBase & { readonly status: 'absent' })
  /** It could not be read; the diagnostic has been said. */
  | (NodeDiffBase & { readonly status: 'error' })

/** Each cell in the normal form of `canonicalSelect`. */
export type Cells = readonly (string | null)[]

export interface Sample {
  readonly count: number
  /** The first of them by key, each with a cell for each of `names`. */
  readonly rows: readonly Cells[]
}

export interface RowsDiff {
  readonly key: DiffKey
  /** Floats count as equal within it. */
  readonly tolerance: number
  readonly counts: { readonly a: number; readonly b: number }
  /** Keys that stand in more than one row; their rows are compared as multisets. */
  readonly repeatedKeys: { readonly a: number; readonly b: number }
  /** Rows that are paired by key; without a key: rows that are equal. */
  readonly common: number
  /** Of the common ones, those with a cell that differs. */
  readonly different: number
  readonly onlyInA: Sample
  readonly onlyInB: Sample
  /** Columns beside the key, worst first: in how many of the common rows they are equal. */
  readonly columns: readonly { readonly name: string; readonly equal: number }[]
  /** The columns of the samples' cells. */
  readonly names: readonly string[]
  /** Common rows that differ: both sides, and whether each cell is equal. */
  readonly samples: readonly {
    readonly a: Cells
    readonly b: Cells
    readonly equal: readonly boolean[]
  }[]
}

export interface DiffKey {
  /** None: rows are compared whole, as a multiset. */
  readonly columns: readonly string[]
  readonly from: '--key' | 'unique_key' | 'unique test' | 'none'
}
