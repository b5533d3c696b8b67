/** The flags of every command as data: dbt's names where dbt has them. */
import { type Command, Option } from 'commander'

export interface FlagGroup {
  readonly title: string
  /** Commander's notation of the flag, and what it does; without words it is not on the help page. */
  readonly flags: readonly (readonly [notation: string, words?: string])[]
}

export function addFlags(
  command: Command,
  groups: readonly FlagGroup[],
  { isOnHelpPage } = { isOnHelpPage: true },
): void {
  for (const { title, flags } of groups) {
    for (const [notation, words] of flags) {
      const isHidden = words === undefined || !isOnHelpPage
      if (command.options.some((option) => option.long === longName(notation))) continue
      command.addOption(new Option(notation, words).helpGroup(title).hideHelp(isHidden))
      const opposite = oppositeOf(notation)
      if (opposite !== undefined) {
        command.addOption(new Option(opposite).helpGroup(title).hideHelp())
      }
    }
  }
}

/** What was switched on by the project or a variable can be switched off: `--no-fail-fast`. */
function oppositeOf(notation: string): string | undefined {
  const long = longName(notation)
  const takesValue = /[<[]/.test(notation)
  return takesValue || long.startsWith('--no-') ? undefined : `--no-${long.slice(2)}`
}

function longName(notation: string): string {
  return /--[a-z][a-z-]*/.exec(notation)?.[0] ?? notation
}

export const commonFlags: readonly FlagGroup[] = [
  {
    title: 'Project:',
    flags: [
      ['--project-dir <folder>', 'where assay.yml is (default: this folder or one above it)'],
      ['-t, --target <name>', 'which target of assay.yml'],
      ['--vars <yaml>', `values for var, e.g. '{days: 7}'`],
      ['--threads <count>', 'nodes at once (default: the target says)'],
      ['--target-path <folder>', 'where to write files (default: target)'],
    ],
  },
  {
    title: 'Output:',
    flags: [
      ['-q, --quiet', 'only errors, failures and what was asked for'],
      [
        '--log-level <level>',
        'debug, info, warn, error or none: debug is --debug, the last three are --quiet',
      ],
      ['--log-path <folder>', 'where the log file is written (default: logs in the target folder)'],
      ['--log-format <format>', 'text, or json: one event a line (default: text)'],
      ['--warn-error', 'take every warning for an error'],
      ['--warn-error-options <yaml>', "e.g. '{error: all, silence: [not-applied]}'"],
      ['--use-colors', 'colour even without a terminal'],
      ['--no-color', 'no colour'],
      ['--no-use-colors'],
      ['--no-print', 'leave out what templates print'],
      ['--no-write-json', 'write no artifacts (manifest.json and the like)'],
      ['--debug', 'stack traces for faults of assay itself'],
    ],
  },
]

const selectFlags = [
  ['-s, --select <selector...>', 'which nodes: names, +parents, children+, tag:x, path:x, ...'],
  ['-m, --models <selector...>', 'the same as --select'],
] as const

export const selectionFlags: FlagGroup = {
  title: 'Selection:',
  flags: [
    ...selectFlags,
    ['--exclude <selector...>', 'which nodes to leave out'],
    ['--state <folder>', 'artifacts of another run, for state:, result: and --defer'],
    ['--selector <name>', 'what this entry of selectors.yml names'],
    [
      '--indirect-selection <mode>',
      'which tests come along: eager, cautious, buildable or empty (default: eager)',
    ],
    ['--resource-type, --resource-types <type...>', 'only model, seed, source, test, ...'],
    ['--exclude-resource-type, --exclude-resource-types <type...>', 'no nodes of these types'],
  ],
}

export const deferFlags: FlagGroup = {
  title: 'Deferring:',
  flags: [
    ['--defer', 'read what is not built here where the manifest of --state has it'],
    ['--no-defer'],
    ['--favor-state', 'with --defer: also what exists here'],
    ['--no-favor-state'],
    ['--defer-state <folder>', 'for --defer, another folder than that of --state'],
  ],
}

const fullRefresh = ['-f, --full-refresh', 'rebuild incremental models and seeds whole'] as const

const atomic = [
  '--atomic',
  'one transaction for the whole selection: readers see all of it or nothing',
] as const
const backfill = [
  '--backfill <condition>',
  `rebuild these rows of incremental models, e.g. "day >= '2026-01-01'"`,
] as const

export const buildFlags: FlagGroup = {
  title: 'Building:',
  flags: [
    fullRefresh,
    ['-x, --fail-fast', 'stop at the first failure'],
    ['--changed', 'leave nodes whose SQL, config and inputs are as they were (reused)'],
    atomic,
    backfill,
    ['--store-failures', 'keep the failing rows of tests, each in a table of its own'],
    ['--wait', 'wait for another run that writes the same tables, instead of failing'],
  ],
}

/** A file has no rows of its own to be built again. */
export const loadingFlags: FlagGroup = {
  title: 'Building:',
  flags: buildFlags.flags.filter((flag) => flag !== backfill),
}

export const seedFlags: FlagGroup = {
  title: 'Showing:',
  flags: [['--show', 'show up to 10 rows of each seed that was loaded']],
}

/** Without what would make rows anew: `test` and `snapshot` make none. */
export const snapshotFlags: FlagGroup = {
  title: 'Building:',
  flags: buildFlags.flags.filter((flag) => flag !== fullRefresh && flag !== backfill),
}

const introspect = [
  '--no-introspect',
  'never ask the database for a template: one that uses query or columns is an error',
] as const

export const cloneFlags: FlagGroup = {
  title: 'Cloning:',
  flags: [
    ['-f, --full-refresh', 'also what exists already'],
    ['-x, --fail-fast', 'stop at the first failure'],
    ['--wait', 'wait for another run that writes the same tables, instead of failing'],
  ],
}

export const ingestFlags: FlagGroup = {
  title: 'Loading:',
  flags: [
    ['--build', 'build what is selected in the same transaction: all of it or nothing is there'],
    ['--replay', 'read dead letters again, after the cause was mended, instead of what is new'],
    ['--reason <code...>', 'with --replay: only those with this reason, e.g. wrong-type'],
    ['--wait', 'wait for another run that writes the same tables, instead of failing'],
  ],
}

/** Of a build that loads: it is one transaction anyway, and a part of the rows would leave the others out for ever. */
export const joinedFlags: FlagGroup = {
  title: 'With --build:',
  flags: buildFlags.flags.filter(
    (flag) => flag !== atomic && flag !== backfill && !flag[0].startsWith('--wait'),
  ),
}

export const retryFlags: FlagGroup = {
  title: 'Retrying:',
  flags: [
    ['--state <folder>', "where the run's run_results.json is (default: the target folder)"],
    fullRefresh,
    ['--wait', 'wait for another run that writes the same tables, instead of failing'],
  ],
}

const empty = ['--empty', 'give models no rows of what they read: only columns and types'] as const

/** Of what is read, a part. */
export const emptyFlags: FlagGroup = { title: 'Part of the rows:', flags: [empty] }
export const partFlags: FlagGroup = {
  title: 'Part of the rows:',
  flags: [
    empty,
    [
      '--sample <window>',
      `of inputs with an event_time these rows only, e.g. "3 days" or "{start: 2026-01-01, end: 2026-01-08}"`,
    ],
    ['--event-time-start <moment>', 'microbatch: build the batches from here (UTC)'],
    ['--event-time-end <moment>', 'microbatch: and to here'],
  ],
}

export const compileFlags: FlagGroup = {
  title: 'Compiling:',
  flags: [
    ['--inline <sql>', 'compile this template instead of nodes'],
    ['--output <form>', 'text or json (default: text)'],
    fullRefresh,
    introspect,
  ],
}

export const planFlags: FlagGroup = {
  title: 'Planning:',
  flags: [
    ['--command <name>', 'plan for build, run, test, seed or snapshot (default: build)'],
    ['--output <form>', 'text or json (default: text)'],
    fullRefresh,
    atomic,
    backfill,
    introspect,
  ],
}

export const metricFlags: FlagGroup = {
  title: 'Asking:',
  flags: [
    ['--by <column...>', 'dimensions, and the time column, also coarser: day:month'],
    ['--where <condition...>', `rows that count, e.g. "country = 'NL'"`],
    ['--limit <count>', 'rows at most, -1 for all (default: -1)'],
    ['--sql', 'print the query, run nothing'],
    ['--output <form>', 'table, json or csv (default: table)'],
    ['--numbers', 'json: decimals and wide integers as numbers, not as strings'],
  ],
}

export const reportFlags: FlagGroup = {
  title: 'Telling:',
  flags: [['--output <form>', 'what is printed: markdown, html or json (default: markdown)']],
}

export const simulateFlags: FlagGroup = {
  title: 'Simulating:',
  flags: [
    ['--aa <count>', 'how many times the users are drawn anew (default: 1000)'],
    ['--seed <number>', 'the same number draws the same users, on every database (default: 1)'],
    ['--output <form>', 'table, json or csv (default: table)'],
  ],
}

export const initFlags: FlagGroup = {
  title: 'Starting:',
  flags: [['--name <name>', "the project's name (default: made from the folder's)"]],
}

export const generateFlags: FlagGroup = {
  title: 'Generating:',
  flags: [
    ['--events <count>', 'messages; dirt comes on top (default: 10000)'],
    ['--seed <number>', 'what everything hangs on: the same seed, the same bytes (default: 1)'],
    ['--days <count>', 'over how many days (default: 30)'],
    ['--start <day>', 'the first of them (default: 2025-01-01)'],
    [
      '--users <count>',
      'shoppers there are (default: a twentieth of the events; of an experiment 10000)',
    ],
    [
      '--lift <share>',
      'experiment: how much more often the treated buy, 0.15 is 15% (default: 0.15)',
    ],
    ['--products <count>', 'products there are (default: 120)'],
    [
      '--dirt <share>',
      'of the messages, from 0 to 1: also broken, twice, late, out of order, or from 2099 (default: 0)',
    ],
    ['--batch-size <count>', 'lines of a file (default: 10000)'],
    ['--format <form>', 'jsonl, or csv: one file, as the raw table would hold it (default: jsonl)'],
    [
      '--output <place>',
      'folder, or file of csv (default: incoming/events, seeds/events.csv, incoming/experiment)',
    ],
  ],
}

export const showFlags: FlagGroup = {
  title: 'Showing:',
  flags: [
    ...selectFlags,
    ['--inline <sql>', 'show the rows of this template instead'],
    ['--state <folder>', 'artifacts of another run, for state:, result: and --defer'],
    ['--limit <count>', 'rows at most, -1 for all (default: 5)'],
    ['--output <form>', 'table, json or csv (default: table)'],
    // It is always shown as a full refresh would build it.
    ['-f, --full-refresh'],
    introspect,
    ['--numbers', 'json: decimals and wide integers as numbers, not as strings'],
  ],
}

export const operationFlags: FlagGroup = {
  title: 'Operation:',
  flags: [
    ['--args <yaml>', `arguments of the macro, e.g. '{role: reporter}'`],
    ['--sql <sql>', 'run this template instead of a macro'],
  ],
}

export const diffFlags: FlagGroup = {
  title: 'Comparing:',
  flags: [
    [
      '--key <columns>',
      'pair rows by these columns, e.g. id or day,shop (default: the unique_key)',
    ],
    ['--limit <count>', 'sample rows at most, -1 for all (default: 5)'],
    ['--tolerance <number>', 'floats this close are equal, relative (default: 1e-9)'],
    ['--output <form>', 'text or json (default: text)'],
  ],
}

export const exportFlags: FlagGroup = {
  title: 'Exporting:',
  flags: [
    ['--to <place>', 'a file, a folder, or target:<name> for the database of another target'],
    [
      '--format <name>',
      'csv, json, jsonl or parquet (default: by the ending of --to, else parquet)',
    ],
    [
      '--partition-by <columns>',
      'a folder for each value of these columns, e.g. day or day,country',
    ],
    ['--order-by <columns>', 'the order of the rows, e.g. user_id or "day desc, user_id"'],
    [
      '--compression <name>',
      'parquet: zstd, snappy, gzip or none (default: zstd); others: gzip or none',
    ],
    ['--schema <name>', 'with target: the schema there (default: the schema it has here)'],
    ['--numbers', 'json: decimals and wide integers as numbers, not as strings'],
    ['--output <form>', 'what is printed: text or json (default: text)'],
    ['--wait', 'wait for another run that writes the same tables, instead of failing'],
  ],
}

export const eraseFlags: FlagGroup = {
  title: 'Erasing:',
  flags: [
    [
      '--column <names>',
      'every table that has a column of this name, e.g. user_id or user_id,buyer_id',
    ],
    ['--identity <name>', 'the columns that declare meta: {identifies: <name>}'],
    ['--value <value>', 'whose rows; better as the variable ASSAY_VALUE, which no history keeps'],
    ['-y, --yes', 'do it (default: only say what would be done)'],
    ['--output <form>', 'what is printed: text or json (default: text)'],
    ['--wait', 'wait for another run that writes the same tables, instead of failing'],
  ],
}

export const pruneFlags: FlagGroup = {
  title: 'Pruning:',
  flags: [
    ['-y, --yes', 'do it (default: only say what would go)'],
    ['--output <form>', 'what is printed: text or json (default: text)'],
    ['--wait', 'wait for a run that loads, instead of failing'],
  ],
}

export const outputFlags: FlagGroup = {
  title: 'Answering:',
  flags: [['--output <form>', 'text or json (default: text)']],
}

export const listFlags: FlagGroup = {
  title: 'Listing:',
  flags: [
    ['--output <form>', 'selector, name, path or json (default: selector)'],
    ['--output-keys <key...>', 'json: these keys, dots reach inside: config.materialized'],
  ],
}

export const docsFlags: FlagGroup = {
  title: 'Documenting:',
  flags: [
    ['--no-compile', 'leave the SQL of the nodes out of manifest.json'],
    ['--empty-catalog', 'do not ask the database: a catalog.json that holds nothing'],
    introspect,
    ['--static'],
  ],
}

export const freshnessFlags: FlagGroup = {
  title: 'Checking:',
  flags: [['-o, --output <file>', 'where to write sources.json (default: the target folder)']],
}

export const lintFlags: FlagGroup = {
  title: 'Linting:',
  flags: [['--output <form>', 'text, or json: one finding a line (default: text)']],
}

export const verifyFlags: FlagGroup = {
  title: 'Verifying:',
  flags: [
    ['--histories <count>', 'random histories of arrivals, builds and kills (default: 50)'],
    ['--seed <number>', 'what the choices hang on (default: another one in each run)'],
    ['--history <number>', "play only this one of the seed's histories"],
    ['--timeout <seconds>', 'begin no history after so long (default: 60)'],
    ['--rows <count>', 'rows of each source and seed at most (default: 200)'],
    ['--static <name...>', 'sources and seeds whose rows are all there from the start'],
    ['--sandbox <database>', 'an empty database to build in (Postgres; default: a new one)'],
    ['--output <form>', 'text or json (default: text)'],
  ],
}

export const watchFlags: FlagGroup = {
  title: 'Watching:',
  flags: [['--no-build-first', 'wait for the first change before building anything']],
}

export const serveFlags: FlagGroup = {
  title: 'Serving:',
  flags: [
    ['--host <address>', 'where to listen (default: assay.yml says, or 127.0.0.1)'],
    ['--port <number>', 'and at which port, 0 for any that is free (default: 8080)'],
  ],
}
