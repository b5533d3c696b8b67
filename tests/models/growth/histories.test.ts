/** The same messages in any order and any cut into batches end in the same tables; GROWTH_HISTORIES says how many are tried. */
import { beforeAll, describe, expect, test } from 'vitest'
import { randomFrom } from '../../../src/transform/verify/history/random.ts'
import { testAdapters } from '../../support/adapters.ts'
import { createFlagship, type Flagship } from '../flagship.ts'
import { type Row, readRows } from '../rows.ts'
import { filesOf, seedOf, type TestMessage } from './messages.ts'
import { madeUpMessages } from './made-up-messages.ts'
import { compared } from './relations.ts'

const histories = Number(process.env['GROWTH_HISTORIES'] ?? 2)
const loadedAt = '2025-03-01T00:00:00Z'

/** With what is late, broken and there twice. */
const messages = madeUpMessages({ seed: 11, dirt: 0.2 })

/** The view and the table that is kept up to date by day. */
const persisted = ['vw_growth_engagement_daily', 'gold_growth_engagement_daily'] as const

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'histories of growth on $name',
  ({ adapter }) => {
    let growth: Flagship
    let expected: readonly Row[]

    beforeAll(async () => {
      growth = await createFlagship(adapter, 'growth')
      await arrive(growth, messages)
      expected = await digests(growth)
    }, 300_000)

    test('there is something in every table', () => {
      expect(expected).toHaveLength(compared.length)
      for (const { relation, n_rows: rows } of expected) {
        expect(rows, String(relation)).toBeGreaterThan(0)
      }
    })

    test.each(Array.from({ length: histories }, (_, index) => index + 1))(
      'history %i ends like all at once',
      { timeout: 300_000 },
      async (history) => {
        const random = randomFrom('growth', adapter.name, history)
        const order = random.shuffle(messages)
        const cuts = [...new Set([1 + random.below(order.length), 1 + random.below(order.length)])]
        for (const until of [...cuts.toSorted((left, right) => left - right), order.length]) {
          await arrive(growth, order.slice(0, until))
        }
        expect(await digests(growth), `cut at ${cuts.join(', ')}`).toEqual(expected)
        const [view, table] = await digestsOf(growth, persisted)
        expect({ ...table, relation: view?.['relation'] }).toEqual(view)
      },
    )
  },
)

const withTable = ['--vars', '{persist_gold: true}']

async function arrive(growth: Flagship, arrived: readonly TestMessage[]): Promise<void> {
  await growth.write(filesOf(seedOf(arrived, loadedAt)))
  const ran = await growth.assay('build', '--resource-types', 'model', 'seed', ...withTable)
  expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
}

/** Of the rows of each relation, whatever their order; without when a row arrived. */
async function digests(growth: Flagship): Promise<readonly Row[]> {
  return await digestsOf(growth, compared)
}

async function digestsOf(growth: Flagship, relations: readonly string[]): Promise<readonly Row[]> {
  const queries = relations.map((relation) => {
    const columns = ofFacts[relation]?.join(', ') ?? '*'
    return `select '${relation}' as relation, count(*) as n_rows,
      md5(string_agg(digest, '' order by digest)) as digest
    from (
      select md5(cast(compared_rows as varchar)) as digest
      from (select ${columns} from {{ref "${relation}"}}) as compared_rows
    ) as digested`
  })
  const query = `${queries.join('\nunion all\n')}\norder by relation desc`
  const command = ['show', '--inline', query, '--output', 'json', '--limit', '-1', ...withTable]
  return readRows(await growth.assay(...command))
}

const ofFacts: Readonly<Partial<Record<string, readonly string[]>>> = {
  fct_events: [
    'event_id',
    'source_event_id',
    'event_timestamp',
    'user_id',
    'product_id',
    'unit_net_price',
    'revenue',
    'campaign_id',
    'order_id',
  ],
  fct_purchases: ['event_id', 'order_id', 'revenue', 'installments'],
}
