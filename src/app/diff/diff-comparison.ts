/** What the parts of `diff` hand each other: both sides opened, and a node as each side holds it. */
import type { Adapter } from '../../core/adapter.ts'
import type { RelationState } from '../../core/database/warehouse-state.ts'
import type { Relation } from '../../core/relation.ts'
import type { DiffSides, TableNode } from './diff-sides.ts'
import type { Surroundings } from '../surroundings.ts'
import type { DiffOptions } from '../use-cases.ts'

export interface Comparison {
  readonly sides: DiffSides
  readonly adapters: { readonly a: Adapter; readonly b: Adapter }
  readonly options: DiffOptions
  readonly surroundings: Surroundings
}

/** A node and what each side holds of it. */
export interface FoundNode {
  readonly node: TableNode
  readonly relations: { readonly a: Relation | undefined; readonly b: Relation | undefined }
  readonly states: { readonly a: RelationState | undefined; readonly b: RelationState | undefined }
}
