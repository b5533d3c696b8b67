/** The use cases, each loaded when it is called: `--help` loads none of them. */
import type { Outcome, Surroundings } from '../app/surroundings.ts'
import type {
  BuildOptions,
  BuildValue,
  CleanOptions,
  CloneOptions,
  CleanValue,
  CompileOptions,
  CompileValue,
  DebugOptions,
  DebugValue,
  DiffOptions,
  DiffValue,
  ExplainOptions,
  ExplainValue,
  EraseOptions,
  EraseValue,
  ExportOptions,
  ExportValue,
  FreshnessOptions,
  FreshnessValue,
  GenerateOptions,
  GenerateValue,
  GenerateDocsOptions,
  GenerateDocsValue,
  IngestOptions,
  IngestValue,
  InitOptions,
  InitValue,
  LintOptions,
  LintValue,
  ListOptions,
  ListValue,
  MetricOptions,
  MetricValue,
  ParseOptions,
  ParseValue,
  PlanOptions,
  PlanValue,
  RunOperationOptions,
  RunOperationValue,
  PruneOptions,
  PruneValue,
  ReportOptions,
  ReportValue,
  RetryOptions,
  ServeOptions,
  ServeValue,
  ShowOptions,
  ShowValue,
  SimulateOptions,
  SimulateValue,
  StatusOptions,
  StatusValue,
  VerifyOptions,
  VerifyValue,
  WatchOptions,
} from '../app/use-cases.ts'

type UseCase<Options, Value> = (
  options: Options,
  surroundings: Surroundings,
) => Promise<Outcome<Value>>

export interface UseCases {
  readonly build: UseCase<BuildOptions, BuildValue>
  readonly clone: UseCase<CloneOptions, BuildValue>
  readonly ingest: UseCase<IngestOptions, IngestValue>
  readonly retry: UseCase<RetryOptions, BuildValue>
  /** The `--warn-error-options` of the run that `retry` repeats; undefined: none. */
  readonly earlierWarnErrorOptions: (
    options: RetryOptions,
    surroundings: Pick<Surroundings, 'cwd' | 'env'>,
  ) => Promise<string | undefined>
  readonly compile: UseCase<CompileOptions, CompileValue>
  readonly plan: UseCase<PlanOptions, PlanValue>
  readonly list: UseCase<ListOptions, ListValue>
  readonly lint: UseCase<LintOptions, LintValue>
  readonly generateDocs: UseCase<GenerateDocsOptions, GenerateDocsValue>
  readonly generate: UseCase<GenerateOptions, GenerateValue>
  readonly freshness: UseCase<FreshnessOptions, FreshnessValue>
  readonly parse: UseCase<ParseOptions, ParseValue>
  readonly show: UseCase<ShowOptions, ShowValue>
  readonly metric: UseCase<MetricOptions, MetricValue>
  readonly report: UseCase<ReportOptions, ReportValue>
  readonly simulate: UseCase<SimulateOptions, SimulateValue>
  readonly diff: UseCase<DiffOptions, DiffValue>
  readonly verify: UseCase<VerifyOptions, VerifyValue>
  readonly erase: UseCase<EraseOptions, EraseValue>
  readonly prune: UseCase<PruneOptions, PruneValue>
  readonly exportRelations: UseCase<ExportOptions, ExportValue>
  readonly explain: UseCase<ExplainOptions, ExplainValue>
  readonly status: UseCase<StatusOptions, StatusValue>
  readonly init: UseCase<InitOptions, InitValue>
  readonly debug: UseCase<DebugOptions, DebugValue>
  readonly runOperation: UseCase<RunOperationOptions, RunOperationValue>
  readonly clean: UseCase<CleanOptions, CleanValue>
  readonly watch: UseCase<WatchOptions, undefined>
  readonly serve: UseCase<ServeOptions, ServeValue>
}

export const useCases: UseCases = {
  build: async (options, surroundings) =>
    (await import('../app/build.ts')).build(options, surroundings),
  clone: async (options, surroundings) =>
    (await import('../app/clone.ts')).clone(options, surroundings),
  ingest: async (options, surroundings) =>
    (await import('../app/ingest/ingest.ts')).ingest(options, surroundings),
  retry: async (options, surroundings) =>
    (await import('../app/retry/retry.ts')).retry(options, surroundings),
  earlierWarnErrorOptions: async (options, surroundings) =>
    (await import('../app/retry/earlier-run.ts')).earlierWarnErrorOptions(options, surroundings),
  compile: async (options, surroundings) =>
    (await import('../app/compile.ts')).compile(options, surroundings),
  plan: async (options, surroundings) =>
    (await import('../app/plan/plan.ts')).planBuild(options, surroundings),
  list: async (options, surroundings) =>
    (await import('../app/describe/list.ts')).list(options, surroundings),
  generateDocs: async (options, surroundings) =>
    (await import('../app/describe/generate-docs.ts')).generateDocs(options, surroundings),
  generate: async (options, surroundings) =>
    (await import('../app/generate/generate.ts')).generate(options, surroundings),
  freshness: async (options, surroundings) =>
    (await import('../app/freshness/source-freshness.ts')).sourceFreshness(options, surroundings),
  lint: async (options, surroundings) =>
    (await import('../app/describe/lint.ts')).lint(options, surroundings),
  parse: async (options, surroundings) =>
    (await import('../app/describe/parse.ts')).parse(options, surroundings),
  show: async (options, surroundings) =>
    (await import('../app/ask/show.ts')).show(options, surroundings),
  metric: async (options, surroundings) =>
    (await import('../app/ask/metric.ts')).metric(options, surroundings),
  report: async (options, surroundings) =>
    (await import('../app/experiments/report.ts')).report(options, surroundings),
  simulate: async (options, surroundings) =>
    (await import('../app/experiments/simulate.ts')).simulate(options, surroundings),
  diff: async (options, surroundings) =>
    (await import('../app/diff/diff.ts')).diff(options, surroundings),
  verify: async (options, surroundings) =>
    (await import('../app/verify/verify.ts')).verify(options, surroundings),
  erase: async (options, surroundings) =>
    (await import('../app/erase/erase.ts')).erase(options, surroundings),
  prune: async (options, surroundings) =>
    (await import('../app/prune/prune.ts')).prune(options, surroundings),
  exportRelations: async (options, surroundings) =>
    (await import('../app/export/export.ts')).exportRelations(options, surroundings),
  explain: async (options, surroundings) =>
    (await import('../app/ledger/explain.ts')).explain(options, surroundings),
  status: async (options, surroundings) =>
    (await import('../app/ledger/status.ts')).status(options, surroundings),
  init: async (options, surroundings) =>
    (await import('../app/setup/init.ts')).init(options, surroundings),
  debug: async (options, surroundings) =>
    (await import('../app/setup/debug.ts')).debug(options, surroundings),
  runOperation: async (options, surroundings) =>
    (await import('../app/run-operation.ts')).runOperation(options, surroundings),
  clean: async (options, surroundings) =>
    (await import('../app/setup/clean.ts')).clean(options, surroundings),
  watch: async (options, surroundings) =>
    (await import('../app/watch.ts')).watch(options, surroundings),
  serve: async (options, surroundings) =>
    (await import('../app/serve/serve.ts')).serve(options, surroundings),
}
