/** A file that a model's rows are written to, beside the database. */

export interface ExternalFile {
  /** Absolute. A folder where it is written in parts. */
  readonly path: string
  readonly format: 'parquet' | 'csv' | 'json'
  /** Options of the database's COPY, by name. */
  readonly options: Readonly<Record<string, ExternalOption>>
  /** Columns that make its folders; none: one file. */
  readonly partitionBy: readonly string[]
}

export type ExternalOption = string | number | boolean | readonly (string | number | boolean)[]
