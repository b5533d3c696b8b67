/** The contracts of the evaluator: where it stands (frame), what differs between its modes (host), where text goes (writer). */
import type { DiagnosticCode } from '../../../core/diagnostic-codes.ts'
import type { RelatedPlace, SourceSpan } from '../../../core/diagnostic.ts'
import type { ConfigEntry } from '../../read/config-entry.ts'
import type { Range, SourceText } from '../syntax/source-text.ts'
import type { Call, Expression, Program } from '../syntax/syntax-tree.ts'
import type {
  CursorCall,
  MacroDefinition,
  MacroLibrary,
  Question,
  Reference,
  TemplateEnvironment,
} from '../template.ts'
import type { Unknown, Value } from './value.ts'

/** Names that `let`, block parameters and macro parameters brought into scope. */
export interface Names {
  readonly values: ReadonlyMap<string, Value>
  readonly outer: Names | undefined
}

/** Whether a branch will be rendered: surely, perhaps, or surely not (it is walked for its refs all the same). */
export type Liveness = 'certain' | 'possible' | 'dead'

export interface Frame {
  readonly source: SourceText
  /** What names mean here; undefined: what they mean in the template that is rendered. */
  readonly library: MacroLibrary | undefined
  /** The macro calls that led here, innermost first. */
  readonly callers: readonly RelatedPlace[]
  readonly names: Names | undefined
  /** `this` inside `each` and `with`; undefined: the model's relation. */
  readonly element: { readonly value: Value } | undefined
  /** `@index`, `@key`, `@first`, `@last`. */
  readonly loop: Readonly<Record<string, Value>> | undefined
  /** What `{{> @partial-block}}` prints, and where it was written. */
  readonly block: { readonly program: Program; readonly frame: Frame } | undefined
  /** Names of the macros being called, outermost first. */
  readonly macros: readonly string[]
  readonly liveness: Liveness
  /** Where `return` and `yield` put what they are given; undefined outside a macro that gives a value. */
  readonly results: Results | undefined
}

/** What a macro gives instead of its text, while its body is walked. */
export interface Results {
  /** What was yielded so far, in order. */
  readonly yielded: Value[]
  /** undefined: no `return` was reached. */
  returned: Value | undefined
}

export interface Fault {
  readonly code: DiagnosticCode
  readonly message: string
  readonly hint?: string | undefined
  /** Left out: in the source of the frame. */
  readonly span?: SourceSpan | undefined
  /** Reported even where it will not be rendered: it does not depend on values. */
  readonly isCertain?: boolean
}

/** What a template may ask, answered at parse time (`collect`) or in the run (`render`). */
export interface Host {
  readonly environment: TemplateEnvironment
  /** False: a macro that is a function gives what only the run knows. */
  readonly runsFunctions: boolean
  /** True when every branch is walked, whatever its condition. */
  readonly walksAllBranches: boolean
  /** True once nothing more is to be rendered. */
  isStopped(): boolean
  report(fault: Fault, frame: Frame, range: Range): void
  relation(reference: Reference): Value
  dependOn(reference: Reference): void
  /** What a `new_rows` or `touched_keys` prints. */
  follow(call: CursorCall): Value
  /** What only the database knows. `question` is undefined where its words are not known yet. */
  ask(question: Question | undefined): Value
  configure(key: string, entry: ConfigEntry): void
  /** The model's relation; undefined where there is none. */
  thisRelation(): Value | undefined
  isIncremental(): Value
  invocationId(): Value
  runStartedAt(): Value
  /** Of a microbatch model; null elsewhere. */
  batch(): Value
  useVar(name: string): void
  useEnv(name: string): void
  useMacro(name: string): void
  log(message: string, span: SourceSpan): void
  print(message: string, span: SourceSpan): void
  stop(message: string, frame: Frame, range: Range): void
}

export interface Writer {
  /** Text as it stands in the source at `offset`. */
  literal(text: string, source: SourceText, place: LiteralPlace): void
  /** What an expression printed. */
  printed(text: string | Unknown, frame: Frame, range: Range): void
}

export interface LiteralPlace {
  readonly offset: number
  readonly callers: readonly RelatedPlace[]
}

/** A call of a macro, its arguments as written. */
export interface MacroCall {
  readonly definition: MacroDefinition
  readonly call: Call
  readonly block: Frame['block']
}

/** The evaluator's parts, which call each other. */
export interface Evaluator {
  readonly host: Host
  walk(program: Program, frame: Frame, writer: Writer): void
  evaluate(expression: Expression, frame: Frame): Value
  /** undefined: what the macro gives is text, and went to the writer. */
  callMacro(call: MacroCall, frame: Frame, writer: Writer): Value | undefined
}
