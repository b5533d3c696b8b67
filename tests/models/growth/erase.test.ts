/** One user is erased from the flagship: no table, batch, dead letter, file or export names them, and of the others everything is there. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../../support/adapters.ts'
import { createFlagship, type Flagship } from '../flagship.ts'
import type { Row } from '../rows.ts'

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

    /** Tables and views by the rows that hold the name anywhere. */
    async function holders(): Promise<readonly string[]> {
      const listed = await growth.rows(
        `select table_schema || '.' || table_name as name from information_schema.tables
         where table_schema in ('raw', 'staging', 'silver', 'gold', '_assay') order by 1`,
      )
      const names = listed.map(({ name }) => String(name))
      expect(names.length).toBeGreaterThan(45)
      const queries = names.map(
        (name) => `select '${name}' as name, count(*) as n_rows from ${name} as searched
          where cast(searched as varchar) like '%${subject}%'`,
      )
      const counted = await growth.rows(queries.join('\nunion all\n'))
      return counted.filter((row) => Number(row['n_rows']) > 0).map(({ name }) => String(name))
    }

    function files(): readonly string[] {
      return readdirSync(growth.folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.includes('.duckdb'))
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((path) => readFileSync(path, 'utf8').includes(subject))
        .map((path) => relative(growth.folder, path))
        .toSorted()
    }

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
