/** Words of a command line to a Request; wrong ones to one sentence with the nearest right one. */
import { describe, expect, test } from 'vitest'
import { parseCommandLine } from '../../../src/cli/arguments/parse-command-line.ts'
import { UsageError } from '../../../src/cli/arguments/usage-error.ts'

function parse(words: string, env: Readonly<Record<string, string>> = {}) {
  const argv = words === '' ? [] : words.split(' ')
  return parseCommandLine({ argv, env, version: '9.9.9', width: 80 })
}

function request(words: string, env: Readonly<Record<string, string>> = {}) {
  const parsed = parse(words, env)
  return parsed.kind === 'request' ? parsed.request : parsed.text
}

function refusal(words: string, env: Readonly<Record<string, string>> = {}): string {
  try {
    parse(words, env)
    return 'not refused'
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return error.hint === undefined ? error.message : `${error.message} | ${error.hint}`
  }
}

const none = {
  select: [],
  exclude: [],
  indirectSelection: 'eager',
  resourceTypes: [],
  excludeResourceTypes: [],
}
const offFlags = {
  atomic: false,
  changed: false,
  wait: false,
  skipsNodesIfStartFails: true,
  storeFailures: false,
}
const usual = {
  isQuiet: false,
  isDebug: false,
  prints: true,
  writesJson: true,
  logFormat: 'text',
  useColours: undefined,
}

describe('right', () => {
  test('build with nothing', () => {
    expect(request('build')).toEqual({
      ...usual,
      call: {
        name: 'build',
        options: { command: 'build', ...none, ...offFlags, fullRefresh: false, failFast: false },
      },
    })
  })

  test('run with everything, flags of all commands before and after the command', () => {
    const words =
      '-q --project-dir p run -s a b --select c -m d --exclude e f --resource-types model seed -fx ' +
      '-t dev --vars {} --threads 8 --target-path out --log-format json --no-color --debug'
    expect(request(words)).toEqual({
      isQuiet: true,
      isDebug: true,
      prints: true,
      writesJson: true,
      logFormat: 'json',
      useColours: false,
      call: {
        name: 'run',
        options: {
          command: 'run',
          ...offFlags,
          projectDir: 'p',
          target: 'dev',
          vars: '{}',
          threads: 8,
          targetPath: 'out',
          select: ['a', 'b', 'c', 'd'],
          exclude: ['e', 'f'],
          indirectSelection: 'eager',
          resourceTypes: ['model', 'seed'],
          excludeResourceTypes: [],
          fullRefresh: true,
          failFast: true,
        },
      },
    })
  })

  test.each([
    [
      'compile',
      {
        name: 'compile',
        output: 'text',
        options: { ...none, introspect: true, fullRefresh: false },
      },
    ],
    [
      'plan --command run --output json',
      {
        name: 'plan',
        output: 'json',
        options: { command: 'run', ...none, atomic: false, fullRefresh: false, introspect: true },
      },
    ],
    [
      'list --output json --output-keys name config.materialized',
      {
        name: 'ls',
        options: { ...none, output: 'json', outputKeys: ['name', 'config.materialized'] },
      },
    ],
    [
      'lint --select silver --output json',
      { name: 'lint', output: 'json', options: { ...none, select: ['silver'] } },
    ],
    ['lint', { name: 'lint', output: 'text', options: none }],
    [
      'explain stg_events -t postgres',
      { name: 'explain', output: 'text', options: { model: 'stg_events', target: 'postgres' } },
    ],
    ['status --output json', { name: 'status', output: 'json', options: {} }],
    ['parse', { name: 'parse', options: {} }],
    ['debug -t postgres', { name: 'debug', options: { target: 'postgres' } }],
    ['clean', { name: 'clean', options: {} }],
    ['watch --no-build-first', { name: 'watch', options: { ...none, buildFirst: false } }],
    ['watch', { name: 'watch', options: { ...none, buildFirst: true } }],
    [
      'show -s a --limit -1 --output csv --no-introspect',
      {
        name: 'show',
        output: 'csv',
        asNumbers: false,
        options: { select: ['a'], limit: -1, introspect: false },
      },
    ],
    [
      'show --inline x --output json --numbers',
      {
        name: 'show',
        output: 'json',
        asNumbers: true,
        options: { select: [], inline: 'x', limit: 5, introspect: true },
      },
    ],
  ])('%s', (words, call) => {
    expect(request(words)).toEqual({ ...usual, call })
  })

  test.each(['a', 'analysis'])('--inline takes SQL that begins with a comment: -- %s', (word) => {
    const parsed = parseCommandLine({
      argv: ['show', '--inline', `-- ${word}\nselect 1`],
      env: {},
      version: '9.9.9',
      width: 80,
    })
    expect(parsed).toMatchObject({
      request: { call: { options: { inline: `-- ${word}\nselect 1` } } },
    })
  })

  test('variables stand in for flags, and flags win', () => {
    const env = {
      ASSAY_TARGET: 'ci',
      ASSAY_THREADS: '2',
      ASSAY_SELECT: 'a+ b',
      ASSAY_FAIL_FAST: 'yes',
      ASSAY_FULL_REFRESH: '0',
      ASSAY_USE_COLORS: 'true',
      ASSAY_QUIET: '',
    }
    expect(request('build -m c --threads 3', env)).toEqual({
      ...usual,
      useColours: true,
      call: {
        name: 'build',
        options: {
          command: 'build',
          target: 'ci',
          threads: 3,
          ...none,
          ...offFlags,
          select: ['c'],
          fullRefresh: false,
          failFast: true,
        },
      },
    })
    expect(request('ls', env)).toMatchObject({ call: { options: { select: ['a+ b'] } } })
    expect(request('watch', { ASSAY_BUILD_FIRST: 'false' })).toMatchObject({
      call: { options: { buildFirst: false } },
    })
  })

  test.each(['--version', '-v', 'build --version'])('%s', (words) => {
    expect(request(words)).toBe('assay 9.9.9\n')
  })
})

