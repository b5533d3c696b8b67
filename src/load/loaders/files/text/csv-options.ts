/** The options of the loader and the name of a file to how its CSV is read. */
import type { NamedFormat } from '../file-format.ts'
import type { FileOptions } from '../options.ts'
import type { CsvOptions } from './read-csv.ts'

export function csvOptions(
  { delimiter, hasHeader, hasNullValues, maxRecordBytes }: FileOptions,
  named: NamedFormat,
  { columns, onMissing }: Pick<CsvOptions, 'columns' | 'onMissing'>,
): CsvOptions {
  return {
    delimiter: delimiter ?? named.delimiter,
    hasHeader,
    columns,
    onMissing,
    maxRecordBytes,
    isEmptyNull: !hasNullValues,
  }
}
