/** The help pages as data: groups, one-line summaries, descriptions, examples, exit codes. */
import {
  buildFlags,
  snapshotFlags,
  cloneFlags,
  compileFlags,
  deferFlags,
  docsFlags,
  diffFlags,
  emptyFlags,
  freshnessFlags,
  type FlagGroup,
  initFlags,
  lintFlags,
  listFlags,
  metricFlags,
  operationFlags,
  outputFlags,
  partFlags,
  planFlags,
  retryFlags,
  seedFlags,
  selectionFlags,
  showFlags,
  verifyFlags,
  watchFlags,
} from './flags.ts'
import type { CommandName } from './request.ts'

interface CommandPage {
  readonly name: CommandName
  readonly alias?: string
  /** What stands behind the name, before the flags; left out: nothing. */
  readonly words?: readonly string[]
  readonly group: string
  readonly summary: string
  readonly description: string
  readonly flags: readonly FlagGroup[]
  /** Examples and exit codes. */
  readonly after: string
}

const exitCodes = {
  work: 'Exit codes: 0 fine; 1 a node or test failed; 2 nothing was begun; 130 interrupted.',
  operation:
    'Exit codes: 0 fine; 1 it raised or a statement failed, nothing of it was done; 2 nothing was begun: no such macro, wrong usage, no connection; 130 interrupted.',
  look: 'Exit codes: 0 fine; 2 wrong usage, an invalid project or no connection; 130 interrupted.',
  freshness:
    'Exit codes: 0 fine, warnings too; 1 a source is too old, or could not be asked; 2 nothing was begun.',
  lint: 'Exit codes: 0 nothing found; 1 something found; 2 wrong usage or an invalid project.',
  diff: 'Exit codes: 0 no difference; 1 a difference; 2 could not begin; 130 interrupted.',
  verify: 'Exit codes: 0 no difference; 1 a difference; 2 could not run; 130 interrupted.',
  status:
    'Exit codes: 0 fine; 1 something is failed or stale; 2 could not look: no connection, another process has the file, an invalid project.',
  debug: 'Exit codes: 0 all checks passed; 1 one failed; 2 wrong usage.',
} as const

const variables = 'Each flag has a variable: --target is ASSAY_TARGET.'

function after(examples: readonly string[], exit: keyof typeof exitCodes): string {
  const lines = examples.map((example) => `  ${example}`).join('\n')
  return `\nExamples:\n${lines}\n\n${exitCodes[exit]}\n${variables}`
}

export const programExamples = `
Every command takes --project-dir, --target, --vars, --threads, --target-path, --quiet,
--log-format, --use-colors, --no-color and --debug: "assay build --help" describes them.

Examples:
  assay build                          everything: seeds, models, snapshots, tests
  assay build --select stg_events+     one model and what reads it
  assay show --select leading_arms     rows of a model
  assay watch                          rebuild what each saved file touches

Exit codes: 0 fine; 1 work was begun and something failed; 2 nothing was begun; 130 interrupted.
${variables}`

const building = 'Build:'
const looking = 'Look:'
const housekeeping = 'Housekeeping:'

