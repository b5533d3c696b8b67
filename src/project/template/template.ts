/** The types of the template language: what a template is, what is known of it, what rendering needs and gives. */
import type { Diagnostic, RelatedPlace, SourceSpan } from '../../core/diagnostic.ts'
import type { ArgumentType, MacroContext, MacroValue } from '../../core/authoring/define-macro.ts'
import type { Json, JsonObject } from '../../core/json.ts'
import type { Relation } from '../../core/relation.ts'
import type { AdapterName } from '../../core/target.ts'
import type { ConfigEntry } from '../read/config-entry.ts'
import type { SourceText } from './syntax/source-text.ts'
import type { Program } from './syntax/syntax-tree.ts'

/** What an expression can be: JSON, or a relation, which prints as its quoted name, or lists and dicts of these. */
export type TemplateValue =
  | null
  | boolean
  | number
  | string
  | RelationValue
  | readonly TemplateValue[]
  | { readonly [key: string]: TemplateValue }

export interface RelationValue {
  readonly kind: 'relation'
  /** What it prints: a quoted name, or the name of a CTE. */
  readonly text: string
  readonly relation: Relation
  /** The ref or source it came from; left out for `{{this}}`. */
  readonly reference?: Reference
}

/** A ref or source whose arguments folded. */
export type Reference =
  | {
      readonly kind: 'ref'
      readonly name: string
      /** Left out: searched for, see `referencedId`. */
      readonly packageName?: string
      /** Left out: the latest, where there are versions. */
      readonly version?: string
      /** `filter=false`: all of its rows, whatever a batch, `--sample` or `--empty` says. */
      readonly isWhole?: boolean
      /** `newRows`: how TypeScript asks for it; left out: a template does. */
      readonly askedBy?: string
      readonly span: SourceSpan
      /** The macro calls that led to it, innermost first; left out when it stands in the template itself. */
      readonly related?: readonly RelatedPlace[]
    }
  | {
      readonly kind: 'source'
      readonly sourceName: string
      readonly tableName: string
      readonly isWhole?: boolean
      readonly span: SourceSpan
      readonly related?: readonly RelatedPlace[]
    }

export type CursorCall =
  | { readonly kind: 'new_rows'; readonly reference: Reference }
  | {
      readonly kind: 'touched_keys'
      readonly reference: Reference
      /** At least one column. */
      readonly key: readonly string[]
    }

/** What templates may ask for that is fixed for a whole command. */
export interface TemplateEnvironment {
  readonly adapter: AdapterName
  /** Of the project or package that the template is of. */
  readonly projectName: string
  /** Of the project that is run; left out in the project itself. */
  readonly rootName?: string
  readonly vars: JsonObject
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether `env` may read variables that `isSecretName` names: only where the result is never shown. */
  readonly secrets: 'allowed' | 'refused'
  /** `target.name` and so on; holds no secret. */
  readonly target: JsonObject
  readonly library: MacroLibrary
  /** What `experiments` and `metrics` list; left out: nothing is declared. */
  readonly declared?: DeclaredResources
  /** Docs blocks, where descriptions are rendered; left out: `doc` means nothing here. */
  readonly docs?: DocsLookup
}

/** Of the project that is run, in order of their names. */
export interface DeclaredResources {
  readonly experiments: readonly JsonObject[]
  readonly metrics: readonly JsonObject[]
}

export interface DocsLookup {
  /** undefined: there is no such block. */
  find(name: string, packageName: string | undefined): string | undefined
  names(packageName: string | undefined): readonly string[]
}

/** What the walk over a template's AST found, in all branches and through all macros called. JSON, so it can be cached. */
export interface TemplateFacts {
  /** The calls of `new_rows` and `touched_keys`, in order of first mention; their references are among `references` too. */
  readonly cursorReads: readonly CursorCall[]
  /** In order of first mention; a node mentioned twice is here twice (each with its place). */
  readonly references: readonly Reference[]
  readonly config: Readonly<Record<string, readonly ConfigEntry[]>>
  readonly varsUsed: readonly string[]
  readonly envUsed: readonly string[]
  /** Names of the project's and the library's macros it calls, directly or through others. */
  readonly macrosUsed: readonly string[]
  /** True when `query` or its like is used, so its text is known only with a database. */
  readonly dependsOnDatabase: boolean
  /** True when it asks whether a batch is added: a unit test of it has to say so. */
  readonly asksIncremental: boolean
  /** False when rendering gives the same text in every run: no run_started_at, invocation_id. */
  readonly isStable: boolean
}

/** A batch as templates know it, under dbt's names. */
export interface BatchValue {
  readonly [key: string]: string
  readonly id: string
  /** `2026-01-31 00:00:00+00` */
  readonly event_time_start: string
  readonly event_time_end: string
}

/** What rendering needs beside the environment: where relations are, and the run. */
export interface RenderState {
  /** undefined in tests and analyses: `{{this}}` is an error there. */
  readonly this: RelationValue | undefined
  readonly isIncremental: boolean
  readonly invocationId: string
  /** ISO 8601, UTC. */
  readonly runStartedAt: string
  /** What `{{batch.id}}` and its like print; left out: there is no batch. */
  readonly batch?: BatchValue
  /** Every reference of the facts resolves; the caller has checked. */
  resolve(reference: Reference): RelationValue
  /** The parenthesised query that a `new_rows` or `touched_keys` stands for. */
  cursorQuery(call: CursorCall): string
  /** undefined: not asked yet. Left out: nothing is ever asked here, and a template that does so is not rendered. */
  answer?(question: Question): TemplateValue | undefined
}

