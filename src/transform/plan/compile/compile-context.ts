/** What compiling a node is told, and what it gives. */
import type { Dialect } from '../../../core/dialect.ts'
import type { InputLimit } from '../../../core/time/event-window.ts'
import type { Node, TemplateCode, UniqueId } from '../../../core/node.ts'
import type { Column, Relation } from '../../../core/relation.ts'
import type { Result } from '../../../core/result.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'
import type { BatchValue, LogLine, SegmentMap } from '../../../project/template/template.ts'
import type { ReadTexts } from '../typescript/read-texts.ts'
import type { Interval } from '../cursor-query.ts'
import type { Answers, Asked } from './questions.ts'

export interface CompileContext {
  readonly manifest: Manifest
  readonly dialect: Dialect
  readonly invocationId: string
  /** ISO 8601, UTC. */
  readonly runStartedAt: string
  /** Relations that stand in for a node's own: the candidate its tests look at. */
  readonly standIns: ReadonlyMap<UniqueId, Relation>
  readonly isIncremental: boolean
  /** What `new_rows` and `touched_keys` read of each upstream; one that is absent is read whole. */
  readonly reads: ReadonlyMap<UniqueId, CursorScope>
  /** How much it is given of what it reads; left out: all of it. */
  readonly limit?: InputLimit
  /** Of a microbatch model; left out: there is none. */
  readonly batch?: BatchValue
  /**
   * ISO 8601: a microbatch model without a batch is given the rows of the one of this moment; left out: all rows, and its
   * batch is called that of the run.
   */
  readonly batchMoment?: string
  /** What `this` stands for; left out: the node's own relation. */
  readonly thisRelation?: Relation
  /** What the database has answered so far; left out: it was not asked. */
  readonly answers?: Answers
}

/** What a build reads of an upstream, and the types of its columns, for `touched_keys`. */
export interface CursorScope {
  readonly interval: Interval | undefined
  readonly columns: readonly Column[]
}

export interface Compiled {
  readonly sql: string
  readonly map: SegmentMap
  readonly logs: readonly LogLine[]
  /** Of a generator: what its reads stand for. Left out: it is a template. */
  readonly reads?: ReadTexts
}

/** What has SQL of its own. */
export type CodedNode = Extract<Node, { readonly code: TemplateCode }>

/** Done, or a question of the template that has no answer yet. */
export type Compilation =
  | { readonly kind: 'done'; readonly result: Result<Compiled> }
  | { readonly kind: 'asks'; readonly asked: Asked }
