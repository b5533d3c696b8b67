/** What an expression of Jinja says, in the terms of Handlebars. */

/** Text stands as it is; a call is printed as `(name args named=value)`. */
export type JinjaExpression =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'call'
      readonly name: string
      readonly args: readonly JinjaExpression[]
      readonly named: readonly (readonly [string, JinjaExpression])[]
    }

export type JinjaArguments = Pick<JinjaExpression & { readonly kind: 'call' }, 'args' | 'named'>

export function call(name: string, ...args: readonly JinjaExpression[]): JinjaExpression {
  return { kind: 'call', name, args, named: [] }
}
