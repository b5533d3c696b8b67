/** Histories of snapshots: whatever the rows do and the clocks say, versions of one key stand in one line. */
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Adapter, textCell } from '../../src/core/adapter.ts'
import type { SnapshotNode, SnapshotStrategy } from '../../src/core/node.ts'
import { plainStorage } from '../../src/core/node/storage.ts'
import { noHooks } from '../../src/core/node/hook.ts'
import { planSnapshot } from '../../src/transform/plan/materializations/snapshot/plan-snapshot.ts'
import { openAdapter, testAdapters } from '../support/adapters.ts'
import { playUnit } from './play-unit.ts'

/** What the source holds at one run: a value and a time for each key that is there. */
type State = Readonly<Record<string, { readonly value: number | null; readonly changed: number }>>
interface Run {
  readonly state: State
  /** Seconds. */
  readonly at: number
}
interface Version {
  readonly id: string
  readonly value: number | null
  readonly scdId: string
  readonly from: string
  readonly to: string | null
  readonly isDeleted: boolean
}
type HardDeletes = SnapshotNode['hardDeletes']

const seconds = fc.integer({ min: 1, max: 40 })
const state: fc.Arbitrary<State> = fc.dictionary(
  fc.constantFrom('a', 'b', 'c'),
  fc.record({ value: fc.option(fc.integer({ min: 0, max: 2 })), changed: seconds }),
)
const hardDeletes = fc.constantFrom<HardDeletes>('ignore', 'invalidate', 'new_record')
const strategies = fc.constantFrom<SnapshotStrategy>(
  { name: 'timestamp', updatedAt: 'changed' },
  { name: 'check', columns: 'all', updatedAt: undefined },
  { name: 'check', columns: ['value'], updatedAt: 'changed' },
)
/** Clocks of two machines may differ, but no two runs are one. */
const anyRuns = fc.uniqueArray(fc.record({ state, at: seconds }), {
  selector: ({ at }) => at,
  minLength: 1,
  maxLength: 6,
})
const orderlyRuns = anyRuns.map((runs) => runs.toSorted((left, right) => left.at - right.at))

describe.each(testAdapters())('snapshots on $name', (testAdapter) => {
  let adapter: Adapter
  let count = 0
  beforeAll(async () => {
    adapter = await openAdapter(await testAdapter.createTarget())
    await adapter.connect()
    await adapter.session({}, (session) => session.execute(adapter.dialect.createSchema('history')))
  })
  afterAll(() => adapter.close())
  const played = async (runs: readonly Run[], config: Config) => {
    count += 1
    return await play(adapter, { runs, config, name: `history_${count}` })
  }
  const numRuns = testAdapter.name === 'duckdb' ? 40 : 20

  test('F13, F15: versions never overlap, never end before they begin, one at most is current', async () => {
    await fc.assert(
      fc.asyncProperty(anyRuns, strategies, hardDeletes, async (runs, strategy, mode) => {
        const versions = await played(runs, { strategy, hardDeletes: mode })
        expect(faultsOf(versions)).toEqual([])
      }),
      { numRuns },
    )
  })

  test('F8, F10, F11, F12: at the time of each run the versions are what the source held', async () => {
    await fc.assert(
      fc.asyncProperty(orderlyRuns, hardDeletes, async (runs, mode) => {
        const strategy = { name: 'check', columns: 'all', updatedAt: undefined } as const
        const versions = await played(runs, { strategy, hardDeletes: mode })
        for (const { state: held, at } of runs) {
          const then = versions.filter((version) => holdsAt(version, timeOf(at)))
          const known = mode === 'ignore' ? then.filter(({ id }) => held[id] !== undefined) : then
          const found = known.map(({ id, value }) => [id, value] as const)
          const expected = Object.entries(held).map(([id, row]) => [id, row.value] as const)
          expect(new Map(found)).toEqual(new Map(expected))
          expect(found).toHaveLength(expected.length)
        }
      }),
      { numRuns },
    )
  })

  test('F7: by updated_at, each change that it tells of is a version that begins then', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(seconds, { minLength: 1, maxLength: 6 }), async (times) => {
        const runs = times.map((changed, index): Run => {
          return { at: 100 + index, state: { a: { value: index, changed } } }
        })
        const strategy = { name: 'timestamp', updatedAt: 'changed' } as const
        const versions = await played(runs, { strategy, hardDeletes: 'ignore' })
        const told = times.filter((time, index) => times.slice(0, index).every((one) => one < time))
        expect(versions.map(({ from }) => from)).toEqual(told.map(timeOf))
      }),
      { numRuns },
    )
  })
})