test.each([
  [
    'bild',
    'expected a command, found "bild" | did you mean "build"? "assay --help" shows what there is',
  ],
  ['frobnicate', 'expected a command, found "frobnicate" | "assay --help" shows what there is'],
  [
    'build --selct a',
    'expected a flag of "assay build", found "--selct" | did you mean "--select"? "assay build --help" shows what there is',
  ],
  [
    'build --qiet',
    'expected a flag of "assay build", found "--qiet" | did you mean "--quiet"? "assay build --help" shows what there is',
  ],
  [
    'parse --select a',
    'expected a flag of "assay parse", found "--select" | "assay parse --help" shows what there is',
  ],
  [
    '--treads 3',
    'expected a flag of "assay", found "--treads" | did you mean "--threads"? "assay --help" shows what there is',
  ],
  [
    'build my_model',
    'expected flags after "assay build", found "my_model" | did you mean "assay build --select my_model"?',
  ],
  [
    'parse my_model',
    'expected flags after "assay parse", found "my_model" | "assay parse --help" shows what there is',
  ],
  [
    'build --select',
    'expected a value after "-s, --select", found nothing | "assay build --help" shows what there is',
  ],
  ['build --threads 0', 'expected a whole number from 1 for --threads, found "0"'],
  ['build --threads 1.5', 'expected a whole number from 1 for --threads, found "1.5"'],
  ['show -s a --limit ten', 'expected a whole number from -1 for --limit, found "ten"'],
  [
    'show -s a --output jsn',
    'expected one of "table", "json", "csv" for --output, found "jsn" | did you mean "json"?',
  ],
  [
    'build --resource-type modle',
    'expected one of "all", "default", "model", "seed", "snapshot", "source", "test", "unit_test", "analysis", "exposure", "metric" for --resource-types, found "modle" | did you mean "model"?',
  ],
  [
    'show',
    `expected --select or --inline, found neither | for example: assay show --inline 'select 1 as one'`,
  ],
  ['show -s a --inline b', 'expected --select or --inline, found both'],
  ['build --log-format xml', 'expected one of "text", "json" for --log-format, found "xml"'],
])('%s is refused', (words, sentence) => {
  expect(refusal(words)).toBe(sentence)
})

test('a wrong variable is named', () => {
  expect(refusal('build', { ASSAY_THREADS: 'many' })).toBe(
    'expected a whole number from 1 for ASSAY_THREADS, found "many"',
  )
  expect(refusal('build', { ASSAY_FAIL_FAST: 'maybe' })).toBe(
    'expected true or false for ASSAY_FAIL_FAST, found "maybe"',
  )
})

