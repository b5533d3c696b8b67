/** What a test says whose rows at fault its model sets aside: it passes on what is published, and warns of the others. */
import { type Session, type Table, textCell } from '../../../core/adapter.ts'
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

export interface TestQuarantine {
  /** Where the rows are now: in a build they may not be published yet. */
  readonly place: Relation
  /** Where they will be. */
  readonly published: Relation
  readonly isRefused: boolean
}

const sampleRows = 5

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

/** undefined: there are none. */
export async function rowsSetAside(
  { adapter }: RunContext,
  session: Session,
  test: { readonly node: TestNode; readonly quarantine: TestQuarantine | undefined },
): Promise<
  | Pick<
      Extract<RunResult, { readonly status: 'warn' | 'fail' }>,
      'status' | 'failures' | 'message' | 'sample'
    >
  | undefined
> {
  const { node, quarantine } = test
  if (quarantine === undefined) return undefined
  const rows = rowsBecauseOf(adapter.dialect, quarantine.place, node.name)
  const [row] = await session.query(
    `select cast(count(*) as text) as failures from (\n${rows}\n) as aside`,
  )
  const failures = row === undefined ? 0 : Number(textCell(row, 'failures'))
  if (failures === 0) return undefined
  const { schema, identifier } = quarantine.published
  const place = `${schema}.${identifier}`
  const count = `${failures} ${failures === 1 ? 'row' : 'rows'}`
  return {
    status: quarantine.isRefused ? 'fail' : 'warn',
    failures,
    message: quarantine.isRefused
      ? `found ${count} for ${place}, and warnings are errors`
      : `${count} set aside in ${place}`,
    sample: ofModel(await session.queryTable(limitedRows(rows, sampleRows))),
  }
}

/** As the model's SQL gave them. */
function ofModel({ columns, rows }: Table): Table {
  const own = new Set<string>(Object.values(quarantineColumns))
  const isModels = columns.map(({ name }) => !own.has(name))
  return {
    columns: columns.filter((_, index) => isModels[index]),
    rows: rows.map((row) => row.filter((_, index) => isModels[index])),
  }
}
