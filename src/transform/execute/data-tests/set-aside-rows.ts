/** What a test says whose rows at fault its model sets aside: it passes on what is published, and warns of the others. */
import { type Session, textCell } from '../../../core/adapter.ts'
import type { TestNode, UniqueId } from '../../../core/node.ts'
import { type Relation, relationKey } from '../../../core/relation.ts'
import type { RunResult } from '../../../core/run-result.ts'
import {
  faultyRowsOf,
  quarantineColumns,
  rowsBecauseOf,
} from '../../plan/materializations/quarantine/split-rows.ts'
import { limitedRows } from '../../plan/data-tests/test-query.ts'
import type { RunContext } from '../run-context.ts'
import { isStored, whereStored } from './failing-rows.ts'

export interface TestQuarantine {
  /** Where the rows are now: in a build they may not be published yet. */
  readonly place: Relation
  /** Where they will be. */
  readonly published: Relation
  readonly isRefused: boolean
}

const sampleRows = 5

export interface RowsSetAside {
  readonly failures: number
  /** undefined: there are none, so it passes. */
  readonly outcome:
    | Pick<
        Extract<RunResult, { readonly status: 'warn' | 'fail' }>,
        'status' | 'failures' | 'message' | 'sample'
      >
    | undefined
  /** The rows as the model's SQL gave them: where they are now, and where they will be. */
  readonly select: string
  readonly viewSelect: string
}

/** undefined: its model sets nothing aside by it, or has not done so yet. */
export async function testQuarantine(
  { manifest }: RunContext,
  session: Session,
  {
    node: { uniqueId, variant },
    standIns,
  }: { readonly node: TestNode; readonly standIns: ReadonlyMap<UniqueId, Relation> },
): Promise<TestQuarantine | undefined> {
  const model = variant.kind === 'generic' ? manifest.nodes.get(variant.attachedTo) : undefined
  if (model?.resourceType !== 'model' || model.quarantine === undefined) return undefined
  const { quarantine, relation } = model
  if (!quarantine.tests.includes(uniqueId)) return undefined
  const standIn = standIns.get(model.uniqueId) ?? relation
  const isWaiting = relationKey(standIn) !== relationKey(relation)
  const place = isWaiting ? faultyRowsOf(relation) : quarantine.relation
  if ((await session.describe(place)) === undefined) return undefined
  return { place, published: quarantine.relation, isRefused: quarantine.isRefused }
}

/** undefined: there are none, or no quarantine, and nobody is to keep them. */
export async function rowsSetAside(
  context: RunContext,
  session: Session,
  test: { readonly node: TestNode; readonly quarantine: TestQuarantine | undefined },
): Promise<RowsSetAside | undefined> {
  const { node, quarantine } = test
  const { dialect } = context.adapter
  if (quarantine === undefined) return undefined
  const rows = rowsBecauseOf(dialect, quarantine.place, node.name)
  const [row] = await session.query(
    `select cast(count(*) as text) as failures from (\n${rows}\n) as aside`,
  )
  const failures = row === undefined ? 0 : Number(textCell(row, 'failures'))
  if (failures === 0 && !isStored(context, node)) return undefined
  const { schema, identifier } = quarantine.published
  const place = `${schema}.${identifier}`
  const count = `${failures} ${failures === 1 ? 'row' : 'rows'}`
  const { columns } = await session.queryTable(limitedRows(rows, 0))
  const own = new Set<string>(Object.values(quarantineColumns))
  const names = columns.flatMap(({ name }) => (own.has(name) ? [] : [dialect.quote(name)]))
  const ofModel = (from: string) => `select ${names.join(', ')}\nfrom (\n${from}\n) as aside`
  const select = ofModel(rows)
  const viewSelect = ofModel(rowsBecauseOf(dialect, quarantine.published, node.name))
  if (failures === 0) return { failures, outcome: undefined, select, viewSelect }
  const found = quarantine.isRefused
    ? `found ${count} for ${place}, and warnings are errors`
    : `${count} set aside in ${place}`
  const outcome = {
    status: quarantine.isRefused ? 'fail' : 'warn',
    failures,
    message: `${found}${whereStored(context, node, failures)}`,
    sample: await session.queryTable(limitedRows(select, sampleRows)),
  } as const
  return { failures, outcome, select, viewSelect }
}
