/** What became of one node in a run. */
import type { EventWindow } from './time/event-window.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { UniqueId } from './node.ts'
import type { Table } from './adapter.ts'

interface ResultBase {
  readonly uniqueId: UniqueId
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly elapsedMs: number
  /** The SQL it stands for, refs resolved; undefined when rendering failed or it was skipped. */
  readonly compiledCode?: string
  /** Which of the workers had it, from 1; left out: there is but one. */
  readonly worker?: number
}

/** What became of the batches of a microbatch model, in order. */
export interface BatchResults {
  readonly successful: readonly EventWindow[]
  /** Those too that were never begun, because of one that failed. */
  readonly failed: readonly EventWindow[]
}

export type RunResult =
  | (ResultBase & {
      readonly status: 'success'
      /** Left out: it has none. */
      readonly batches?: BatchResults
      /** Rows written; undefined for a view. */
      readonly rows: number | undefined
      /** What was done, e.g. `created view`, `view unchanged`, `merged`. */
      readonly message: string
      /** Rows at fault that went to its quarantine; left out: it has none. */
      readonly setAside?: number
      /** Rows that a microbatch model gave outside of their batch, which are not inserted; left out: none. */
      readonly outsideBatch?: number
    })
  | (ResultBase & {
      /** Some batches are published, others are not. */
      readonly status: 'partial success'
      readonly rows: number | undefined
      readonly diagnostics: readonly Diagnostic[]
      readonly batches: BatchResults
    })
  | (ResultBase & { readonly status: 'reused'; readonly because: string })
  | (ResultBase & {
      readonly status: 'error'
      readonly diagnostics: readonly Diagnostic[]
      /** It was published, and a hook after the commit failed; left out: nothing was. */
      readonly isPublished?: true
      readonly batches?: BatchResults
    })
  | (ResultBase & {
      readonly status: 'skipped'
      readonly because: UniqueId | 'interrupted' | 'fail-fast'
    })
  | (ResultBase & {
      readonly status: 'pass'
      /** What it has to say although it passed, e.g. that there is too little history to judge. */
      readonly message?: string
      /** Failing rows that its thresholds let pass; left out: none. */
      readonly failures?: number
    })
  | (ResultBase & {
      readonly status: 'warn' | 'fail'
      readonly failures: number
      readonly message: string
      /** Some of the failing rows, fetched before any rollback. */
      readonly sample: Table
    })

export type RunStatus = RunResult['status']

/** 1 when something failed or was skipped because of a failure, else 0. */
export function exitCodeOf(results: readonly RunResult[]): 0 | 1 {
  const bad = new Set<RunStatus>(['error', 'fail', 'skipped', 'partial success'])
  return results.some((result) => bad.has(result.status)) ? 1 : 0
}
