/** The version of a database's ledger, for those who only look. */
import { type Session, textCell } from '../../core/adapter.ts'
import { LedgerVersionError } from './migrate-ledger.ts'
import { ledgerSchema, ledgerVersion } from './migrations.ts'

/** 0: there is no ledger yet. Changes nothing; throws a `LedgerVersionError` when it is newer than this program. */
export async function readLedgerVersion(session: Session): Promise<number> {
  const table = await session.describe({ schema: ledgerSchema, identifier: 'migrations' })
  if (table === undefined) return 0
  const [row] = await session.query(
    `select cast(coalesce(max(version), 0) as text) as version from ${ledgerSchema}.migrations`,
  )
  const version = row === undefined ? 0 : Number(textCell(row, 'version'))
  if (version > ledgerVersion) throw new LedgerVersionError(version, ledgerVersion)
  return version
}
