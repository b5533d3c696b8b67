/** Flags of the commands that write to the database. */
import type { FlagGroup } from './flag-group.ts'
import { atomic, backfill, fullRefresh, wait } from './shared-flags.ts'

export const buildFlags: FlagGroup = {
  title: 'Building:',
  flags: [
    fullRefresh,
    ['-x, --fail-fast', 'stop at the first failure'],
    ['--changed', 'leave nodes whose SQL, config and inputs are as they were (reused)'],
    atomic,
    backfill,
    ['--store-failures', 'keep the failing rows of tests, each in a table of its own'],
    wait,
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

export const cloneFlags: FlagGroup = {
  title: 'Cloning:',
  flags: [
    ['-f, --full-refresh', 'also what exists already'],
    ['-x, --fail-fast', 'stop at the first failure'],
    wait,
  ],
}

export const ingestFlags: FlagGroup = {
  title: 'Loading:',
  flags: [
    ['--build', 'build what is selected in the same transaction: all of it or nothing is there'],
    ['--replay', 'read dead letters again, after the cause was mended, instead of what is new'],
    ['--reason <code...>', 'with --replay: only those with this reason, e.g. wrong-type'],
    wait,
  ],
}

/** Of a build that loads: it is one transaction anyway, and a part of the rows would leave the others out for ever. */
export const joinedFlags: FlagGroup = {
  title: 'With --build:',
  flags: buildFlags.flags.filter((flag) => flag !== atomic && flag !== backfill && flag !== wait),
}

export const retryFlags: FlagGroup = {
  title: 'Retrying:',
  flags: [
    ['--state <folder>', "where the run's run_results.json is (default: the target folder)"],
    fullRefresh,
    wait,
  ],
}

export const operationFlags: FlagGroup = {
  title: 'Operation:',
  flags: [
    ['--args <yaml>', `arguments of the macro, e.g. '{role: reporter}'`],
    ['--sql <sql>', 'run this template instead of a macro'],
  ],
}

export const watchFlags: FlagGroup = {
  title: 'Watching:',
  flags: [['--no-build-first', 'wait for the first change before building anything']],
}
