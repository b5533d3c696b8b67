/** Handlebars' own tree, as its whitespace control takes it; a location's columns are offsets in the whole text. */

export interface RawLocation {
  readonly start: { readonly column: number }
  readonly end: { readonly column: number }
}
export interface StripFlags {
  readonly open: boolean
  readonly close: boolean
  /** Read by whitespace control: a tag alone on its line takes the line with it. */
  inlineStandalone?: boolean
}
export interface RawProgram {
  readonly type: 'Program'
  readonly body: readonly RawStatement[]
  readonly blockParams?: readonly string[]
}
export type RawStatement =
  | (RawCall & {
      readonly type: 'MustacheStatement' | 'Decorator'
      readonly escaped: boolean
      readonly strip: StripFlags
    })
  | (RawCall & {
      readonly type: 'BlockStatement' | 'DecoratorBlock'
      readonly program?: RawProgram
      readonly inverse?: RawProgram
    })
  | {
      readonly type: 'PartialStatement' | 'PartialBlockStatement'
      readonly name: RawExpression
      readonly params: readonly RawExpression[]
      readonly hash?: RawHash
      readonly loc: RawLocation
    }
  | {
      readonly type: 'ContentStatement'
      readonly value: string
      readonly original: string
      /** True when the end was trimmed, or must not be. */
      leftStripped?: boolean
      /** True when the beginning was trimmed, or must not be. */
      rightStripped?: boolean
      /** Ours: the beginning was not trimmed, whatever `rightStripped` says. */
      keepsStart?: boolean
      readonly loc: RawLocation
    }
  | { readonly type: 'CommentStatement'; readonly loc: RawLocation }
export interface RawCall {
  readonly path: RawExpression
  readonly params: readonly RawExpression[]
  readonly hash?: RawHash
  readonly loc: RawLocation
}
export interface RawHash {
  readonly pairs: readonly {
    readonly key: string
    readonly value: RawExpression
    readonly loc: RawLocation
  }[]
}
export type RawExpression =
  | (RawCall & { readonly type: 'SubExpression' })
  | {
      readonly type: 'PathExpression'
      readonly data: boolean
      readonly depth: number
      readonly parts: readonly string[]
      readonly original: string
      readonly loc: RawLocation
    }
  | {
      readonly type: 'StringLiteral' | 'NumberLiteral' | 'BooleanLiteral'
      readonly value: string | number | boolean
      readonly loc: RawLocation
    }
  | { readonly type: 'NullLiteral' | 'UndefinedLiteral'; readonly loc: RawLocation }
