/** One user is erased from the price experiments of the flagship: events of files and over HTTP, selections, dead letters, and what was learned of them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../../support/adapters.ts'
import { serve } from '../../support/serve.ts'
import { createFlagship, type Flagship } from '../flagship.ts'
import { filesWith, relationsWith } from '../who-holds.ts'

const subject = 'kim-4711'
const other = 'lee-0815'
const timeout = 300_000
const key = 'shop-key-0123456789'

const serving = `
serve:
  load_every: 50ms
  keys: [{ name: shop, key: ${key}, scopes: [events, select] }]
  bandits: { selections: bandits.price_selections, actions: bandits.bandit_actions }
`

function shown(event: string, user: string) {
  return {
    event_id: event,
    event_name: 'impression_event',
    experiment_id: 'spring_price',
    price_id: '20',
    event_timestamp: '2025-03-14T11:00:00Z',
    user_id: user,
  }
}

function bought(event: string, user: string) {
  return {
    ...shown(event, user),
    event_name: 'revenue_event',
    event_timestamp: '2025-03-14T11:05:00Z',
    amount: '20',
  }
}

/** What a user does: two visits, a purchase, and an event that cannot be used. */
function eventsOf(name: string, user: string) {
  return [
    shown(`${name}-1`, user),
    bought(`${name}-2`, user),
    { ...shown(`${name}-3`, user), price_id: '99' },
  ]
}

function lines(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}

interface Letter {
  readonly code: string
  readonly model: string
  readonly original: string
  readonly original_encoding: string
}

/** What the files of runs hold of events that the model refused: the reason, and the event as it was sent. */
function refused({ folder }: Flagship, target: string): readonly string[] {
  const own = join(folder, 'load', target, 'dead_letter/stg_rejected_price_events')
  return readdirSync(own)
    .flatMap((name) => readFileSync(join(own, name), 'utf8').trimEnd().split('\n'))
    .map((line) => {
      const letter: Letter = JSON.parse(line)
      expect(letter).toMatchObject({
        model: 'stg_rejected_price_events',
        original_encoding: 'json',
      })
      const event: { readonly event_id: string } = JSON.parse(letter.original)
      return `${letter.code} ${event.event_id}`
    })
    .toSorted()
}

describe.each(testAdapters())('erasing from price experiments on $name', (adapter) => {
  const target = adapter.name === 'duckdb' ? 'dev' : 'postgres'
  let flagship: Flagship

  async function assay(...argv: readonly string[]): Promise<string> {
    const ran = await flagship.assay(...argv)
    expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
    return ran.stdout
  }

  const build = () => assay('build', '--resource-types', 'model', 'seed')
  const trials = () =>
    flagship.rows(
      `select user_id, conversions, revenue_events, reward from {{ref "trials"}}
       where user_id is not null order by user_id, trial_id`,
    )
  const published = () =>
    flagship.rows(
      'select publication, snapshot_id, price_id, trials from {{ref "posterior_snapshots"}} order by 1, 2, 3, 4',
    )

  beforeAll(async () => {
    flagship = await createFlagship(adapter, 'bandits')
    const text = (path: string) => readFileSync(join(flagship.folder, path), 'utf8')
    await flagship.write({
      'assay.yml': text('assay.yml').replace(/\nserve:\n(?: .*\n)+/, '\n') + serving,
      // Of the file of another shop, which names nobody, a little is enough.
      'seeds/open_bandit_events.csv': `${text('seeds/open_bandit_events.csv').split('\n').slice(0, 50).join('\n')}\n`,
      'incoming/price_test_events/monday.jsonl': lines([
        ...eventsOf('kim-file', subject),
        ...eventsOf('lee-file', other),
      ]),
    })
    await assay('ingest', '--select', 'source:bandits')
    const server = await serve(flagship, {
      argv: ['--target', target],
    })
    for (const user of [subject, other]) {
      const selected = await server.send('/bandits/select', {
        key,
        body: { experiment_id: 'spring_price', user_id: user },
      })
      expect(selected.status, selected.text).toBe(200)
      const sent = await server.send('/events/bandits/live_price_events', {
        key,
        body: eventsOf(`${user}-live`, user),
      })
      expect(sent.status, sent.text).toBe(202)
    }
    // Whoever is told to stop loads what it has taken.
    expect(await server.stop()).toBe(0)
    await build()
  }, timeout)

  test('a user is named by raw tables, staging and silver, and by no gold table', {
    timeout,
  }, async () => {
    const holders = await relationsWith(flagship, subject, 30)
    expect(holders).toEqual(
      expect.arrayContaining([
        'raw.live_price_events',
        'raw.price_selections',
        'raw.price_test_events',
        'staging.stg_price_event_log',
        'staging.stg_price_selection_log',
        'staging.stg_rejected_price_events',
        'silver.impressions',
        'silver.merged_impressions',
        'silver.trials',
      ]),
    )
    expect(holders.filter((name) => name.startsWith('gold.'))).toEqual([])
  })

  test('events of an arm that is not declared are in a file, of both ways in, as they were sent', () => {
    expect(refused(flagship, target)).toEqual([
      `unknown_price ${subject}-live-3`,
      'unknown_price kim-file-3',
      `unknown_price ${other}-live-3`,
      'unknown_price lee-file-3',
    ])
  })

  test('of one user nothing is left, of the others everything, and what was published stays', {
    timeout,
  }, async () => {
    const before = await trials()
    const published0 = await published()
    expect(new Set(before.map((row) => row['user_id']))).toEqual(new Set([subject, other]))
    const plan = await assay('erase', '--identity', 'user', '--value', subject)
    expect(plan).not.toMatch(/would be left|undeclared/)
    await assay('erase', '--identity', 'user', '--value', subject, '--yes')
    expect(await relationsWith(flagship, subject, 30)).toEqual([])
    expect(filesWith(flagship, subject)).toEqual([])
    expect(refused(flagship, target)).toEqual([
      `unknown_price ${other}-live-3`,
      'unknown_price lee-file-3',
    ])
    const others = before.filter((row) => row['user_id'] === other)
    expect(await trials()).toEqual(others)
    expect(await relationsWith(flagship, other, 30)).not.toEqual([])
    // A history of what was known when holds no user, and cannot be made again: it goes on behind what it has.
    await build()
    const after = await published()
    expect(after.slice(0, published0.length)).toEqual(published0)
    expect(after.length).toBeGreaterThan(published0.length)
  })
})