/** Where a stretch of compiled SQL comes from. Segments are in order of `start`, the first at 0. */
export interface Segment {
  /** Offset in the compiled SQL, in characters. */
  readonly start: number
  readonly span: SourceSpan
  /** Literal text: offsets inside the segment move the place along; otherwise all of it came from one expression. */
  readonly isLiteral: boolean
  /** The calls that led here when the text is a macro's, innermost first. */
  readonly callers: readonly RelatedPlace[]
  /** Of text that a config gave: what a fault in it means. */
  readonly says?: string
  /** The config that gave it, where whoever knows the node knows its place. */
  readonly config?: string
}
export type SegmentMap = readonly Segment[]

export interface LogLine {
  /** `print`: as it is, whatever `--quiet` says. */
  readonly kind: 'log' | 'print'
  readonly message: string
  readonly span: SourceSpan
}

/** A question only the database can answer. */
export type Question = QuestionPlace &
  (
    | { readonly kind: 'query'; readonly sql: string }
    /** Of a relation, or of a query in parentheses. */
    | { readonly kind: 'columns'; readonly of: RelationValue | string }
    | { readonly kind: 'exists'; readonly relation: RelationValue }
  )

interface QuestionPlace {
  /** The call that asks. */
  readonly span: SourceSpan
  /** The macro calls that led to it, innermost first. */
  readonly related: readonly RelatedPlace[]
}

export type Rendered =
  | {
      readonly kind: 'sql'
      readonly sql: string
      readonly map: SegmentMap
      readonly logs: readonly LogLine[]
    }
  /** The first question without an answer: nothing behind it was rendered. */
  | { readonly kind: 'asks'; readonly question: Question }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] }

/** A parsed template: its source and its tree, in our own nodes. */
export interface Template extends SourceText {
  readonly ast: Program
}

/** A block of a template, or a function of a TypeScript file. */
export type MacroDefinition = TemplateMacro | FunctionMacro

interface MacroHead {
  readonly kind: 'macro' | 'test'
  readonly name: string
  /** Only for this adapter; undefined: for all that have no variant of their own. */
  readonly adapter: AdapterName | undefined
  /** Quoted names: required, in order. */
  readonly positional: readonly string[]
  /** Named defaults, in order; the default is folded where the macro is defined. */
  readonly named: readonly { readonly name: string; readonly default: Json }[]
  /** The names of both, in order. */
  readonly parameters: readonly string[]
  /** The file it stands in. */
  readonly source: SourceText
  /** True when the body holds `{{> @partial-block}}`, so it is called as a block and only so. */
  readonly takesBlock: boolean
  /** list: what its `yield`s are given; value: what its `return` is given, else its text. */
  readonly gives: 'text' | 'value' | 'list'
  /** The opening tag, or the call of `defineMacro`. */
  readonly span: SourceSpan
  /** True for what ships in `library/`: a project's macro of the same name replaces it. */
  readonly isBuiltIn: boolean
  /** What a call of it is worth, as a unit test says; left out: the text that its body prints. */
  readonly constant?: string | number | boolean
  /** The installed package it is of; left out for the project's own and what ships with the framework. */
  readonly packageName?: string
}

export interface TemplateMacro extends MacroHead {
  readonly language: 'template'
  /** Offset in the source behind its closing tag. */
  readonly end: number
  /** Its ranges are offsets in the source. */
  readonly body: Program
}

export interface FunctionMacro extends MacroHead {
  readonly language: 'typescript'
  readonly description: string
  readonly types: ReadonlyMap<string, ArgumentType>
  readonly descriptions: ReadonlyMap<string, string>
  /** Hash of its code and of all that it imports. */
  readonly code: string
  /** False: its file has not been run, so it cannot be called. */
  readonly isLoaded: () => boolean
  /** Runs it. */
  readonly run: (context: MacroContext, args: Readonly<Record<string, MacroValue>>) => MacroOutcome
}

export type MacroOutcome =
  | { readonly kind: 'given'; readonly value: unknown }
  | {
      readonly kind: 'thrown'
      /** The rest of a sentence about the macro: `threw an error: no rate for GBP`. */
      readonly message: string
      /** Where in the project's files; undefined: outside of them. */
      readonly span: SourceSpan | undefined
    }

/** What names mean in the templates of one package. A package's macro is also known as `package.name`. */
export interface MacroLibrary {
  /** All variants of a macro, by name. */
  readonly macros: ReadonlyMap<string, readonly MacroDefinition[]>
  /** Generic tests, by name, likewise. */
  readonly tests: ReadonlyMap<string, readonly MacroDefinition[]>
  /**
   * What names mean inside macros, by the package that they are of; '' is the project. Left out: there are no packages,
   * so names mean the same everywhere.
   */
  readonly views?: ReadonlyMap<string, MacroLibrary>
}

/** The call of a macro by its name, its arguments by name: those that it does not take are left out. */
export interface NamedCall {
  readonly macro: string
  readonly arguments: Readonly<Record<string, TemplateValue>>
  /** What asks for it. */
  readonly span: SourceSpan
}

/** The call of a generic test made from YAML: its arguments by name, `model` among them. */
export interface TestCall {
  readonly testName: string
  readonly arguments: Readonly<Record<string, TemplateValue>>
  /** The entry in the YAML file. */
  readonly span: SourceSpan
}
