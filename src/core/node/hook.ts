/** What a user runs around a node or a run: statements of their own, as templates. */
import type { SourceSpan } from '../diagnostic.ts'
import type { UniqueId } from './unique-id.ts'

export interface Hook {
  /** A template of one statement or several. */
  readonly text: string
  /** False: before the transaction begins, or after it is committed. */
  readonly isInTransaction: boolean
  /** Where it is written. */
  readonly span: SourceSpan
  /** Of one that is no hook by name, but runs like one. */
  readonly title?: 'sql_header'
}

/** In the order they run. */
export interface NodeHooks {
  readonly pre: readonly Hook[]
  readonly post: readonly Hook[]
  /** Among the node's dependencies those that only its hooks name. */
  readonly dependsOn: readonly UniqueId[]
}

export type HookKind = 'pre-hook' | 'post-hook'

export const noHooks: NodeHooks = { pre: [], post: [], dependsOn: [] }

export function hasHooks({ pre, post }: NodeHooks): boolean {
  return pre.length > 0 || post.length > 0
}

/** Keys of a config, with what each means. */
export const hookKeys: ReadonlyMap<string, HookKind> = new Map([
  ['pre-hook', 'pre-hook'],
  ['pre_hook', 'pre-hook'],
  ['post-hook', 'post-hook'],
  ['post_hook', 'post-hook'],
])

export type OperationKind = 'on-run-start' | 'on-run-end'

/** A hook of a run. */
export interface Operation {
  readonly uniqueId: `operation.${string}`
  /** `shop-on-run-start-0`. */
  readonly name: string
  readonly packageName: string
  readonly kind: OperationKind
  /** From 0, among those of its kind. */
  readonly index: number
  readonly hook: Hook
  readonly dependsOn: readonly UniqueId[]
  readonly macrosUsed: readonly string[]
}
