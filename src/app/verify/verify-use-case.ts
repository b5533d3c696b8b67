/** `verify` as the command line sees it: options in, what the histories came to out. */
import type { Table } from '../../core/adapter.ts'
import type { Diagnostic } from '../../core/diagnostic.ts'
import type { ProjectOptions, SelectionOptions } from '../surroundings.ts'

export interface VerifyOptions extends ProjectOptions, SelectionOptions {
  readonly histories: number
  /** Left out: another one in each run. */
  readonly seed?: number
  /** Only this one of the seed's histories, from 1. */
  readonly history?: number
  /** Of each source and seed, at most. */
  readonly rows: number
  readonly timeoutSeconds: number
  /** An empty database to build in (Postgres). */
  readonly sandbox?: string
  /** Names of sources and seeds whose rows are all there from the start. */
  readonly statics: readonly string[]
}
export interface VerifyValue {
  readonly seed: number
  readonly models: readonly VerifiedModel[]
  readonly findings: readonly VerifyFinding[]
  readonly roots: readonly {
    readonly name: string
    readonly sampled: number
    readonly rows: number
    readonly isStatic: boolean
  }[]
  /** As many as there was time for. */
  readonly histories: number
  readonly historiesAsked: number
  readonly builds: number
  readonly kills: number
  /** Histories at whose end a full refresh fails too: they say nothing. */
  readonly unusable: number
  readonly elapsedMs: number
  /** Databases of killed runs that were dropped. */
  readonly removed: readonly string[]
}
export interface VerifiedModel {
  readonly name: string
  readonly path: string
  readonly status: 'ok' | 'differs' | 'unclear' | 'skipped'
  /** Why it is unclear or skipped; empty otherwise. */
  readonly because: string
}
interface VerifyFindingBase {
  readonly model: string
  readonly path: string
  /** What gives it again. */
  readonly command: string
}
export type VerifyFinding =
  | (VerifyFindingBase & {
      readonly kind: 'order' | 'time zone' | 'clock'
      readonly difference: VerifyDifference
    })
  | (VerifyFindingBase &
      VerifyHistory & {
        readonly kind: 'difference'
        readonly difference: VerifyDifference
      })
  | (VerifyFindingBase &
      VerifyHistory & {
        readonly kind: 'failure'
        readonly diagnostics: readonly Diagnostic[]
      })
interface VerifyHistory {
  readonly history: number
  readonly steps: readonly VerifyStep[]
  readonly shrunkFrom: { readonly rows: number; readonly builds: number }
}
export interface VerifyDifference {
  /** Columns that differ. */
  readonly columns: readonly string[]
  /** Only in a full refresh; of the influences: in the first one. */
  readonly missing: Table
  /** Only after the builds; of the influences: in the second full refresh. */
  readonly surplus: Table
  readonly missingCount: number
  readonly surplusCount: number
}
export type VerifyStep =
  | {
      readonly kind: 'arrive'
      readonly root: string
      /** Some of the rows, and of wide ones some columns. */
      readonly rows: Table
      readonly count: number
    }
  | { readonly kind: 'build' }
  /** `before`: what was not published any more. */
  | { readonly kind: 'killed build'; readonly before: string }
  | { readonly kind: 'full refresh'; readonly model: string }
