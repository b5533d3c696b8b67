/** The tree of a template: Handlebars' nodes with exact offsets, whitespace control applied. */
import type { Range } from './source-text.ts'

export type Program = readonly Statement[]

export type Statement =
  /** Literal text: exactly the stretch of the source that its range names. */
  | { readonly kind: 'text'; readonly text: string; readonly range: Range }
  /** `{{x}}` or `{{helper ..}}`. */
  | { readonly kind: 'print'; readonly call: Call; readonly range: Range }
  | Block
  /** `{{> name}}`; only `@partial-block` means something. */
  | { readonly kind: 'partial'; readonly name: string; readonly range: Range }
  /** What Handlebars knows and this language does not. */
  | {
      readonly kind: 'unsupported'
      readonly what: string
      readonly hint: string
      readonly range: Range
    }

export interface Block {
  readonly kind: 'block'
  readonly call: Call
  /** Names between the bars of `as |x i|`. */
  readonly parameters: readonly string[]
  readonly body: Program
  /** What follows `{{else}}`. */
  readonly otherwise: Program | undefined
  readonly range: Range
  /** The opening tag. */
  readonly opening: Range
}

export type Expression = Literal | Path | Call

export interface Literal {
  readonly kind: 'literal'
  readonly value: string | number | boolean | null
  readonly range: Range
}

export interface Path {
  readonly kind: 'path'
  /** As written. */
  readonly original: string
  /** `name`: starts with a name; `this`: starts with `this`; `data`: starts with `@`. */
  readonly base: 'name' | 'this' | 'data'
  /** Without `this` and `@`. */
  readonly parts: readonly string[]
  /** How often it begins with `../`. */
  readonly depth: number
  readonly range: Range
}

/** A mustache, the head of a block, or a parenthesised call. */
export interface Call {
  readonly kind: 'call'
  readonly callee: Path | Literal
  readonly args: readonly Expression[]
  readonly named: readonly NamedArgument[]
  readonly range: Range
}

export interface NamedArgument {
  readonly key: string
  readonly value: Expression
  readonly range: Range
}

/** The name of what is called: one plain name, or a package's macro, `crm.margin`. undefined: anything else. */
export function calleeName(call: Call): string | undefined {
  return call.callee.kind === 'path' ? plainName(call.callee) : undefined
}

/** A plain name, or two with a dot between them; undefined: anything else. */
export function plainName(path: Path): string | undefined {
  const isName = path.base === 'name' && path.depth === 0
  return isName && path.parts.length <= 2 ? path.parts.join('.') : undefined
}