interface Config {
  readonly strategy: SnapshotStrategy
  readonly hardDeletes: HardDeletes
}

interface History {
  readonly runs: readonly Run[]
  readonly config: Config
  readonly name: string
}

/** Sorted by key and time. */
async function play(
  adapter: Adapter,
  { runs, config, name }: History,
): Promise<readonly Version[]> {
  const node = snapshotOf(name, config)
  for (const run of runs) await runSnapshot(adapter, node, run)
  const isDeleted = config.hardDeletes === 'new_record' ? `dbt_is_deleted = 'True'` : 'false'
  const rows = await adapter.session({}, (session) =>
    session.query(`select id, value, dbt_scd_id, ${isDeleted} as is_deleted,
  cast(dbt_valid_from as text) as valid_from, cast(dbt_valid_to as text) as valid_to
from ${adapter.dialect.relation(node.relation)}
order by id, dbt_valid_from, dbt_valid_to nulls last`),
  )
  return rows.map((row) => ({
    id: textCell(row, 'id'),
    value: row['value'] === null ? null : Number(row['value']),
    scdId: textCell(row, 'dbt_scd_id'),
    from: textCell(row, 'valid_from'),
    to: row['valid_to'] === null ? null : textCell(row, 'valid_to'),
    isDeleted: row['is_deleted'] === true,
  }))
}

async function runSnapshot(adapter: Adapter, node: SnapshotNode, { state: held, at }: Run) {
  const compiled = { sql: selectOf(held), map: [], logs: [] }
  await adapter.transaction({}, async (session) => {
    const existing = await session.describe(node.relation)
    const now = `${timeOf(at).replace(' ', 'T')}.000Z`
    const { dialect } = adapter
    const unit = planSnapshot({ node, compiled, buildFrom: compiled, dialect, existing, now })
    if (!unit.ok) throw new Error(unit.diagnostics[0]?.message)
    await playUnit(session, unit.value)
  })
}

function selectOf(held: State): string {
  const rows = Object.entries(held).map(
    ([id, { value, changed }]) => `('${id}', ${value ?? 'null'}, '${timeOf(changed)}')`,
  )
  const values = rows.length === 0 ? `('a', 1, '${timeOf(1)}')` : rows.join(', ')
  return `select id, cast(value as integer) as value, cast(changed as timestamp) as changed
from (values ${values}) as held (id, value, changed)
where ${rows.length > 0}`
}

function timeOf(second: number): string {
  return new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString().slice(0, 19).replace('T', ' ')
}

function holdsAt({ from, to, isDeleted }: Version, time: string): boolean {
  return !isDeleted && from <= time && (to === null || to > time)
}

function faultsOf(versions: readonly Version[]): readonly string[] {
  const ids = versions.map(({ scdId }) => scdId)
  return versions.flatMap((version, index) => {
    const { id, from, to, scdId } = version
    const next = versions[index + 1]
    const isFollowed = next?.id === id
    return [
      ...(to !== null && to < from ? [`${id} ends ${to} before it begins ${from}`] : []),
      ...(isFollowed && to === null ? [`${id} has two that are current`] : []),
      ...(isFollowed && to !== null && to > next.from ? [`${id} overlaps at ${next.from}`] : []),
      ...(ids.indexOf(scdId) !== index ? [`${id} has ${scdId} twice`] : []),
    ]
  })
}

function snapshotOf(name: string, { strategy, hardDeletes: mode }: Config): SnapshotNode {
  return {
    resourceType: 'snapshot',
    storage: plainStorage,
    uniqueId: `snapshot.test.${name}`,
    name,
    packageName: 'test',
    path: 'snapshots.yml',
    fqn: ['test', name],
    description: '',
    tags: [],
    meta: {},
    config: {},
    dependsOn: [],
    checksum: '',
    span: { path: 'snapshots.yml', line: 1, column: 1, length: 1 },
    arrival: undefined,
    relation: { schema: 'history', identifier: name },
    columns: [],
    code: { kind: 'all-rows' },
    isStable: true,
    uniqueKey: ['id'],
    strategy,
    hardDeletes: mode,
    validToCurrent: undefined,
    metaColumns: {
      scdId: 'dbt_scd_id',
      updatedAt: 'dbt_updated_at',
      validFrom: 'dbt_valid_from',
      validTo: 'dbt_valid_to',
      isDeleted: 'dbt_is_deleted',
    },
    hooks: noHooks,
  }
}
