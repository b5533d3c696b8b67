/** What is declared about loading a source table, and what became of it: words that project, load and cli share. */
import type { SourceSpan } from '../diagnostic.ts'
import type { JsonObject } from '../json.ts'

/** `load:` of a source table, checked against the schema; what its loader does with it is the loader's. */
export interface LoadConfig {
  /** One of `loaderNames`. */
  readonly loader: LoaderName
  readonly options: JsonObject
  readonly span: SourceSpan
}

export const loaderNames = ['files', 'events'] as const
export type LoaderName = (typeof loaderNames)[number]

/** The columns that assay adds to a table it loads. */
export const loadColumns = {
  /** Grows with every row, in the order of commit: readers follow it. */
  sequence: '_load_seq',
  batch: '_batch_id',
  loadedAt: '_loaded_at',
} as const

/** `read` is the sum of the other three. */
export interface LoadCounts {
  readonly read: number
  readonly loaded: number
  readonly dead: number
  /** In files whose content was loaded before, or of an `id` that is in the table already. */
  readonly duplicates: number
}

export const noCounts: LoadCounts = { read: 0, loaded: 0, dead: 0, duplicates: 0 }

export function addCounts(left: LoadCounts, right: LoadCounts): LoadCounts {
  return {
    read: left.read + right.read,
    loaded: left.loaded + right.loaded,
    dead: left.dead + right.dead,
    duplicates: left.duplicates + right.duplicates,
  }
}

/** A rule of a JSON schema that a record breaks. */
export interface RecordFault {
  /** `type`, `required`, `additionalProperties`, `enum` and so on. */
  readonly keyword: string
  /** Keys from the record to the value. */
  readonly path: readonly string[]
  /** What the schema says under the keyword, as JSON. */
  readonly rule: string
  /** The key that is missing or too many; undefined for other rules. */
  readonly property: string | undefined
}
