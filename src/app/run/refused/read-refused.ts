/** The dead letters that a model holds: all of them, or those of batches that nobody has looked at. */
import type { Session } from '../../../core/adapter.ts'
import type { Dialect } from '../../../core/dialect.ts'
import { loadColumns } from '../../../core/load/load.ts'
import { relationKey } from '../../../core/relation.ts'
import { type Publication, readPublications } from '../../../ledger/runs/node-runs.ts'
import { readLoadEpoch } from '../../../ledger/loads/loads.ts'
import type { RefusedRow } from '../../../load/dead-letters/refused/refused-row.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'
import { stableHash } from '../../../transform/plan/state/stable-hash.ts'
import { type MadeOf, madeOf, type RefusingModel } from './refusing-models.ts'

/** Equal to an earlier one: rows that were loaded before are refused, or not, as they were then. */
export async function historyOf(
  session: Session,
  manifest: Manifest,
  { model, runId }: { readonly model: RefusingModel; readonly runId: string },
): Promise<string> {
  const { views, tables } = madeOf(manifest, model)
  const keys = [...views, ...tables].map(({ relation }) => relationKey(relation))
  const publications = await readPublications(session, keys)
  const parts: string[] = []
  for (const view of views) {
    parts.push(publications.get(relationKey(view.relation))?.fingerprint ?? view.uniqueId)
  }
  for (const table of tables) {
    const published = publications.get(relationKey(table.relation))
    parts.push((await historyOfTable(session, table, published)) ?? runId)
  }
  return stableHash(parts)
}

/** undefined: nobody can tell. */
async function historyOfTable(
  session: Session,
  table: MadeOf['tables'][number],
  published: Publication | undefined,
): Promise<string | undefined> {
  if (table.resourceType === 'source') {
    return table.load && (await readLoadEpoch(session, relationKey(table.relation)))
  }
  const isAppended =
    table.resourceType === 'model' &&
    table.materialization.name === 'incremental' &&
    table.materialization.strategy === 'append'
  return isAppended ? published?.epoch : published?.dataVersion
}

export interface RefusedChoice {
  readonly model: RefusingModel
  /** By source table: rows above this number, of batches that have some; without any table none; undefined: all rows. */
  readonly above: ReadonlyMap<string, number> | undefined
}

/** In the order in which they were loaded. */
export async function* readRefused(
  session: Session,
  dialect: Dialect,
  { model, above }: RefusedChoice,
): AsyncGenerator<RefusedRow> {
  const reason = dialect.quote(model.deadLetters.reason)
  const batch = dialect.quote(loadColumns.batch)
  const sequence = dialect.quote(loadColumns.sequence)
  const rows = session.readText(
    `select ${batch}, ${sequence}, ${reason}
from ${dialect.relation(model.relation)}
where ${[`${reason} is not null`, ...newerRows(dialect, above, { batch, sequence })].join('\nand ')}
order by ${sequence}, ${batch}, ${reason}`,
  )
  for await (const [batchId, number, text] of rows) {
    yield { batchId: batchId ?? '', sequence: Number(number), reason: text ?? '' }
  }
}

function newerRows(
  dialect: Dialect,
  above: ReadonlyMap<string, number> | undefined,
  { batch, sequence }: { readonly batch: string; readonly sequence: string },
): readonly string[] {
  if (above === undefined) return []
  if (above.size === 0) return ['1 = 0']
  const tables = [...above].map(
    ([key, high]) => `(relation_key = ${dialect.literal(key)} and last_seq > ${high})`,
  )
  return [
    `${sequence} > ${Math.min(...above.values())}`,
    `${batch} in (
  select batch_id from _assay.loads
  where status = 'loaded' and (${tables.join(' or ')})
)`,
  ]
}
