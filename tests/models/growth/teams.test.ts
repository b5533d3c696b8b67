/** Who may read which gold views on Postgres, asked as each team; finance sees no engagement. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPostgresAdapter } from '../../../src/adapters/postgres/adapter.ts'
import type { Adapter } from '../../../src/core/adapter.ts'
import type { PostgresTarget } from '../../../src/core/target.ts'
import { read, run } from '../../adapters/contract/publishing.ts'
import { testAdapters } from '../../support/adapters.ts'
import { createFlagship } from '../flagship.ts'

const testAdapter = testAdapters().find((each) => each.name === 'postgres')

const teams = {
  growth: [
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
        `do $$ begin create role team_${team} login password 'secret'; exception when duplicate_object or unique_violation then null; end $$`,
      )
    }
    const vars = Object.keys(teams).map((team) => `${team}_grants: {select: [team_${team}]}`)
    const ran = await growth.assay(
      'build',
      '--resource-types',
      'model',
      'seed',
      '--vars',
      `{${vars.join(', ')}}`,
    )
    expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
    await run(
      admin,
      `grant usage on schema gold to ${Object.keys(teams)
        .map((team) => `team_${team}`)
        .join(', ')}`,
    )
  })
  afterAll(() => admin.close())

  test.each(Object.entries(teams))(
    '%s reads its own views and nobody else their own',
    async (team, own) => {
      const reader = createPostgresAdapter({ ...target, user: `team_${team}`, password: 'secret' })
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
