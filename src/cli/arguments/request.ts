/** What was asked for on the command line, read and checked: one variant a command. */
import type { ProjectOptions } from '../../app/surroundings.ts'
import type {
  BuildOptions,
  CleanOptions,
  CloneOptions,
  CompileOptions,
  DebugOptions,
  DiffOptions,
  ExplainOptions,
  EraseOptions,
  ExportOptions,
  FreshnessOptions,
  GenerateOptions,
  GenerateDocsOptions,
  IngestOptions,
  InitOptions,
  LintOptions,
  ListOptions,
  MetricOptions,
  ParseOptions,
  PlanOptions,
  PruneOptions,
  RunOperationOptions,
  ReportOptions,
  RetryOptions,
  ServeOptions,
  ShowOptions,
  SimulateOptions,
  StatusOptions,
  VerifyOptions,
  WatchOptions,
} from '../../app/use-cases.ts'
import type { Shell } from './shells.ts'

export interface Request {
  readonly call: Call
  readonly isQuiet: boolean
  /** False: what templates print is left out. */
  readonly prints: boolean
  /** Stack traces for errors of our own. */
  readonly isDebug: boolean
  readonly logFormat: LogFormat
  /** False: no file of JSON is written to the target folder. */
  readonly writesJson: boolean
  /** Which warnings are errors, as YAML or JSON; left out: none. */
  readonly warnErrorOptions?: string
  /** undefined leaves it to NO_COLOR, FORCE_COLOR and whether a terminal is there. */
  readonly useColours: boolean | undefined
}

type LogFormat = 'text' | 'json'

export type Call =
  | {
      readonly name: Exclude<BuildOptions['command'], 'clone' | 'seed'>
      readonly options: BuildOptions
    }
  | {
      readonly name: 'seed'
      readonly options: BuildOptions
      /** Some rows of each are shown. */
      readonly showsRows: boolean
    }
  | { readonly name: 'clone'; readonly options: CloneOptions }
  | { readonly name: 'ingest'; readonly options: IngestOptions }
  | { readonly name: 'retry'; readonly options: RetryOptions }
  | { readonly name: 'compile'; readonly options: CompileOptions; readonly output: 'text' | 'json' }
  | { readonly name: 'plan'; readonly options: PlanOptions; readonly output: 'text' | 'json' }
  | { readonly name: 'ls'; readonly options: ListOptions }
  | { readonly name: 'lint'; readonly options: LintOptions; readonly output: 'text' | 'json' }
  | { readonly name: 'source'; readonly options: FreshnessOptions }
  | { readonly name: 'docs'; readonly options: GenerateDocsOptions }
  | { readonly name: 'parse'; readonly options: ParseOptions }
  | {
      readonly name: 'show'
      readonly options: ShowOptions
      readonly output: 'table' | 'json' | 'csv'
      /** Decimals and wide integers as JSON numbers. */
      readonly asNumbers: boolean
    }
  | {
      readonly name: 'metric'
      readonly options: MetricOptions
      readonly output: 'table' | 'json' | 'csv'
      /** Decimals and wide integers as JSON numbers. */
      readonly asNumbers: boolean
    }
  | { readonly name: 'report'; readonly options: ReportOptions }
  | {
      readonly name: 'simulate'
      readonly options: SimulateOptions
      readonly output: 'table' | 'json' | 'csv'
    }
  | { readonly name: 'diff'; readonly options: DiffOptions; readonly output: 'text' | 'json' }
  | { readonly name: 'verify'; readonly options: VerifyOptions; readonly output: 'text' | 'json' }
  | { readonly name: 'explain'; readonly options: ExplainOptions; readonly output: 'text' | 'json' }
  | { readonly name: 'status'; readonly options: StatusOptions; readonly output: 'text' | 'json' }
  | { readonly name: 'prune'; readonly options: PruneOptions; readonly output: 'text' | 'json' }
  | { readonly name: 'erase'; readonly options: EraseOptions; readonly output: 'text' | 'json' }
  | { readonly name: 'export'; readonly options: ExportOptions; readonly output: 'text' | 'json' }
  | { readonly name: 'init'; readonly options: InitOptions & ProjectOptions }
  | { readonly name: 'generate'; readonly options: GenerateOptions & ProjectOptions }
  | { readonly name: 'completion'; readonly shell: Shell; readonly options: ProjectOptions }
  | { readonly name: 'debug'; readonly options: DebugOptions }
  | { readonly name: 'run-operation'; readonly options: RunOperationOptions }
  | { readonly name: 'clean'; readonly options: CleanOptions }
  | { readonly name: 'watch'; readonly options: WatchOptions }
  | { readonly name: 'serve'; readonly options: ServeOptions }

export type CommandName = Call['name']
