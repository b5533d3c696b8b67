/** What a file is by its name: its format, and whether it is compressed. */

export const fileFormats = ['jsonl', 'csv', 'parquet'] as const
export type FileFormat = (typeof fileFormats)[number]

export const fileEncodings = ['utf-8', 'utf-16le', 'latin1'] as const
export type FileEncoding = (typeof fileEncodings)[number]

export interface NamedFormat {
  /** undefined: the name does not say. */
  readonly format: FileFormat | undefined
  readonly isGzip: boolean
  /** Of a CSV file. */
  readonly delimiter: string
}

const formats: ReadonlyMap<string, FileFormat> = new Map([
  ['jsonl', 'jsonl'],
  ['ndjson', 'jsonl'],
  ['json', 'jsonl'],
  ['csv', 'csv'],
  ['tsv', 'csv'],
  ['parquet', 'parquet'],
])

export function formatOfName(path: string): NamedFormat {
  const isGzip = /\.gz$/i.test(path)
  const plain = isGzip ? path.slice(0, -'.gz'.length) : path
  const ending = /\.([^./]+)$/.exec(plain)?.[1]?.toLowerCase() ?? ''
  return { format: formats.get(ending), isGzip, delimiter: ending === 'tsv' ? '\t' : ',' }
}
