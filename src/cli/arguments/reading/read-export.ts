/** The flags of `assay export` to a Call: what cannot go together is refused before the project is read. */
import type { OrderTerm } from '../../../app/use-cases.ts'
import type { FlagValues } from '../flag-values.ts'
import { selection } from './read-selection.ts'
import type { Call } from '../request.ts'
import { UsageError } from '../usage-error.ts'

const formats = ['csv', 'json', 'jsonl', 'parquet'] as const
const compressions = ['zstd', 'snappy', 'gzip', 'none', 'uncompressed'] as const

export function readExport(flags: FlagValues): Call {
  const chosen = selection(flags)
  if (chosen.select.length === 0 && chosen.selector === undefined) {
    throw new UsageError(
      'expected --select or --selector with what to export, found neither',
      'for example: assay export --select gold_segments --to exports/',
    )
  }
  const to = neededPlace(flags)
  const format = flags.text('format')
  const compression = flags.text('compression')
  const schema = flags.text('schema')
  checkTogether(flags, to)
  return {
    name: 'export',
    options: {
      ...chosen,
      to,
      ...(format === undefined ? {} : { format: flags.oneOf('format', formats, 'parquet') }),
      ...(compression === undefined
        ? {}
        : { compression: flags.oneOf('compression', compressions, 'zstd') }),
      ...(schema === undefined ? {} : { schema }),
      partitionBy: namesOf(flags.text('partitionBy')),
      orderBy: namesOf(flags.text('orderBy')).map(readTerm),
      asNumbers: flags.isOn('numbers'),
      wait: flags.isOn('wait'),
    },
    output: flags.oneOf('output', ['text', 'json'], 'text'),
  }
}

function neededPlace(flags: FlagValues): string {
  const to = flags.text('to')
  if (to === undefined || to === '') {
    throw new UsageError(
      'expected --to with a file, a folder or target:<name>, found none',
      'for example: --to exports/ --format csv, or --to target:postgres --schema gold',
    )
  }
  if (to === 'target:') {
    throw new UsageError(
      'expected the name of a target after "target:", found nothing',
      'for example: --to target:postgres',
    )
  }
  return to
}

/** Each flag has one kind of destination: in the other it would be left out in silence. */
function checkTogether(flags: FlagValues, to: string): void {
  const isDatabase = to.startsWith('target:')
  if (!isDatabase && flags.text('schema') !== undefined) {
    throw new UsageError(
      `expected --schema only with --to target:<name>, found "${to}"`,
      'files have no schema: name a folder for each',
    )
  }
  const ofFiles = ['format', 'partitionBy', 'compression'].filter(
    (name) => flags.text(name) !== undefined,
  )
  const [first] = [...ofFiles, ...(flags.isOn('numbers') ? ['numbers'] : [])]
  if (isDatabase && first !== undefined) {
    const flag = `--${first.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    throw new UsageError(
      `expected ${flag} only with files, found "${to}"`,
      'tables of another database are as they are here; leave it out',
    )
  }
}

function namesOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

/** `day`, `day desc`, `day asc`. */
function readTerm(text: string): OrderTerm {
  const [, column = text, word] = /^(.*?)(?:\s+(asc|desc))?$/i.exec(text) ?? []
  return { column, isDescending: word?.toLowerCase() === 'desc' }
}
