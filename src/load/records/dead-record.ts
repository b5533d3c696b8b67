/** A record that cannot be loaded: why, and all that is needed to read it again. */
import type { DeadLetterCode } from '../../core/load/dead-letter-codes.ts'

export interface DeadReason {
  readonly code: DeadLetterCode
  /** Expected first, found second. */
  readonly message: string
  /** Left out: the record as a whole. */
  readonly field?: string
}

/** What a record was, as far as it can be kept. */
export type Original =
  /** The JSON of the record. */
  | { readonly encoding: 'json'; readonly text: string }
  /** As it stood in its file: to be read again by the file's format. */
  | { readonly encoding: 'text'; readonly text: string }
  /** The bytes as they stood in the file: not text in the file's encoding, or with a NUL. */
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

/** Without more: `offset` is left out where there is none. */
export function placeOf({
  line,
  offset,
}: {
  readonly line: number
  readonly offset?: number | undefined
}): RecordPlace {
  return offset === undefined ? { line } : { line, offset }
}

export interface DeadRecord extends RecordPlace {
  readonly reason: DeadReason
  readonly original: Original
}

/** Of a text that is not known to be JSON. */
export function textOriginal(text: string): Original {
  return text.includes('\0')
    ? { encoding: 'base64', text: Buffer.from(text).toString('base64') }
    : { encoding: 'text', text }
}

/** Of a record that was read: JSON holds no NUL as it is. */
export function jsonOriginal(text: string): Original {
  return text.includes('\0') ? textOriginal(text) : { encoding: 'json', text }
}
