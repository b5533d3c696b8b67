/** Flags of the commands that read and tell. */
import type { FlagGroup } from './flag-group.ts'
import { atomic, backfill, fullRefresh, introspect, selectFlags } from './shared-flags.ts'

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
