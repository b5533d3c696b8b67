/** Rows that models refuse now, by reason: dead letters of theirs, counted where they are kept. */
import type { Adapter, Session } from '../../core/adapter.ts'
import { textCell } from '../../core/adapter.ts'
import { relationKey } from '../../core/relation.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { missingDeadLetterColumns } from '../../transform/execute/contracts/dead-letter-columns.ts'
import { isRefusing, type RefusingModel } from '../run/refused/refusing-models.ts'
import type { StatusRefused } from './ledger-use-cases.ts'

/** Models that refuse nothing are left out, and those that are not built. Reads their rows; changes nothing. */
export async function countRefused(
  adapter: Adapter,
  manifest: Manifest,
): Promise<readonly StatusRefused[]> {
  const found: StatusRefused[] = []
  for (const model of [...manifest.nodes.values()].filter(isRefusing)) {
    const named = { name: model.name, relationKey: relationKey(model.relation) }
    try {
      const reasons = await adapter.readOnly({}, (session) => countOf(adapter, session, model))
      if (reasons.length > 0) found.push({ ...named, reasons, fault: undefined })
    } catch (error) {
      // A view may have lost what it reads; `stale` says why, and the others are counted all the same.
      found.push({ ...named, reasons: [], fault: adapter.explainError(error).message })
    }
  }
  return found
}

async function countOf(
  { dialect }: Adapter,
  session: Session,
  model: RefusingModel,
): Promise<StatusRefused['reasons']> {
  const faults = await missingDeadLetterColumns(session, model)
  if (faults === undefined || faults.length > 0) return []
  const rows = await session.query(
    `select reason, cast(count(*) as text) as letters
from (
  select cast(${dialect.quote(model.deadLetters.reason)} as text) as reason
  from ${dialect.relation(model.relation)}
) as refused
where reason is not null
group by reason
order by count(*) desc, reason`,
  )
  return rows.map((row) => ({
    reason: textCell(row, 'reason'),
    count: Number(textCell(row, 'letters')),
  }))
}
