/** The use cases as the command line sees them: options in, an outcome out. Each lives in a file of its own. */
import type { Table } from '../core/adapter.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { LoadResult } from '../core/load/load-result.ts'
import type { Node } from '../core/node.ts'
import type { BuildCommand } from '../transform/plan/plan.ts'
import type { RunResult } from '../core/run-result.ts'
import type { FreshnessResult } from '../transform/freshness/check-freshness.ts'
import type { LimitOptions } from './run/input-limit.ts'
import type { DeferOptions, ProjectOptions, SelectionOptions } from './surroundings.ts'

/** `build`, `run`, `test`, `seed`, `snapshot`: app/build.ts. */
export interface BuildOptions extends ProjectOptions, SelectionOptions, DeferOptions, LimitOptions {
  readonly command: BuildCommand
  readonly fullRefresh: boolean
  readonly failFast: boolean
  /** One transaction for the whole selection. */
  readonly atomic: boolean
  /** Leave nodes whose code, config and inputs are as they were. */
  readonly changed: boolean
  /** Keep failing rows of tests in tables, where a test's config does not say otherwise. */
  readonly storeFailures: boolean
  /** Wait for another run, or another process that has the file open, instead of failing. */
  readonly wait: boolean
  /** A failing `on-run-start` skips every node. */
  readonly skipsNodesIfStartFails: boolean
  /** A condition on the models' columns: those rows of incremental models are built anew. */
  readonly backfill?: string
}
export interface BuildValue {
  readonly results: readonly RunResult[]
}

/** `ingest`: app/ingest/ingest.ts. */
export interface IngestOptions extends ProjectOptions, SelectionOptions {
  /** Wait for another run that writes the same tables. */
  readonly wait: boolean
  /** Dead letters are loaded instead of what is new; left out: they are not. */
  readonly replay?: {
    /** Of `deadLetterCodes`, or as models with `dead_letters` call them; none: all. */
    readonly codes: readonly string[]
  }
  /** What is selected is built in the transaction that loads; left out: nothing is built. */
  readonly build?: BuildOptions
}
export interface IngestValue {
  readonly loads: readonly LoadResult[]
}

/** `retry`: app/retry/retry.ts. What is left out is as the last run had it. */
export interface RetryOptions extends ProjectOptions {
  /** A folder with the run_results.json of the run; left out: the target folder. */
  readonly state?: string
  /** From the command line itself: it must be that of the run. */
  readonly typedTarget?: string
  readonly fullRefresh: boolean
  readonly wait: boolean
}

/** `clone`: app/clone.ts. */
export interface CloneOptions extends ProjectOptions, SelectionOptions {
  /** With the manifest.json of the run whose relations are cloned. */
  readonly state: string
  /** Also what exists already. */
  readonly fullRefresh: boolean
  readonly failFast: boolean
  readonly wait: boolean
}

/** `init`: app/setup/init.ts. */
export interface InitOptions {
  /** Relative to the working folder; left out: that folder itself. */
  readonly folder?: string
  /** Of the project; left out: made from the folder's. */
  readonly name?: string
}
export interface InitValue {
  /** Relative to the working folder; empty: that folder itself. */
  readonly folder: string
  /** Paths in the folder. */
  readonly written: readonly string[]
  readonly kept: readonly string[]
}

/** `compile`: app/compile.ts. */
/** Whether templates may ask the database. */
export interface IntrospectOption {
  readonly introspect: boolean
}

export interface CompileOptions
  extends ProjectOptions,
    SelectionOptions,
    DeferOptions,
    LimitOptions,
    IntrospectOption {
  readonly inline?: string
  readonly fullRefresh: boolean
}
export interface CompileValue {
  /** In dependency order. */
  readonly nodes: readonly {
    readonly name: string
    readonly path: string
    readonly sql: string
    /** Its template asked, so with other rows it is other SQL. */
    readonly dependsOnDatabase: boolean
  }[]
  /** Folder the files were written to, relative to the project. */
  readonly folder: string
}

/** `source freshness`: app/freshness/source-freshness.ts. */
export interface FreshnessOptions extends ProjectOptions, SelectionOptions {
  /** False: `source_freshness_run_project_hooks: false`. */
  readonly runsHooks: boolean
  /** Where sources.json goes, from where the command was typed; left out: the target folder. */
  readonly output?: string
}
export interface FreshnessValue {
  /** Only sources that have a limit, in the order of the graph. */
  readonly results: readonly FreshnessResult[]
  /** False: a hook at the start of the run failed, so nothing was checked. */
  readonly isBegun: boolean
  readonly elapsedMs: number
}

/** `docs generate`: app/describe/generate-docs.ts. */
export interface GenerateDocsOptions
  extends ProjectOptions,
    SelectionOptions,
    DeferOptions,
    IntrospectOption {
  /** The manifest has the SQL of what is selected. */
  readonly compiles: boolean
  /** The database is not asked, and the catalog holds nothing. */
  readonly isEmpty: boolean
}
export interface GenerateDocsValue {
  /** Relations in the catalog. */
  readonly catalogued: number
  /** `schema.name` of those that the database does not have. */
  readonly missing: readonly string[]
  readonly elapsedMs: number
}

