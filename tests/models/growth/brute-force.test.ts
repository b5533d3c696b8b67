/** The shipped sample: sessions, carts and attribution against the slow way, sums against the facts, one database against the other. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { isJsonObject } from '../../../src/core/json.ts'
import { testAdapters } from '../../support/adapters.ts'
import { createFlagship, type Flagship } from '../flagship.ts'
import { type Row, sortedBy } from '../rows.ts'
import {
  eventOf,
  microseconds,
  plainAttribution,
  plainCart,
  type PlainEvent,
  plainSessions,
  type PlainSession,
} from './brute-force.ts'
import { nodesOf, objectIn, textAt } from './manifest.ts'
import { compared, rowsOf } from './relations.ts'

const attributed = ['select_item', 'view_item', 'add_to_cart', 'begin_checkout', 'purchase']
const results = new Map<string, Readonly<Record<string, readonly Row[]>>>()

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'the sample of growth on $name',
  ({ adapter }) => {
    let growth: Flagship
    let events: readonly PlainEvent[]
    let sessions: readonly PlainSession[]

    beforeAll(async () => {
      growth = await createFlagship(adapter, 'growth')
      const ran = await growth.assay('ingest', '--build')
      expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
      expect(ran.stdout).toMatch(/ growth\.sample +1,512 rows .* from 4 files; 5 dead letters$/m)
      events = (await growth.rows('select * from {{ref "fct_events"}}')).map(eventOf)
      sessions = plainSessions(events)
      const relations: Record<string, readonly Row[]> = {}
      for (const relation of compared) relations[relation] = await rowsOf(growth, relation)
      results.set(adapter.name, relations)
    }, 300_000)

    test('a line that is no message is a dead letter with its place and its reason', async () => {
      const dead = await growth.rows(
        'select source, source_line, code, original from _assay.dead_letters order by source, source_line',
      )
      expect(dead).toHaveLength(5)
      for (const { source, source_line: line, code, original } of dead) {
        const lines = readFileSync(join(growth.folder, String(source)), 'utf8').split('\n')
        expect([code, original]).toEqual(['invalid-json', lines[Number(line) - 1]])
      }
    })

    test('what staging makes of a batch carries the moment of its load', async () => {
      const [row] = await growth.rows(
        `select count(*) as n_rows, count(distinct events.processed_at) as moments
         from {{source "growth" "sample"}} as raw
         inner join {{ref "stg_events"}} as events
           on events._load_seq = raw._load_seq
           and events.processed_at = raw._loaded_at at time zone 'UTC'`,
      )
      expect(row?.['n_rows']).toBe((await growth.rows('select 1 from {{ref "stg_events"}}')).length)
    })

    test('every column in the database is described', async () => {
      const columns = await growth.rows(
        `select table_schema || '.' || table_name as relation, column_name
         from information_schema.columns where table_schema in ('staging', 'silver', 'gold')`,
      )
      const described = new Map(
        nodesOf(growth).map((node) => [
          `${textAt(node, 'schema')}.${textAt(node, 'alias')}`,
          new Map(
            Object.entries(objectIn(node, 'columns')).map(([name, column]) => [
              name,
              isJsonObject(column) ? textAt(column, 'description') : '',
            ]),
          ),
        ]),
      )
      expect(columns.length).toBeGreaterThan(500)
      const silent = columns.filter(({ relation, column_name: name }) => {
        return (described.get(String(relation))?.get(String(name)) ?? '') === ''
      })
      expect(silent).toEqual([])
    })

    test('attribution is set-based: an ASOF join where there is one, else a window', () => {
      const path = nodesOf(growth).find(({ name }) => name === 'silver_event_list_attribution')
      const sql = readFileSync(join(growth.folder, textAt(path ?? {}, 'compiled_path')), 'utf8')
      expect(/\basof left join\b/.test(sql)).toBe(adapter.name === 'duckdb')
      expect(/\bover \(/.test(sql)).toBe(adapter.name !== 'duckdb')
      expect(sql).not.toMatch(/\blateral\b/)
    })

    test('verify tries every incremental model on it', { timeout: 300_000 }, async () => {
      const selection = ['path:models/staging/growth', 'path:models/silver/growth']
      const once = ['--histories', '1', '--rows', '80', '--seed', '7']
      const flags = ['--select', ...selection, '--static', 'exchange_rates', ...once]
      const ran = await growth.assay('verify', ...flags)
      expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
      expect(ran.stdout).toMatch(/^verified 16 models in 1 history: \d+ builds/m)
      expect(ran.stdout.match(/^ok /gm)).toHaveLength(16)
    })

    test('has something to compare', () => {
      expect(events.length).toBeGreaterThan(3000)
      expect(sessions.length).toBeGreaterThan(200)
      for (const relation of compared) {
        expect(results.get(adapter.name)?.[relation]?.length, relation).toBeGreaterThan(0)
      }
    })

    test('sessions are those of the slow way', async () => {
      const rows = await growth.rows(
        `select user_id, platform_id, session_start, session_end, interactions, is_bounce, has_purchase,
           cart_products, cart_value
         from {{ref "silver_session_features"}}`,
      )
      const found = rows.map((row) => ({
        key: `${String(row['user_id'])} ${String(row['platform_id'])} ${microseconds(String(row['session_start']))}`,
        end: microseconds(String(row['session_end'])),
        interactions: row['interactions'],
        isBounce: row['is_bounce'],
        hasPurchase: row['has_purchase'],
        cartProducts: row['cart_products'],
        cartValue: Math.round(Number(row['cart_value']) * 10_000),
      }))
      const expected = sessions.map((session) => {
        const times = session.events.map(({ time }) => time)
        const messages = new Set(session.events.map(({ message }) => message)).size
        const hasPurchase = session.events.some(({ name }) => name === 'purchase')
        const cart = plainCart(session)
        return {
          key: `${session.user} ${session.platform} ${Math.min(...times)}`,
          end: Math.max(...times),
          interactions: messages,
          isBounce: messages === 1 && !hasPurchase,
          hasPurchase,
          cartProducts: cart.size,
          cartValue: [...cart.values()].reduce((sum, value) => sum + value, 0),
        }
      })
      expect(sortedBy(found, 'key')).toEqual(sortedBy(expected, 'key'))
    })

    test('attribution is that of the slow way', async () => {
      const rows = await growth.rows(
        'select event_id, attribution_basis, attributed_list_id from {{ref "silver_event_list_attribution"}}',
      )
      const expected = sessions.flatMap((session) =>
        session.events
          .filter(({ name }) => attributed.includes(name))
          .map((event) => {
            const { basis, list } = plainAttribution(event, session)
            return { event_id: event.eventId, attribution_basis: basis, attributed_list_id: list }
          }),
      )
      expect(new Set(expected.map(({ attribution_basis }) => attribution_basis))).toEqual(
        new Set(['own', 'product', 'session', 'none']),
      )
      expect(sortedBy(rows, 'event_id')).toEqual(sortedBy(expected, 'event_id'))
    })

    test('funnel and lists of a platform add up from the sessions of the slow way', async () => {
      const rows = await growth.rows(
        `select platform_id, sum(sessions) as sessions, sum(sessions_with_view) as viewed,
           sum(sessions_with_view_and_checkout) as viewed_and_checked_out, sum(sessions_exposed) as exposed,
           sum(sessions_with_click) as clicked, sum(list_impressions) as list_impressions
         from {{ref "vw_platform_daily_performance_sessions"}} group by platform_id`,
      )
      const has = (session: PlainSession, name: string): boolean =>
        session.events.some((event) => event.name === name)
      const expected = [...new Set(events.map(({ platform }) => platform))].map((platform) => {
        const own = sessions.filter((session) => session.platform === platform)
        const isShown = ({ name, list }: PlainEvent): boolean =>
          name === 'view_item_list' && list !== null
        const exposed = own.filter((session) => session.events.some(isShown))
        const viewed = own.filter((session) => has(session, 'view_item'))
        const impressions = own.flatMap((session) =>
          session.events.filter(isShown).map(({ message, list }) => `${message} ${list ?? ''}`),
        )
        return {
          platform_id: platform,
          sessions: own.length,
          viewed: viewed.length,
          viewed_and_checked_out: viewed.filter((session) => has(session, 'begin_checkout')).length,
          exposed: exposed.length,
          clicked: exposed.filter((session) =>
            session.events.some(
              (event) =>
                event.name === 'select_item' && plainAttribution(event, session).basis !== 'none',
            ),
          ).length,
          list_impressions: new Set(impressions).size,
        }
      })
      const numbers = rows.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([column, value]) => [
            column,
            column === 'platform_id' ? value : Number(value),
          ]),
        ),
      )
      expect(sortedBy(numbers, 'platform_id')).toEqual(sortedBy(expected, 'platform_id'))
    })
  },
)

test.runIf(testAdapters().length > 1)('every relation is the same on all databases', () => {
  const [first, ...others] = [...results.values()]
  expect(others).toHaveLength(testAdapters().length - 1)
  for (const other of others) {
    for (const relation of compared) expect(other[relation], relation).toEqual(first?.[relation])
  }
})
