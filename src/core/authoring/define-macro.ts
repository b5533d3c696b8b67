/** `defineMacro`: a function of typed arguments that gives SQL, called in templates as any macro. */
import type { JsonObject, Json } from '../json.ts'
import type { AdapterName } from '../target.ts'
import type { Sql, SqlRelation } from './sql.ts'

export const argumentTypes = [
  'string',
  'number',
  'boolean',
  'relation',
  'list',
  'dict',
  'any',
] as const
export type ArgumentType = (typeof argumentTypes)[number]

/** What a macro may be given. */
export type MacroValue =
  | null
  | boolean
  | number
  | string
  | SqlRelation
  | readonly MacroValue[]
  | { readonly [key: string]: MacroValue }

interface ValueOf {
  readonly string: string
  readonly number: number
  readonly boolean: boolean
  readonly relation: SqlRelation
  readonly list: readonly MacroValue[]
  readonly dict: { readonly [key: string]: MacroValue }
  readonly any: MacroValue
}

/** `"string"`, or more of it; with a default it may be left out in a call. */
export type ArgumentSpec =
  | ArgumentType
  | { readonly type: ArgumentType; readonly default?: Json; readonly description?: string }

type TypeOf<S extends ArgumentSpec> = S extends ArgumentType
  ? S
  : S extends { readonly type: infer T extends ArgumentType }
    ? T
    : never
type Given<S extends ArgumentSpec> = S extends { readonly default: null }
  ? ValueOf[TypeOf<S>] | null
  : ValueOf[TypeOf<S>]

export type MacroArguments<A extends Readonly<Record<string, ArgumentSpec>>> = {
  readonly [K in keyof A]: Given<A[K]>
}

export interface MacroSpec<A extends Readonly<Record<string, ArgumentSpec>>> {
  readonly description?: string
  /** In the order of a call. Those without a default must be given. */
  readonly args?: A
  /** Only on this database; left out: on all that have no variant of their own. */
  readonly adapter?: AdapterName
  /** The name it is called by; left out: that of the export. Several variants share one. */
  readonly name?: string
}

/** Where a macro is called. */
export interface MacroContext {
  readonly adapter: AdapterName
  /** `target.name`, `target.schema` and so on: no secret is among them. */
  readonly target: JsonObject
  /** A var of the project; throws where there is neither it nor a default. */
  var(name: string, otherwise?: Json): Json
}

/** Text is SQL as it is; anything else is a value that templates may go on with. */
export type MacroResult = Sql | MacroValue

export interface MacroModule<A extends Readonly<Record<string, ArgumentSpec>>> {
  readonly assay: 'macro'
  readonly spec: MacroSpec<A>
  readonly run: (context: MacroContext, args: MacroArguments<A>) => MacroResult
}

/** Calls it as a template would, for tests: `cents.run(context, { column: 'amount', scale: 2 })`. */
export function defineMacro<const A extends Readonly<Record<string, ArgumentSpec>>>(
  spec: MacroSpec<A>,
  run: (context: MacroContext, args: MacroArguments<A>) => MacroResult,
): MacroModule<A> {
  return { assay: 'macro', spec, run }
}
