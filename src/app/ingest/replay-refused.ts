/** `ingest --replay` of rows that models refuse: what was refused by other code than that of now is read again, and nothing else. */
import type { Adapter, Session } from '../../core/adapter.ts'
import type { Dialect } from '../../core/dialect.ts'
import { loadColumns } from '../../core/load/load.ts'
import type { ModelNode } from '../../core/node.ts'
import type { LoadedSource } from '../../load/table/load-table-types.ts'
import { refusedKey, type RefusedRow } from '../../load/dead-letters/refused/refused-row.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { isBuilt, lookAround, type Look, lookAt } from '../ledger/look-at-ledger.ts'
import { readRefused } from '../run/refused/read-refused.ts'
import {
  isRefusing,
  loadedAbove,
  madeOf,
  type RefusingModel,
} from '../run/refused/refusing-models.ts'
import { missingDeadLetterColumns } from '../../transform/execute/contracts/dead-letter-columns.ts'

export interface WaitingRefused {
  readonly model: RefusingModel
  /** With one of the reasons that are asked for. */
  readonly rows: readonly RefusedRow[]
  /** Of what they are made of, the models that keep what they once made of a row. */
  readonly keepers: readonly Keeper[]
}

export interface Keeper {
  readonly node: ModelNode
  /** It appends, and its rows are known by their numbers: some of them can be read again. */
  readonly isReplayed: boolean
  /** And its code is another than that which made them. */
  readonly isMended: boolean
}

export interface RefusedQuestion {
  readonly manifest: Manifest
  /** Tables that are replayed. */
  readonly sources: readonly LoadedSource[]
  /** None: all. */
  readonly codes: readonly string[]
  readonly signal: AbortSignal
}

/** Of the models that are there and whose rows come from these tables. */
export async function findWaiting(
  adapter: Adapter,
  { manifest, sources, codes, signal }: RefusedQuestion,
): Promise<readonly WaitingRefused[]> {
  const wanted = new Set(sources.map(({ uniqueId }) => uniqueId))
  const models = [...manifest.nodes.values()]
    .filter(isRefusing)
    .filter((model) => loadedAbove(manifest, model).some(({ uniqueId }) => wanted.has(uniqueId)))
  if (models.length === 0) return []
  return await adapter.session({ signal }, async (session) => {
    const around = await lookAround(adapter, session, manifest)
    const found: WaitingRefused[] = []
    for (const model of models) {
      const faults = await missingDeadLetterColumns(session, model)
      if (faults === undefined || faults.length > 0) continue
      const rows: RefusedRow[] = []
      const all = readRefused(session, adapter.dialect, { model, above: undefined })
      for await (const row of all) {
        if (codes.length === 0 || codes.includes(row.reason)) rows.push(row)
      }
      const keepers: Keeper[] = []
      for (const node of madeOf(manifest, model).tables.filter(isKeeping)) {
        keepers.push(await keeperOf(around, session, node))
      }
      found.push({ model, rows, keepers })
    }
    return found
  })
}

function isKeeping(node: { readonly resourceType: string }): node is ModelNode {
  return isModel(node) && node.materialization.name === 'incremental'
}

function isModel(node: { readonly resourceType: string }): node is ModelNode {
  return node.resourceType === 'model'
}

const mending: ReadonlySet<string> = new Set(['code-changed', 'config-changed', 'answers-changed'])

async function keeperOf(around: Look, session: Session, node: ModelNode): Promise<Keeper> {
  const { materialization } = node
  const isAppending =
    materialization.name === 'incremental' && materialization.strategy === 'append'
  if (!isAppending || !isBuilt(node)) return { node, isReplayed: false, isMended: false }
  const columns = (await session.describe(node.relation))?.columns ?? []
  const names = new Set(columns.map(({ name }) => name.toLowerCase()))
  const isReplayed = names.has(loadColumns.batch) && names.has(loadColumns.sequence)
  const { changes } = await lookAt(around, node)
  return { node, isReplayed, isMended: isReplayed && changes.some(({ kind }) => mending.has(kind)) }
}

/** Rows named one by one: with more of them a full refresh is the shorter way. */
export const mostReplayed = 20_000

/** A condition on the columns of a model that appends: these rows. */
export function conditionOf(dialect: Dialect, rows: readonly RefusedRow[]): string {
  const byBatch = new Map<string, Set<number>>()
  for (const { batchId, sequence } of rows) {
    byBatch.set(batchId, (byBatch.get(batchId) ?? new Set<number>()).add(sequence))
  }
  const batch = dialect.quote(loadColumns.batch)
  const sequence = dialect.quote(loadColumns.sequence)
  return [...byBatch]
    .map(
      ([id, numbers]) =>
        `(${batch} = ${dialect.literal(id)} and ${sequence} in (${[...numbers].join(', ')}))`,
    )
    .join('\nor ')
}

export function reasonsOf(rows: readonly RefusedRow[]) {
  const counts = new Map<string, number>()
  for (const { reason } of rows) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts]
    .map(([reason, count]) => ({ reason, count }))
    .sort((one, other) => other.count - one.count || (one.reason < other.reason ? -1 : 1))
}

/** Those of the first that are not among the others. */
export function countPassed(before: readonly RefusedRow[], after: readonly RefusedRow[]): number {
  const waiting = new Set(after.map((row) => refusedKey({ ...row, reason: '' })))
  return before.filter((row) => !waiting.has(refusedKey({ ...row, reason: '' }))).length
}
