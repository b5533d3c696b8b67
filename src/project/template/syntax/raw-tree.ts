/** The tree as Handlebars' whitespace control takes it: the names it reads and writes, and our own nodes inside. */
import type { Range } from './source-text.ts'
import type { Call, Statement } from './syntax-tree.ts'

export interface RawProgram {
  readonly type: 'Program'
  readonly body: readonly RawStatement[]
  /** The program of an `{{else x}}`, which goes on in its block. */
  readonly chained?: true
}

export type RawStatement =
  | RawContent
  | RawBlock
  | { readonly type: 'CommentStatement'; readonly strip: StripFlags }
  | {
      readonly type: 'MustacheStatement' | 'PartialStatement'
      readonly strip: StripFlags
      readonly statement: Statement
    }

/** Whether `~` stands at the opening and at the closing braces. */
export interface StripFlags {
  readonly open: boolean
  readonly close: boolean
  /** A tag alone on its line takes the line with it. */
  readonly inlineStandalone?: boolean
}

export interface RawContent {
  readonly type: 'ContentStatement'
  readonly original: string
  /** What trimming leaves of the original. */
  value: string
  /** True when the end was trimmed, or must not be. */
  leftStripped?: boolean
  /** True when the beginning was trimmed, or must not be. */
  rightStripped?: boolean
  /** Ours: the beginning was not trimmed, whatever `rightStripped` says. */
  keepsStart?: boolean
  readonly start: number
}

export interface RawBlock {
  readonly type: 'BlockStatement'
  readonly program: RawProgram | undefined
  readonly inverse: RawProgram | undefined
  readonly openStrip: StripFlags
  readonly inverseStrip: StripFlags | undefined
  closeStrip: StripFlags | undefined
  readonly head: BlockHead
  readonly end: number
}

export interface BlockHead {
  readonly call: Call
  readonly parameters: readonly string[]
  readonly opening: Range
  /** `{{#* x}}` and `{{#> x}}`, which this language does not have. */
  readonly isUnsupported: boolean
}
