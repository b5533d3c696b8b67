/** The help pages of the commands that read and tell, and leave tables as they are. */
import {
  compileFlags,
  diffFlags,
  docsFlags,
  freshnessFlags,
  lintFlags,
  listFlags,
  metricFlags,
  outputFlags,
  planFlags,
  reportFlags,
  showFlags,
  simulateFlags,
  verifyFlags,
} from '../flags/looking-flags.ts'
import { deferFlags, emptyFlags, partFlags, selectionFlags } from '../flags/shared-flags.ts'
import { after, type CommandPage } from './command-page.ts'

const looking = 'Look:'

export const lookingPages: readonly CommandPage[] = [
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
      'ask',
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
      'ask',
    ),
  },
  {
    name: 'report',
    words: ['experiment', 'ID'],
    group: looking,
    summary: 'what came of an A/B test, as Markdown and an HTML page',
    description:
      'Reads the views of an A/B test and writes reports/ID.md and reports/ID.html to the target folder: a verdict in a sentence, results with their intervals, guardrails, segments, day by day, and how far to believe it. The page needs nothing else. Prints the report too. Changes nothing in the database.',
    flags: [reportFlags],
    after: after(
      [
        'assay report experiment pdp_layout',
        'assay report experiment pdp_layout --output html > pdp_layout.html',
      ],
      'ask',
    ),
  },
  {
    name: 'simulate',
    words: ['experiment', 'ID'],
    group: looking,
    summary: 'how often the metrics of an A/B test are called different without a difference',
    description:
      'A/A tests on your own data: draws the users of an A/B test anew into its variants, many times, tests every metric as the results do, and counts how often one is called different. With p-values that keep their promise that is 1 time in 20; outside of what chance leaves there is a warning. One statement a model. Changes nothing.',
    flags: [simulateFlags],
    after: after(
      [
        'assay simulate experiment pdp_layout --aa 1000',
        'assay simulate experiment pdp_layout --aa 5000 --seed 7 --output json',
      ],
      'ask',
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
]
