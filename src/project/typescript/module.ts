/** The types of a project's TypeScript: what a compiled file is, what is known of it without running it, what running gives. */
import type { ArgumentType } from '../../core/authoring/define-macro.ts'
import type { SourceSpan } from '../../core/diagnostic.ts'
import type { Json } from '../../core/json.ts'
import type { AdapterName } from '../../core/target.ts'
import type { ConfigEntry } from '../read/config-entry.ts'
import type { CursorCall, Reference } from '../template/template.ts'

/** A file with all that it imports of the project, compiled. */
export interface CompiledModule {
  /** Relative to the project, forward slashes. */
  readonly path: string
  /** Absolute: what node loads. */
  readonly file: string
  /** Hash of the code, of what it imports too, wherever the project lies: formatting and comments do not count. */
  readonly code: string
  readonly facts: ModuleFacts
}

/** What the code says of itself, read off without running it. JSON, so it can be cached. */
export interface ModuleFacts {
  readonly macros: readonly MacroFacts[]
  /** undefined: it exports none. */
  readonly model: ModelFacts | undefined
}

export interface ModelFacts {
  readonly span: SourceSpan
  readonly config: Readonly<Record<string, ConfigEntry>>
  /** undefined: those of the YAML file. */
  readonly columns: readonly ColumnFacts[] | undefined
  /** Those of its cursor reads too. */
  readonly references: readonly Reference[]
  readonly cursorReads: readonly CursorCall[]
  readonly asksIncremental: boolean
  /** What it begins may go on by itself. */
  readonly leavesLooseEnds: boolean
  /** What gives another result each time: `Math.random()`; undefined: nothing does. */
  readonly unstable: { readonly text: string; readonly span: SourceSpan } | undefined
}

export interface ColumnFacts {
  readonly name: string
  readonly type: string
  readonly isNullable: boolean
  readonly description: string
  readonly span: SourceSpan
}

export interface MacroFacts {
  readonly name: string
  readonly exportName: string
  readonly adapter: AdapterName | undefined
  readonly description: string
  /** In the order of a call. */
  readonly arguments: readonly ArgumentFacts[]
  readonly span: SourceSpan
}

export interface ArgumentFacts {
  readonly name: string
  readonly type: ArgumentType
  readonly description: string
  /** undefined: it must be given. */
  readonly default: Json | undefined
}

/** What is compiled, and what it is expected to hold. */
export interface TypescriptFile {
  readonly path: string
  readonly kind: 'macros' | 'model'
}
