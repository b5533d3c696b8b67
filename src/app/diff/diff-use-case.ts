/** `diff` as the command line sees it: options in, what each node differs by out. */
import type { NodeDiff } from '../../transform/diff/node-diff.ts'
import type { ProjectOptions, SelectionOptions } from '../surroundings.ts'

export interface DiffOptions extends ProjectOptions, SelectionOptions {
  /** Each a target, `target:schema`, or a schema. */
  readonly a: string
  readonly b: string
  /** Columns that rows are paired by; empty: what the model or a test declares. */
  readonly key: readonly string[]
  /** Sample rows at most; -1 for all. */
  readonly limit: number
  /** Relative; left out: the model's own. */
  readonly tolerance?: number
}
export interface DiffValue {
  /** As they were typed. */
  readonly a: string
  readonly b: string
  /** In dependency order. */
  readonly nodes: readonly NodeDiff[]
}
