/** What hangs on a table to the statements that make it again on the table that takes its place. */
import type { SqlValue } from '../../../../core/adapter.ts'
import { text } from '../../catalog.ts'
import type { Connection } from '../../connection.ts'
import { attachmentsQuery } from './attachments-query.ts'
import { list } from '../belongings.ts'

/** One index, constraint, default, trigger, .. of the old table. */
export interface Attachment {
  /** For messages: `index`, `primary key`, `default`. */
  readonly kind: string
  readonly name: string
  readonly columns: readonly string[]
  /** Of `columns`, those that the candidate has not. */
  readonly missing: readonly string[]
  /** Run on the candidate, under temporary names. undefined: Postgres has no statement that makes it again. */
  readonly make: readonly string[] | undefined
  /** Run before the old table is renamed or dropped. */
  readonly detach: readonly string[]
  /** Run when the old table is kept: frees the names. */
  readonly release: readonly string[]
  /** Run when the names are free. */
  readonly settle: readonly string[]
}

export interface AttachmentRequest {
  /** Of the old table. */
  readonly oid: number
  /** Schema and name, quoted. */
  readonly candidate: string
}

/** Call it with an empty search path. In the order in which they can be made; foreign keys of the table come last. */
export async function readAttachments(
  connection: Connection,
  { oid, candidate }: AttachmentRequest,
): Promise<readonly Attachment[]> {
  const { rows } = await connection.run(attachmentsQuery, [oid, candidate])
  return rows.map(toAttachment)
}

function toAttachment(row: readonly SqlValue[]): Attachment {
  const [kind, name, columns, missing, make, detach, release, settle] = row
  const texts = (value: SqlValue | undefined) => list(value).map(text)
  return {
    kind: text(kind),
    name: text(name),
    columns: texts(columns),
    missing: texts(missing),
    make: make === null ? undefined : texts(make),
    detach: texts(detach),
    release: texts(release),
    settle: texts(settle),
  }
}
