/** A record that cannot be loaded: why, and all that is needed to read it again. */
import type { DeadLetterCode } from '../../core/load/dead-letter-codes.ts'

export interface DeadReason {
  readonly code: DeadLetterCode
  /** Expected first, found second. */
  readonly message: string
  /** Left out: the record as a whole. */
  readonly field?: string
}

/** The bytes of a record as they can be kept. */
export type Original =
  | { readonly encoding: 'text'; readonly text: string }
  /** Not UTF-8, or with a NUL. */
  | { readonly encoding: 'base64'; readonly text: string }
  /** Too long to keep: its beginning. */
  | { readonly encoding: 'cut'; readonly text: string }

/** Where a record stands in what it was read from. */
export interface RecordPlace {
  /** 1-based; of a Parquet file, the row. */
  readonly line: number
  /** In bytes; undefined where there are no bytes to count. */
  readonly offset?: number
}

export interface DeadRecord extends RecordPlace {
  readonly reason: DeadReason
  readonly original: Original
}

export function textOriginal(text: string): Original {
  return text.includes('\0')
    ? { encoding: 'base64', text: Buffer.from(text).toString('base64') }
    : { encoding: 'text', text }
}
