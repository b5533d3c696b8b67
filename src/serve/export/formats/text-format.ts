/** A file format that is text: pieces of rows to pieces of the file. */
import type { Table, TableColumn } from '../../../core/adapter.ts'

export interface TextFormat {
  /** What stands before the first row. */
  head(columns: readonly TableColumn[]): string
  /** `isFirst`: no row of the file was written yet. */
  rows(piece: Table, isFirst: boolean): string
  /** What stands behind the last row. */
  foot(isEmpty: boolean): string
}

export type TextFormatName = 'csv' | 'json' | 'jsonl'
export type FormatName = TextFormatName | 'parquet'
export const formatNames = [
  'csv',
  'json',
  'jsonl',
  'parquet',
] as const satisfies readonly FormatName[]

export interface TextFormatOptions {
  /** Decimals and wide integers as JSON numbers instead of strings. */
  readonly asNumbers: boolean
  /** Columns whose cells are JSON text already. */
  readonly jsonColumns: ReadonlySet<string>
}
