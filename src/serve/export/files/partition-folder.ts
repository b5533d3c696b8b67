/** A partition to its folder, as Hive names it: `day=2026-01-03/country=NL`. */

export interface PartitionValue {
  readonly column: string
  /** null: NULL. */
  readonly text: string | null
}

/** What Spark, DuckDB and others read as NULL. */
const nullName = '__HIVE_DEFAULT_PARTITION__'

export function partitionFolder(values: readonly PartitionValue[]): string {
  return values
    .map(({ column, text }) => `${escaped(column)}=${text === null ? nullName : escaped(text)}`)
    .join('/')
}

/** What has a meaning in a path or in a name like this is written as `%2F`. */
function escaped(text: string): string {
  return text.replace(/[\p{Cc}"#%'*/:=?\\{}[\]^<>|]/gu, percent)
}

function percent(character: string): string {
  return [...Buffer.from(character)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('')
}
