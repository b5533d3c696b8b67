/** The flags that every command has. */
import type { FlagGroup } from './flag-group.ts'

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
