/** What `assay export` is asked and what it answers. */
import type { ParquetCompression } from '../../core/database/publish-requests.ts'
import type { Column, Relation } from '../../core/relation.ts'
import type { OrderTerm } from '../../serve/export/export-query.ts'
import type { FormatName } from '../../serve/export/formats/text-format.ts'
import type { WrittenPartition } from '../../serve/export/written-export.ts'
import type { ProjectOptions, SelectionOptions } from '../surroundings.ts'

export interface ExportOptions extends ProjectOptions, SelectionOptions {
  /** A file or folder from where the command was typed, or `target:` and the name of a target. */
  readonly to: string
  /** Left out: by the ending of the file, else parquet. */
  readonly format?: FormatName
  readonly compression?: ExportCompression
  /** Columns as they were typed. */
  readonly partitionBy: readonly string[]
  readonly orderBy: readonly OrderTerm[]
  /** In the other database; left out: the schema it has here. */
  readonly schema?: string
  /** JSON: decimals and wide integers as numbers. */
  readonly asNumbers: boolean
  readonly wait: boolean
}

export type ExportCompression = ParquetCompression | 'none'

export interface ExportValue {
  /** As it was typed. */
  readonly to: string
  readonly exports: readonly ExportedRelation[]
  readonly elapsedMs: number
  /** False: nothing was exported, what was there before is as it was. */
  readonly isFine: boolean
  readonly isInterrupted: boolean
}

export interface ExportedRelation {
  readonly name: string
  readonly uniqueId: string
  readonly relation: Relation
  readonly kind: 'file' | 'folder' | 'table'
  /** From the working folder where it lies below it; of a table: `schema.identifier`. */
  readonly location: string
  readonly rows: number
  /** undefined: of a table. */
  readonly bytes: number | undefined
  readonly columns: readonly Column[]
  readonly partitions: readonly WrittenPartition[]
  /** `total: numeric as decimal(38,18)` */
  readonly notes: readonly string[]
  readonly elapsedMs: number
}
