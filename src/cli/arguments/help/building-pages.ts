/** The help pages of the commands that write to the database. */
import {
  buildFlags,
  loadingFlags,
  cloneFlags,
  ingestFlags,
  joinedFlags,
  operationFlags,
  retryFlags,
  seedFlags,
  snapshotFlags,
  watchFlags,
} from '../flags/building-flags.ts'
import { deferFlags, emptyFlags, partFlags, selectionFlags } from '../flags/shared-flags.ts'
import { after, type CommandPage } from './command-page.ts'

const building = 'Build:'

export const buildingPages: readonly CommandPage[] = [
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
    flags: [selectionFlags, deferFlags, snapshotFlags],
    after: after(['assay test', 'assay test --select impressions'], 'work'),
  },
  {
    name: 'seed',
    group: building,
    summary: 'load the CSV files of seeds/',
    description: 'Loads the CSV files of seeds/ into tables.',
    flags: [selectionFlags, deferFlags, loadingFlags, seedFlags],
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
    name: 'ingest',
    group: building,
    summary: 'load the sources that have "load:" into their raw tables',
    description:
      'Fetches what is new, checks each record against the declared columns, and loads it batch by batch, each in one transaction with its ledger row. What cannot be loaded becomes a dead letter with its reason; nothing is dropped. docs/ingest.md says more.',
    flags: [selectionFlags, ingestFlags, joinedFlags],
    after: after(
      [
        'assay ingest',
        'assay ingest --select source:growth.events',
        'assay ingest --build --select source:growth+',
      ],
      'ingest',
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
]
