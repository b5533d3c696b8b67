/** Flags that several commands have. */
import type { FlagGroup } from './flag-group.ts'

export const selectFlags = [
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

export const fullRefresh = [
  '-f, --full-refresh',
  'rebuild incremental models and seeds whole',
] as const

export const atomic = [
  '--atomic',
  'one transaction for the whole selection: readers see all of it or nothing',
] as const

export const backfill = [
  '--backfill <condition>',
  `rebuild these rows of incremental models, e.g. "day >= '2026-01-01'"`,
] as const

export const introspect = [
  '--no-introspect',
  'never ask the database for a template: one that uses query or columns is an error',
] as const

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

export const wait = [
  '--wait',
  'wait for another run that writes the same tables, instead of failing',
] as const