/** `plan`: app/plan.ts. */
export interface PlanOptions
  extends ProjectOptions,
    SelectionOptions,
    DeferOptions,
    LimitOptions,
    IntrospectOption {
  readonly command: BuildCommand
  readonly fullRefresh: boolean
  readonly atomic: boolean
  readonly backfill?: string
}
export interface PlannedNode {
  readonly node: Node
  /** `create table`, `replace view`, `merge`, `test`, `nothing: unchanged`. */
  readonly action: string
  /** Why this action: `first build`, `SQL changed`, `--full-refresh`. */
  readonly because: string
  /** What `run` would execute, in order, begin and commit included. */
  readonly statements: readonly string[]
  /** Names of tests that decide whether it is published. */
  readonly tests: readonly string[]
  readonly after: readonly string[]
}
export interface PlanValue {
  readonly nodes: readonly PlannedNode[]
}

/** `ls`: app/describe/list.ts. */
export interface ListOptions extends ProjectOptions, SelectionOptions {
  readonly output: 'selector' | 'name' | 'path' | 'json'
  /** Only with json; dotted keys reach into maps. */
  readonly outputKeys: readonly string[]
}
export interface ListValue {
  /** Sorted by unique id; json lines when asked for. */
  readonly lines: readonly string[]
}

/** `parse`: app/describe/parse.ts. */
export type ParseOptions = ProjectOptions
export interface ParseValue {
  readonly found: Readonly<Record<string, number>>
  readonly elapsedMs: number
}

/** `lint`: app/describe/lint.ts. */
export interface LintOptions extends ProjectOptions, SelectionOptions {}
export interface LintValue {
  /** In order of their places. */
  readonly findings: readonly { readonly model: string; readonly diagnostic: Diagnostic }[]
  /** How many models were looked at. */
  readonly models: number
}

/** `show`: app/ask/show.ts. */
export interface ShowOptions extends ProjectOptions, DeferOptions, LimitOptions, IntrospectOption {
  readonly select: readonly string[]
  readonly state?: string
  readonly inline?: string
  /** -1 for all rows. */
  readonly limit: number
}
export interface ShowValue {
  /** `inline` or the node's name. */
  readonly node: string
  readonly table: Table
}

/** `metric`: app/ask/metric.ts. */
export interface MetricOptions extends ProjectOptions {
  /** Left out: all metrics are listed. */
  readonly metric?: string
  readonly by: readonly string[]
  readonly where: readonly string[]
  /** -1 for all rows. */
  readonly limit: number
  /** The query is given, not run. */
  readonly onlySql: boolean
}
export interface MetricValue {
  readonly name: string
  readonly sql: string
  readonly table: Table
}

/** `report` and `simulate`. */
export type {
  ReportOptions,
  ReportValue,
  SimulateOptions,
  SimulateValue,
} from './experiments/experiment-use-cases.ts'
/** `diff`. */
export type { DiffOptions, DiffValue } from './diff/diff-use-case.ts'
/** `explain` and `status`. */
export type {
  ExplainOptions,
  ExplainValue,
  StatusOptions,
  StatusValue,
} from './ledger/ledger-use-cases.ts'
/** `erase`. */
export type { EraseOptions, EraseValue } from './erase/erase-use-case.ts'
/** `prune`. */
export type { PruneOptions, PruneValue } from './prune/prune-use-case.ts'
/** `export`. */
export type { ExportOptions, ExportValue } from './export/export-use-case.ts'
export type { OrderTerm } from '../serve/export/export-query.ts'
export type { NodeDiff } from '../transform/diff/node-diff.ts'

/** `debug`: app/setup/debug.ts. */
export type DebugOptions = ProjectOptions
export interface DebugValue {
  readonly checks: readonly {
    readonly name: string
    readonly isOk: boolean
    readonly detail: string
    readonly hint?: string
  }[]
}

/** `run-operation`: app/run-operation.ts. */
export interface RunOperationOptions extends ProjectOptions {
  /** Of a macro, also `package.macro`; left out: `inline` is run. */
  readonly name?: string
  /** A template of one statement or several. */
  readonly inline?: string
  /** The text of `--args`: a YAML or JSON mapping. */
  readonly args?: string
}
export interface RunOperationValue {
  readonly name: string
  readonly statements: number
  readonly elapsedMs: number
  readonly isFine: boolean
}

/** `generate`. */
export type { GenerateOptions, GenerateValue } from './generate/generate-use-case.ts'

/** `clean`: app/setup/clean.ts. */
export type CleanOptions = ProjectOptions
export interface CleanValue {
  readonly removed: readonly string[]
  /** Database files and published copies inside the cleaned folders: never removed. */
  readonly kept: readonly string[]
}

/** `verify`. */
export type {
  VerifiedModel,
  VerifyDifference,
  VerifyFinding,
  VerifyOptions,
  VerifyStep,
  VerifyValue,
} from './verify/verify-use-case.ts'

/** `watch`: app/watch.ts; ends with the signal. */
export interface WatchOptions extends ProjectOptions, SelectionOptions {
  /** Build the selection once before waiting. Default true. */
  readonly buildFirst: boolean
}

/** `serve`: app/serve/serve.ts; ends with the signal. */
export interface ServeOptions extends ProjectOptions {
  /** Left out: `serve:` of assay.yml says. */
  readonly host?: string
  readonly port?: number
}
export interface ServeValue {
  /** False: something that was under way took too long, and was ended. */
  readonly isDrained: boolean
}
