/** The help pages of the commands around a project: making, checking, cleaning it. */
import { pruneFlags, generateFlags, initFlags } from '../flags/housekeeping-flags.ts'
import { after, type CommandPage } from './command-page.ts'

const housekeeping = 'Housekeeping:'

export const housekeepingPages: readonly CommandPage[] = [
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
    name: 'generate',
    words: ['events|experiment'],
    group: housekeeping,
    summary: 'demo data of any size, seeded, with dirt on request',
    description:
      'Writes the messages of a made-up shop, as a tracking library sends them: users, some of them anonymous, products whose prices change, item lists, campaigns, coupons, experiments, instalments. With experiment the raw files of an A/B test with a known effect: users, products, assignments, sessions, events. Needs no project. docs/generate.md says more.',
    flags: [generateFlags],
    after: after(
      [
        'assay generate events --events 100000',
        'assay generate events --seed 7 --dirt 0.05 --output incoming/dirty',
        'assay generate events --events 2000 --format csv --output seeds/events.csv',
        'assay generate experiment --users 100000 --lift 0.1',
      ],
      'generate',
    ),
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
    name: 'prune',
    group: housekeeping,
    summary: 'remove what "retention" of assay.yml lets go',
    description:
      'Removes rows of the ledger, archived batches and dead letters that are older than "retention" says. Never a batch that is not loaded, nor what the next build goes by. docs/operations.md says more.',
    flags: [pruneFlags],
    after: after(['assay prune', 'assay prune --yes'], 'look'),
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
