/** Makes on a candidate what hangs on the table it will replace, before anyone has to wait for it. */
import { DependentError } from '../../../../core/database/database-errors.ts'
import type { SwapConstraints } from '../../../../core/database/publish-requests.ts'
import { type Relation, relationKey } from '../../../../core/relation.ts'
import { postgresDialect } from '../../dialect.ts'
import { PostgresError } from '../../errors.ts'
import { type Attachment, readAttachments } from './attachments.ts'
import { type Publishing, patiently } from '../patience.ts'
import { emptySearchPath, restoreSearchPath } from '../search-path.ts'

export interface AttachRequest {
  readonly publishing: Publishing
  readonly candidate: Relation
  readonly target: Relation
  /** undefined: there is no contract, and there was none. */
  readonly constraints: SwapConstraints | undefined
  /** Of the table that stands under the name. */
  readonly oid: number
  readonly isKept: (attachment: Attachment) => boolean
  readonly run: (sql: string) => Promise<void>
}

/**
 * Indexes are built here, while readers go on with the old table. An unlogged table becomes a logged one; the
 * tablespaces of its indexes are not kept.
 */
export async function attach(request: AttachRequest): Promise<readonly Attachment[]> {
  const { publishing, candidate, oid } = request
  const { connection } = publishing
  const path = await emptySearchPath(connection)
  const name = postgresDialect.relation(candidate)
  const held = await readAttachments(connection, { oid, candidate: name })
  const attachments = held
    .filter(request.isKept)
    .map((attachment) =>
      isOwned(attachment, request.constraints) ? leftBehind(attachment) : attachment,
    )
  await restoreSearchPath(connection, path)
  // The last first: a primary key before the not-null constraint that cannot be dropped without it.
  for (const attachment of attachments.toReversed()) refuseMissing(request, attachment)
  const isForeignKey = ({ kind }: Attachment) => kind === 'foreign key'
  for (const attachment of attachments.filter((each) => !isForeignKey(each))) {
    await makeAttachment(request, attachment)
  }
  const keys = attachments.filter(isForeignKey)
  // A foreign key waits for the writers of the table it points to.
  if (keys.length > 0) {
    await patiently(publishing, async () => {
      for (const key of keys) await makeAttachment(request, key)
    })
  }
  return attachments
}

/** A contract says what there is to be, so what it made on the old table goes with the old table. */
function isOwned(
  { kind, name, columns }: Attachment,
  constraints: SwapConstraints | undefined,
): boolean {
  if (constraints === undefined) return false
  if (kind === 'not-null constraint') {
    // Up to Postgres 17 its name is that of the column.
    const named = columns.length === 0 ? [name] : columns
    return named.every((column) => constraints.ownedNotNull.includes(column))
  }
  const isConstraint = ['primary key', 'unique constraint', 'check constraint', 'foreign key']
  return isConstraint.includes(kind) && constraints.owned.includes(name)
}

/** Not made again; its name is still to be given free where the old table stays for a while. */
function leftBehind(attachment: Attachment): Attachment {
  return { ...attachment, missing: [], make: [], detach: [], settle: [] }
}

interface ForeignKeyRequest
  extends Pick<AttachRequest, 'publishing' | 'candidate' | 'target' | 'constraints' | 'run'> {}

/** Of the contract. A foreign key waits for the writers of the table it points to. */
export async function addForeignKeys(request: ForeignKeyRequest): Promise<void> {
  const { publishing, candidate, target, constraints, run } = request
  const { foreignKeys = [] } = constraints ?? {}
  if (foreignKeys.length === 0) return
  await patiently(publishing, async () => {
    for (const { name, definition } of foreignKeys) {
      try {
        await run(postgresDialect.addConstraint(candidate, name, definition))
      } catch (error) {
        throw asDependentError(error, { candidate, target }, keyAttachment(name))
      }
    }
  })
}

function keyAttachment(name: string): Attachment {
  const none: readonly string[] = []
  return {
    kind: 'foreign key',
    name,
    columns: none,
    missing: none,
    make: none,
    detach: none,
    release: none,
    settle: none,
  }
}

function refuseMissing({ target }: AttachRequest, attachment: Attachment): void {
  const [column] = attachment.missing
  const named = nameOf(attachment, target)
  if (column !== undefined) {
    throw new DependentError(
      `${named} needs column "${column}", which goes away`,
      `drop the ${attachment.kind}, or keep the column in the model`,
    )
  }
  if (attachment.make !== undefined) return
  throw new DependentError(
    `${named} cannot be made again on a new table`,
    `make it a plain column, or fill it in the model`,
  )
}

type MakeRequest = Pick<AttachRequest, 'candidate' | 'target' | 'run'>

export async function makeAttachment(request: MakeRequest, attachment: Attachment): Promise<void> {
  try {
    for (const statement of attachment.make ?? []) await request.run(statement)
  } catch (error) {
    throw asDependentError(error, request, attachment)
  }
}

/** A lock, a conflict, a full disk or a cancel is not the fault of what hangs on the table. */
function asDependentError(
  error: unknown,
  { candidate, target }: Pick<AttachRequest, 'candidate' | 'target'>,
  attachment: Attachment,
): unknown {
  if (!(error instanceof PostgresError)) return error
  if (!/^(?:0A|22|23|2B|42|55000)/.test(error.sqlState ?? '')) return error
  const isViolated = error.sqlState?.startsWith('23') === true
  const message = error.message
    .replaceAll(/__assay_new_(?:ix_[0-9a-f]+|\d+)/g, () => attachment.name)
    .replaceAll(`"${candidate.identifier}"`, () => `"${target.identifier}"`)
  const because = isViolated ? (error.detail ?? message) : message
  const what = isViolated ? 'does not hold for the new rows' : 'cannot be made on the new table'
  return new DependentError(
    `${nameOf(attachment, target)} ${what}: ${because.replace(/\.$/, '')}`,
    `drop the ${attachment.kind}, or change the model`,
  )
}

/** `index "t_a" on "a" of "s.t"`; what is named after its column is not named twice. */
function nameOf({ kind, name, columns }: Attachment, target: Relation): string {
  const others = columns.filter((column) => column !== name)
  const on = others.length === 0 ? '' : ` on ${others.map((column) => `"${column}"`).join(', ')}`
  return `${kind} "${name}"${on} of "${relationKey(target)}"`
}
