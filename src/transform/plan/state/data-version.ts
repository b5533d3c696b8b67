/**
 * One text for the rows that a relation holds: equal texts, equal rows. Who has read one version need not read it again.
 *
 * | relation | its version |
 * |---|---|
 * | seed | file, types and config: made when its rows are loaded (`seedVersion`) |
 * | table, incremental | another one with each publication that may have changed a row or a column; the last one where it is known that nothing was written (`publishedVersion`) |
 * | view | its code and the versions of what it reads, as of now: the ledger does not know it (`viewVersion`) |
 * | source with an `arrival_column` | which table it is, and the greatest arrival value in it (`sourceVersion`) |
 * | any other source, a table that Assay did not publish, one restored or changed by hand | unknown |
 *
 * A seed or table has the version of its newest publication only while `Session.identify` gives what the ledger says;
 * else it is unknown. Unknown counts as changed.
 */
import type { Column } from '../../../core/relation.ts'
import { stableHash } from './stable-hash.ts'

export type DataVersion = string

export const unknownVersion: DataVersion = 'unknown'

/** `columnTypes`: as they are loaded, in order of the columns. */
export function seedVersion(seed: {
  readonly checksum: string
  readonly columnTypes: readonly (readonly [column: string, type: string])[]
  readonly delimiter: string
  /** Of the table, where the file alone does not decide them. */
  readonly columns: readonly Column[]
}): DataVersion {
  const { checksum, columnTypes, delimiter, columns } = seed
  const shape = columns.map(({ name, dataType }) => [name, dataType])
  const parts = [checksum, columnTypes, delimiter, ...(shape.length === 0 ? [] : [shape])]
  return `seed:${stableHash(parts)}`
}

export interface PublishedRows {
  /** Of the publication before; undefined: there is none, or it is not what the table held. */
  readonly last: DataVersion | undefined
  readonly runId: string
  /** The n-th publication of the relation. */
  readonly version: number
  /** Rows inserted, deleted or updated; undefined: not counted. */
  readonly rowsChanged: number | undefined
  /** Another list of columns, or other types. */
  readonly haveColumnsChanged: boolean
}

/** Of a table, after it was published. A table that was swapped has as many changed rows as nobody knows. */
export function publishedVersion(rows: PublishedRows): DataVersion {
  const isUntouched = rows.rowsChanged === 0 && !rows.haveColumnsChanged
  if (isUntouched && rows.last !== undefined && rows.last !== unknownVersion) return rows.last
  return `${rows.runId}/${rows.version}`
}

/** Of the components of the view, made now from the versions its inputs have now. */
export function viewVersion({
  codeVersion,
  inputs,
  unstable,
}: {
  readonly codeVersion: string
  readonly inputs: Readonly<Record<string, DataVersion>>
  readonly unstable: string | null
}): DataVersion {
  if (unstable !== null || Object.values(inputs).includes(unknownVersion)) return unknownVersion
  return `view:${stableHash([codeVersion, inputs])}`
}

/** For rows that are only ever added, each with a greater arrival value than those committed before. */
export function sourceVersion(source: {
  /** `Session.identify`; undefined: it cannot be told from another table of its name. */
  readonly identity: string | undefined
  /** undefined: none is declared. */
  readonly arrivalColumn: string | undefined
  /** The greatest value as text; null: the table is empty. */
  readonly maxArrival: string | null
}): DataVersion {
  const { identity, arrivalColumn, maxArrival } = source
  if (arrivalColumn === undefined || identity === undefined) return unknownVersion
  return `arrival:${stableHash([identity, arrivalColumn, maxArrival])}`
}
