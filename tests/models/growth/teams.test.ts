/** Who may read which gold views: on Postgres asked as each team, on DuckDB in the file of each; finance sees no engagement. */
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPostgresAdapter } from '../../../src/adapters/postgres/adapter.ts'
import type { Adapter } from '../../../src/core/adapter.ts'
import type { PostgresTarget } from '../../../src/core/target.ts'
import { read, run } from '../../adapters/contract/publishing.ts'
import { testAdapters } from '../../support/adapters.ts'
import { createFlagship } from '../flagship.ts'

const testAdapter = testAdapters().find((each) => each.name === 'postgres')
const duckdb = testAdapters().find((each) => each.name === 'duckdb')

const teams = {
  growth: [
    'features_user_daily',
    'vw_growth_engagement_daily',
    'vw_list_daily_performance_sessions',
    'vw_platform_daily_performance_sessions',
    'vw_product_daily_performance_sessions',
  ],
  finance: [
    'vw_gold_product_campaign_current_status',
    'vw_gold_product_campaign_price_change_events',
    'vw_product_campaign_discounts_daily',
  ],
  marketing: [
    'gold_segment_abandon_then_bought_different_v',
    'gold_segment_bounce_v',
    'gold_segment_checkout_abandon_v',
    'gold_segment_high_value_abandon_v',
    'vw_campaign_daily_performance_sessions',
    'vw_experiment_coupon_impact',
  ],
} as const

/** As `--vars`: each team is granted what is its own. */
const grants = `{${Object.keys(teams)
  .map((team) => `${team}_grants: {select: [${team}_team]}`)
  .join(', ')}}`

test.skipIf(duckdb === undefined)('on DuckDB each team has a file of its own views', async () => {
  if (duckdb === undefined) throw new Error('there is no DuckDB target')
  const growth = await createFlagship(duckdb, 'growth')
  await growth.assay('ingest', '--select', 'source:growth.sample', '--target', 'teams')
  const argv = ['build', '--resource-types', 'model', 'seed', '--vars', grants]
  const ran = await growth.assay(...argv, '--target', 'teams')
  expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
  expect(ran.stdout).not.toContain('grants-not-applied')
  for (const [team, own] of Object.entries(teams)) {
    const path = join(growth.folder, 'target', 'teams', `${team}.duckdb`)
    const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' })
    const connection = await instance.connect()
    const reader = await connection.runAndReadAll(
      `select schema_name || '.' || table_name as name, estimated_size > 0 as has_rows, column_count
       from duckdb_tables() order by 1`,
    )
    const found = reader.getRowObjectsJson()
    connection.closeSync()
    instance.closeSync()
    expect(found.map(({ name }) => name)).toEqual(own.toSorted().map((view) => `gold.${view}`))
    expect(found.filter((row) => row['has_rows'] !== true)).toEqual([])
  }
})

describe.skipIf(testAdapter === undefined)('teams on postgres', () => {
  let admin: Adapter
  let target: PostgresTarget

  beforeAll(async () => {
    if (testAdapter === undefined) throw new Error('there is no Postgres target')
    const growth = await createFlagship(testAdapter, 'growth')
    if (growth.target.type !== 'postgres') throw new Error('there is no Postgres target')
    target = growth.target
    admin = createPostgresAdapter(target)
    for (const team of Object.keys(teams)) {
      await run(
        admin,
        `do $$ begin create role ${team}_team login password 'secret'; exception when duplicate_object or unique_violation then null; end $$`,
      )
    }
    const ran = await growth.assay('build', '--resource-types', 'model', 'seed', '--vars', grants)
    expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
    await run(
      admin,
      `grant usage on schema gold to ${Object.keys(teams)
        .map((team) => `${team}_team`)
        .join(', ')}`,
    )
  }, 300_000)
  afterAll(() => admin.close())

  test.each(Object.entries(teams))(
    '%s reads its own views and nobody else their own',
    async (team, own) => {
      const reader = createPostgresAdapter({ ...target, user: `${team}_team`, password: 'secret' })
      try {
        const readable: string[] = []
        for (const view of Object.values(teams).flat()) {
          const answer = await read(reader, `select count(*) as n from gold.${view}`).then(
            () => 'read',
            (error: unknown) => String(error),
          )
          if (answer === 'read') readable.push(view)
          else expect(answer).toMatch(/permission denied/)
        }
        expect(readable.toSorted()).toEqual(own.toSorted())
        await expect(read(reader, 'select count(*) as n from silver.fct_events')).rejects.toThrow(
          /permission denied/,
        )
      } finally {
        await reader.close()
      }
    },
  )
})
