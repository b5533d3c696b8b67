/** One user is erased from the flagship: no table, batch, dead letter, file or export names them, and of the others everything is there. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../../support/adapters.ts'
import { createFlagship, type Flagship } from '../flagship.ts'
import type { Row } from '../rows.ts'
import { filesWith, relationsWith } from '../who-holds.ts'

/** Buys, leaves a cart, has two devices, and is named in a line that is cut off. */
const subject = 'u0000009'
const segment = 'gold_segment_abandon_then_bought_different_v'
const timeout = 300_000

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'erasing from growth on $name',
  ({ adapter }) => {
    let growth: Flagship

    async function assay(...argv: readonly string[]): Promise<string> {
      const ran = await growth.assay(...argv)
      expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
      return ran.stdout
    }

    const holders = () => relationsWith(growth, subject, 45)
    const files = () => filesWith(growth, subject)

    beforeAll(async () => {
      growth = await createFlagship(adapter, 'growth')
      await assay('ingest', '--select', 'source:growth.sample')
      await assay('build', '--resource-types', 'model', 'seed')
      await assay('export', '--select', segment, '--to', 'exports/', '--format', 'csv')
    }, timeout)

    test('every column of growth that names a user declares it', async () => {
      const plan = await assay('erase', '--identity', 'user', '--value', subject)
      expect(plan).toMatch(/silver\.fct_events +\d+ rows +made anew/)
      expect(plan).not.toMatch(/left/)
    })

    test('of one user nothing is left, and of the others everything', {
      timeout,
    }, async () => {
      const before = await holders()
      for (const name of [
        '_assay.dead_letters',
        'raw.growth_sample',
        'staging.stg_event_messages',
        'silver.fct_events',
        'silver.fct_purchases',
        'silver.dim_users',
        'silver.silver_session_features',
        `gold.${segment}`,
        'gold.features_user_daily',
      ]) {
        expect(before).toContain(name)
      }
      const named = files().map((path) =>
        path.replace(/\/processing_batch.*|\/\d+_\d+_\w+\.jsonl$/, ''),
      )
      expect([...new Set(named)]).toEqual([
        `exports/${segment}.csv`,
        'incoming/growth_sample/events_00001.jsonl',
        'incoming/growth_sample/events_00003.jsonl',
        'incoming/growth_sample/events_00004.jsonl',
        expect.stringMatching(/^load\/\w+\/archive\/growth\.sample$/),
        expect.stringMatching(/^load\/\w+\/dead_letter\/growth\.sample$/),
      ])
      const others = await sessionsOfOthers()

      await assay('erase', '--identity', 'user', '--value', subject, '--yes')
      expect(await holders()).toEqual([])
      expect(files()).toEqual([])
      expect(await sessionsOfOthers()).toEqual(others)

      const again = await assay('ingest', '--select', 'source:growth.sample')
      expect(again).toMatch(/growth\.sample +0 rows/)
      const tested = await assay('test', '--select', 'test_type:singular')
      expect(tested).toMatch(/pass +growth_additive_facts_match/)
      expect(tested).toMatch(/pass +growth_no_message_is_lost/)
    })

    async function sessionsOfOthers(): Promise<readonly Row[]> {
      return await growth.rows(
        `select session_id, session_end, interactions, cart_value from {{ref "silver_session_features"}}
         where user_id <> '${subject}' order by session_id`,
      )
    }
  },
)
