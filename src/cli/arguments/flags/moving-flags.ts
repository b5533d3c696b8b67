/** Flags of the commands that bring rows out of the database and into it. */
import type { FlagGroup } from './flag-group.ts'
import { wait } from './shared-flags.ts'

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
    wait,
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
    wait,
  ],
}

export const serveFlags: FlagGroup = {
  title: 'Serving:',
  flags: [
    ['--host <address>', 'where to listen (default: assay.yml says, or 127.0.0.1)'],
    ['--port <number>', 'and at which port, 0 for any that is free (default: 8080)'],
  ],
}
