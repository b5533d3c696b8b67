/** Flags of the commands around a project. */
import type { FlagGroup } from './flag-group.ts'

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

export const pruneFlags: FlagGroup = {
  title: 'Pruning:',
  flags: [
    ['-y, --yes', 'do it (default: only say what would go)'],
    ['--output <form>', 'what is printed: text or json (default: text)'],
    ['--wait', 'wait for a run that loads, instead of failing'],
  ],
}
