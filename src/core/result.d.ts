/** What a stage gives back: its value, or every fault it found; warnings travel beside a value. */
import type { Diagnostic } from './diagnostic.ts'
export type Result<T> =
  | {
      readonly ok: true
      readonly value: T
      readonly warnings: readonly Diagnostic[]
    }
  | {
      readonly ok: false
      readonly diagnostics: readonly Diagnostic[]
    }
export declare function success<T>(value: T, warnings?: readonly Diagnostic[]): Result<T>
export declare function failure<T>(diagnostics: readonly Diagnostic[]): Result<T>