test('the help page: alone, asked for, of a command', () => {
  expect(request('--help')).toMatchInlineSnapshot(`
    "Usage: assay <command> [flags]

    Assay: build, test and publish tables in one transaction, with SQL.

    Options:
      -v, --version  print the version
      -h, --help     print this page, or that of a command

    Build:
      build          build, test and publish seeds, models and snapshots, in order
                     of dependency
      run            build models only: no seeds, no tests
      test           run the data tests on what is published
      seed           load the CSV files of seeds/
      snapshot       keep the history of rows that change in place
      clone          a view here on each relation of another run
      ingest         load the sources that have "load:" into their raw tables
      retry          run again what the last run did not finish
      watch          rebuild what a saved file touches; errors in place
      run-operation  run what a macro renders

    In and out:
      erase          take one person's rows out of tables, batches, dead letters and
                     exports
      export         write tables and views to files, or to another database
      serve          take events over HTTP, and give what is published

    Look:
      plan           what would run, why, and the SQL
      compile        render templates to SQL
      show           rows of a model, seed, test or query
      metric         a metric by dimensions and time; without a name, what metrics
                     there are
      report         what came of an A/B test, as Markdown and an HTML page
      simulate       how often the metrics of an A/B test are called different
                     without a difference
      diff           compare tables between two targets or schemas
      explain        why a model was built, reused, skipped or failed
      status         last runs, failures, what is stale, locks; for probes too
      ls, list       list the nodes of the project
      parse          check the project without a database
      source         how old the newest rows of sources are, against their limits
      docs           manifest.json and catalog.json, for programs that show them
      lint           what in the SQL makes a table differ from a full refresh
      verify         try whether builds end with what a full refresh would give

    Housekeeping:
      init           write a small project that builds at once
      generate       demo data of any size, seeded, with dirt on request
      completion     print what completes commands, flags and node names in your
                     shell
      debug          check the project, the target and the connection
      prune          remove what "retention" of assay.yml lets go
      clean          remove what runs have written; never a database file

    Commands:
      help           print the page of a command: what it does, its flags

    Every command takes --project-dir, --target, --vars, --threads, --target-path, --quiet,
    --log-format, --use-colors, --no-color and --debug: "assay build --help" describes them.

    Examples:
      assay build                          everything: seeds, models, snapshots, tests
      assay build --select stg_events+     one model and what reads it
      assay show --select leading_arms     rows of a model
      assay watch                          rebuild what each saved file touches

    Exit codes: 0 fine; 1 work was begun and something failed; 2 nothing was begun; 130 interrupted.
    Each flag has a variable: --target is ASSAY_TARGET.
    "
  `)
  expect(request('')).toBe(request('--help'))
  expect(request('show --help')).toMatchInlineSnapshot(`
    "Usage: assay show [flags]

    Runs a query and prints its rows.

    Showing:
      -s, --select <selector...>   which nodes: names, +parents, children+, tag:x,
                                   path:x, ...
      -m, --models <selector...>   the same as --select
      --inline <sql>               show the rows of this template instead
      --state <folder>             artifacts of another run, for state:, result: and
                                   --defer
      --limit <count>              rows at most, -1 for all (default: 5)
      --output <form>              table, json or csv (default: table)
      --no-introspect              never ask the database for a template: one that
                                   uses query or columns is an error
      --numbers                    json: decimals and wide integers as numbers, not
                                   as strings

    Deferring:
      --defer                      read what is not built here where the manifest of
                                   --state has it
      --favor-state                with --defer: also what exists here
      --defer-state <folder>       for --defer, another folder than that of --state

    Part of the rows:
      --empty                      give models no rows of what they read: only
                                   columns and types

    Project:
      --project-dir <folder>       where assay.yml is (default: this folder or one
                                   above it)
      -t, --target <name>          which target of assay.yml
      --vars <yaml>                values for var, e.g. '{days: 7}'
      --threads <count>            nodes at once (default: the target says)
      --target-path <folder>       where to write files (default: target)

    Output:
      -q, --quiet                  only errors, failures and what was asked for
      --log-level <level>          debug, info, warn, error or none: debug is
                                   --debug, the last three are --quiet
      --log-path <folder>          where the log file is written (default: logs in
                                   the target folder)
      --log-format <format>        text, or json: one event a line (default: text)
      --warn-error                 take every warning for an error
      --warn-error-options <yaml>  e.g. '{error: all, silence: [not-applied]}'
      --use-colors                 colour even without a terminal
      --no-color                   no colour
      --no-print                   leave out what templates print
      --no-write-json              write no artifacts (manifest.json and the like)
      --debug                      stack traces for faults of assay itself

    Options:
      -h, --help                   print this page, or that of a command

    Examples:
      assay show --select aggregates --limit 20
      assay show --inline 'select * from {{ref "aggregates"}}' --output csv --limit -1

    Exit codes: 0 fine; 1 the query failed; 2 wrong usage, an invalid project or no connection; 130 interrupted.
    Each flag has a variable: --target is ASSAY_TARGET.
    "
  `)
  expect(request('help show')).toBe(request('show --help'))
})
