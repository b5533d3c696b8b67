/** Builds inside the server: one at a time, those that ask for the same share one that has not begun. */
import type { Json } from '../../core/json.ts'

export interface BuildOrder {
  /** None: what the server builds by itself. */
  readonly select: readonly string[]
  readonly exclude: readonly string[]
  readonly fullRefresh: boolean
}

export interface Builds {
  /** Of one that waits and builds the same, that one. Throws a `ProblemError`. */
  request(order: BuildOrder, askedBy: string | undefined): Build
  /** undefined: nobody knows of it any more. */
  find(id: string): Promise<Build | undefined>
  /** Newest first. */
  recent(): readonly Build[]
}

/**
 *   queued --> running --> succeeded | failed | interrupted
 *   queued --the server stops--> interrupted
 */
export interface Build {
  /** Also the id of its run in the ledger. */
  readonly id: string
  readonly status: 'queued' | 'running' | 'succeeded' | 'failed' | 'interrupted'
  /** Name of a key, or `events`. */
  readonly askedBy: string | undefined
  readonly order: BuildOrder
  readonly queuedAt: Date
  readonly startedAt: Date | undefined
  readonly finishedAt: Date | undefined
  /** Of nodes and tests, once it has finished. */
  readonly results: readonly BuiltNode[]
  /** Why nothing was begun; left out: it was. */
  readonly problems: readonly string[]
}

export interface BuiltNode {
  readonly uniqueId: string
  readonly status: string
  readonly rows: number | undefined
  readonly elapsedMs: number
  readonly message: string
}

export function buildJson(build: Build): { readonly [key: string]: Json } {
  const { id, status, askedBy = null, order, results, problems } = build
  return {
    id,
    status,
    asked_by: askedBy,
    select: order.select,
    exclude: order.exclude,
    full_refresh: order.fullRefresh,
    queued_at: build.queuedAt.toISOString(),
    started_at: build.startedAt?.toISOString() ?? null,
    finished_at: build.finishedAt?.toISOString() ?? null,
    results: results.map((result) => ({
      unique_id: result.uniqueId,
      status: result.status,
      rows: result.rows ?? null,
      elapsed_ms: result.elapsedMs,
      message: result.message,
    })),
    problems,
  }
}