export const commandPages: readonly CommandPage[] = [
  {
    name: 'build',
    group: building,
    summary: 'build, test and publish seeds, models and snapshots, in order of dependency',
    description:
      'Builds each node beside the old one, tests it and publishes it, in one transaction. A node that fails leaves the old table in place; what depends on it is skipped.',
    flags: [selectionFlags, deferFlags, buildFlags, partFlags],
    after: after(
      [
        'assay build',
        'assay build --select stg_events+ --exclude tag:slow',
        'assay build -f -t postgres',
      ],
      'work',
    ),
  },
  {
    name: 'run',
    group: building,
    summary: 'build models only: no seeds, no tests',
    description: 'Builds models without their tests, in order of dependency.',
    flags: [selectionFlags, deferFlags, buildFlags, partFlags],
    after: after(['assay run', 'assay run --select +posterior_parameters'], 'work'),
  },
  {
    name: 'test',
    group: building,
    summary: 'run the data tests on what is published',
    description: 'Runs data tests on the tables as they are; builds nothing.',
    flags: [selectionFlags, deferFlags, buildFlags],
    after: after(['assay test', 'assay test --select impressions'], 'work'),
  },
  {
    name: 'seed',
    group: building,
    summary: 'load the CSV files of seeds/',
    description: 'Loads the CSV files of seeds/ into tables.',
    flags: [selectionFlags, deferFlags, buildFlags, seedFlags],
    after: after(['assay seed', 'assay seed --select items --full-refresh'], 'work'),
  },
  {
    name: 'snapshot',
    group: building,
    summary: 'keep the history of rows that change in place',
    description:
      'Compares the rows of each snapshot with its newest versions: ends what changed, opens what is new. Nothing of the history is made anew, so there is no --full-refresh.',
    flags: [selectionFlags, snapshotFlags, emptyFlags],
    after: after(['assay snapshot', 'assay snapshot --select customers_history'], 'work'),
  },
  {
    name: 'clone',
    group: building,
    summary: 'a view here on each relation of another run',
    description:
      'Makes a view in this target on each relation that the manifest.json of --state names. What exists already is left as it is.',
    flags: [selectionFlags, cloneFlags],
    after: after(
      ['assay clone --state target/production --select config.materialized:incremental'],
      'work',
    ),
  },
  {
    name: 'retry',
    group: building,
    summary: 'run again what the last run did not finish',
    description:
      'Reads run_results.json and runs what failed, was skipped or succeeded in part, with the command and the flags of that run. --vars, --threads and the paths can be given anew.',
    flags: [retryFlags],
    after: after(['assay retry', 'assay retry --state target/production --threads 8'], 'work'),
  },
  {
    name: 'watch',
    group: building,
    summary: 'rebuild what a saved file touches; errors in place',
    description: 'Builds, then waits: each saved file is checked and what it touches is rebuilt.',
    flags: [selectionFlags, watchFlags],
    after: after(['assay watch', 'assay watch --select silver --no-build-first'], 'work'),
  },
  {
    name: 'run-operation',
    words: ['[MACRO]'],
    group: building,
    summary: 'run what a macro renders',
    description:
      'Renders a macro with the arguments of --args, or the template of --sql, and runs the statements it renders in one transaction. What it logs and prints is shown.',
    flags: [operationFlags],
    after: after(
      [
        `assay run-operation grant_select --args '{role: reporter}'`,
        `assay run-operation --sql 'analyze {{ref "orders"}}'`,
      ],
      'operation',
    ),
  },
  {
    name: 'plan',
    group: looking,
    summary: 'what would run, why, and the SQL',
    description: 'Prints what build would do, why, and every statement of it. Changes nothing.',
    flags: [selectionFlags, deferFlags, planFlags, partFlags],
    after: after(
      ['assay plan', 'assay plan --command run --select impressions --output json'],
      'look',
    ),
  },
  {
    name: 'compile',
    group: looking,
    summary: 'render templates to SQL',
    description: 'Renders templates to SQL files; a single node or --inline is printed too.',
    flags: [selectionFlags, deferFlags, compileFlags, partFlags],
    after: after(
      [
        'assay compile',
        'assay compile --select impressions',
        `assay compile --inline 'select * from {{ref "impressions"}}'`,
      ],
      'look',
    ),
  },
  {
    name: 'show',
    group: looking,
    summary: 'rows of a model, seed, test or query',
    description: 'Runs a query and prints its rows.',
    flags: [showFlags, deferFlags, emptyFlags],
    after: after(
      [
        'assay show --select aggregates --limit 20',
        `assay show --inline 'select * from {{ref "aggregates"}}' --output csv --limit -1`,
      ],
      'look',
    ),
  },
  {
    name: 'metric',
    words: ['[NAME]'],
    group: looking,
    summary: 'a metric by dimensions and time; without a name, what metrics there are',
    description:
      'Compiles a metric that is declared under metrics: to one query on its model, and prints its rows. A sum of what may not be added, over time for example, is an error that says what to ask instead.',
    flags: [metricFlags],
    after: after(
      [
        'assay metric',
        'assay metric conversion_rate --by experiment_id',
        `assay metric revenue --by day:month country --where "country <> 'XX'" --output csv`,
      ],
      'look',
    ),
  },
  {
    name: 'diff',
    words: ['A', 'B'],
    group: looking,
    summary: 'compare tables between two targets or schemas',
    description:
      'Compares the relations of two sides: columns, row counts, keys on one side only, how far each column matches, and some rows that differ. A and B are each a target of assay.yml, target:schema, or a schema of the current target. Changes nothing.',
    flags: [selectionFlags, diffFlags],
    after: after(
      [
        'assay diff dev postgres',
        'assay diff dev:silver dev:me_silver',
        'assay diff silver me_silver --select orders --key order_id --limit 20',
      ],
      'diff',
    ),
  },
  {
    name: 'explain',
    words: ['MODEL'],
    group: looking,
    summary: 'why a model was built, reused, skipped or failed',
    description:
      'Says what the last runs decided about a model or seed and why, what build and build --changed would do now, what it reads and whether that changed, how far its cursors are, who follows it, and what its tests said. Changes nothing.',
    flags: [outputFlags],
    after: after(['assay explain impressions', 'assay explain impressions --output json'], 'look'),
  },
  {
    name: 'status',
    group: looking,
    summary: 'last runs, failures, what is stale, locks; for probes too',
    description:
      'Says how the last runs went, which nodes and tests failed last, which models are not what a build would make now, who holds leases, and what nobody owns any more. New rows in a source make nothing stale. Changes nothing.',
    flags: [outputFlags],
    after: after(['assay status', 'assay status --target postgres --output json'], 'status'),
  },
  {
    name: 'ls',
    alias: 'list',
    group: looking,
    summary: 'list the nodes of the project',
    description: 'Lists nodes, sorted.',
    flags: [selectionFlags, listFlags],
    after: after(
      [
        'assay ls',
        'assay ls --select +gold --output path',
        'assay ls --output json --output-keys name config.materialized',
      ],
      'look',
    ),
  },
  {
    name: 'parse',
    group: looking,
    summary: 'check the project without a database',
    description: 'Reads and checks the project, writes target/manifest.json. Needs no database.',
    flags: [],
    after: after(['assay parse', 'assay parse --project-dir ../shop'], 'look'),
  },
  {
    name: 'source',
    words: ['freshness'],
    group: looking,
    summary: 'how old the newest rows of sources are, against their limits',
    description:
      'Asks each source that has a limit under "freshness:" how old its newest row is, and writes target/sources.json. docs/sources.md says more.',
    flags: [selectionFlags, freshnessFlags],
    after: after(
      ['assay source freshness', 'assay source freshness --select source:shop'],
      'freshness',
    ),
  },
  {
    name: 'docs',
    words: ['generate'],
    group: looking,
    summary: 'manifest.json and catalog.json, for programs that show them',
    description:
      'Compiles, asks the database once what it holds of the selected nodes, and writes target/manifest.json and target/catalog.json. docs/artifacts.md says what is in them.',
    flags: [selectionFlags, deferFlags, docsFlags],
    after: after(['assay docs generate', 'assay docs generate --select gold --no-compile'], 'look'),
  },
  {
    name: 'lint',
    group: looking,
    summary: 'what in the SQL makes a table differ from a full refresh',
    description:
      'Reads the SQL of models for what breaks the promise: clocks, watermarks, orders with ties. Needs no database. docs/lint.md has each finding with what to do.',
    flags: [selectionFlags, lintFlags],
    after: after(['assay lint', 'assay lint --select silver --output json'], 'lint'),
  },
  {
    name: 'verify',
    group: looking,
    summary: 'try whether builds end with what a full refresh would give',
    description:
      'Takes a sample of your rows to an empty database of its own, lets them arrive in random order between builds, re-runs and kills, and compares incremental models with a full refresh of the same rows. A difference is made as small as it gets and printed with the command that gives it again. docs/verify.md says more. Published tables are only read.',
    flags: [selectionFlags, verifyFlags],
    after: after(
      [
        'assay verify',
        'assay verify --select silver_sessions --histories 200 --timeout 300',
        'assay verify --select silver_sessions --seed 4711 --history 3',
      ],
      'verify',
    ),
  },
  {
    name: 'init',
    words: ['[DIR]'],
    group: housekeeping,
    summary: 'write a small project that builds at once',
    description:
      'Writes a runnable project to a folder: seeds, staging and gold models, tests, a macro, and a target for each database. A README.md or .gitignore that is there is kept; where anything else is in the way nothing is written.',
    flags: [initFlags],
    after: after(['assay init shop', 'cd shop && assay build'], 'look'),
  },
  {
    name: 'completion',
    words: ['SHELL'],
    group: housekeeping,
    summary: 'print what completes commands, flags and node names in your shell',
    description:
      'Prints a script for bash, zsh or fish. Commands, flags and, behind --select and its like, the names of the nodes of the project are completed.',
    flags: [],
    after: after(
      [
        'source <(assay completion bash)          # in ~/.bashrc',
        'source <(assay completion zsh)           # in ~/.zshrc',
        'assay completion fish | source           # in config.fish',
      ],
      'look',
    ),
  },
  {
    name: 'debug',
    group: housekeeping,
    summary: 'check the project, the target and the connection',
    description: 'Checks versions, the project, the target and the connection, one line each.',
    flags: [],
    after: after(['assay debug', 'assay debug --target postgres'], 'debug'),
  },
  {
    name: 'clean',
    group: housekeeping,
    summary: 'remove what runs have written; never a database file',
    description: 'Removes the folders of clean-targets. A database file in them is kept.',
    flags: [],
    after: after(['assay clean'], 'look'),
  },
]
