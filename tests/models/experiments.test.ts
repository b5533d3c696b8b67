/** A/B tests of the flagship: the published result from its counts, marts and results against a slow reckoning from the raw files. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { parseCsv, type UserTruth, userTruths } from './experiment-truth.ts'
import { createFlagship, type Flagship } from './flagship.ts'
import type { Row } from './rows.ts'

describe.each(testAdapters())('A/B tests on $name', (adapter) => {
  let flagship: Flagship
  let truths: readonly UserTruth[]

  beforeAll(async () => {
    flagship = await createFlagship(adapter, 'experiments')
    const ran = await flagship.assay('build')
    expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
    const read = async (name: string) =>
      parseCsv(await readFile(join(flagship.folder, `seeds/experiment/sample_${name}.csv`), 'utf8'))
    const files = {
      assignments: await read('experiment_assignments'),
      events: await read('events'),
      sessions: await read('sessions'),
    }
    truths = userTruths(files, 'pdp_layout')
  })

  test('the published result comes out of its counts', async () => {
    const [row, ...more] = await flagship.rows(
      `select * from {{ref "experiment_results"}} where experiment_id = 'pdp_redesign'`,
    )
    expect(more).toEqual([])
    expect(row).toMatchObject({
      metric: 'conversion',
      segment: 'all',
      variant: 'treatment',
      control_users: 448,
      users: 472,
      message: null,
      verdict: 'inconclusive',
    })
    expectNear(row, 'control_rate', 19 / 448, 1e-15)
    expectNear(row, 'rate', 23 / 472, 1e-15)
    expectNear(row, 'lift', 0.006318099273607748, 1e-12)
    expectNear(row, 'p_value', 0.646305671713082, 1e-10)
    expectNear(row, 'ci_low', -0.02061698235743497, 1e-10)
    expectNear(row, 'ci_high', 0.033253180904650466, 1e-10)
    const [health] = await flagship.rows(
      `select * from {{ref "experiment_health"}} where experiment_id = 'pdp_redesign'`,
    )
    expect(health).toMatchObject({ check_name: 'srm', passed: true, message: null })
    expectNear(health, 'p_value', 0.4287942873854895, 1e-10)
  })

  test('each user has the exposure and outcomes that the raw files say', async () => {
    const rows = await flagship.rows('select * from {{ref "mart_user_outcomes"}} order by user_id')
    expect(rows.map((row) => row['user_id'])).toEqual(truths.map(({ userId }) => userId).toSorted())
    expect(truths.length).toBeGreaterThan(400)
    const byUser = new Map(rows.map((row) => [row['user_id'], row]))
    for (const truth of truths) {
      const row = byUser.get(truth.userId)
      expect(row, truth.userId).toMatchObject({
        variant: truth.variant,
        is_mature: truth.isMature,
        purchased: truth.purchased,
        events_in_window: truth.events,
        nonpurchase_events_in_window: truth.nonPurchases,
        sessions: truth.sessions,
        bounces: truth.bounces,
        returned: truth.returned,
      })
      expectNear(row, 'revenue', truth.revenue, 1e-9)
      expectNear(row, 'revenue_before', truth.revenueBefore, 1e-9)
      expectNear(row, 'session_seconds', truth.seconds, 1e-3)
      expect(Date.parse(`${String(row?.['exposed_at'])}Z`)).toBe(truth.exposedAt)
    }
  })

  test('results hold the sums of mature users, each metric of the catalogue in them', async () => {
    const rows = await flagship.rows(
      `select * from {{ref "experiment_results"}} where experiment_id = 'pdp_layout' and segment = 'all'`,
    )
    const of = (metric: string) => rows.find((row) => row['metric'] === metric)
    const mature = truths.filter(({ isMature }) => isMature)
    const treated = mature.filter(({ variant }) => variant === 'treatment')
    const control = mature.filter(({ variant }) => variant === 'control')
    expect(rows.map((row) => String(row['metric'])).toSorted()).toEqual([
      'add_to_cart_rate',
      'bounce_rate',
      'checkout_rate',
      'conversion',
      'retention_d7',
      'revenue_per_user',
      'revenue_per_user_capped',
      'session_duration',
    ])
    expect(of('conversion')).toMatchObject({
      users: treated.length,
      conversions: sum(treated, 'purchased'),
      control_users: control.length,
      control_conversions: sum(control, 'purchased'),
    })
    expectNear(of('revenue_per_user'), 'mean', sum(treated, 'revenue') / treated.length, 1e-9)
    expectNear(of('bounce_rate'), 'numerator', sum(treated, 'bounces'), 1e-9)
    expectNear(of('bounce_rate'), 'denominator', sum(treated, 'sessions'), 1e-9)
    expectNear(of('retention_d7'), 'numerator', sum(treated, 'returned'), 1e-9)
    expectNear(
      of('session_duration'),
      'control_ratio',
      sum(control, 'seconds') / sum(control, 'sessions'),
      1e-5,
    )
    // Guardrails are no family of tests.
    expect(of('bounce_rate')?.['p_value_adjusted']).toBeNull()
    expect(of('conversion')?.['p_value_adjusted']).toEqual(of('conversion')?.['p_value'])
  })

  test('other counts give their own answers, and what has none a message', async () => {
    await flagship.write({
      'seeds/experiment_counts.csv': [
        'experiment_id,variant,is_control,users,conversions',
        'checkout,old,true,1000,100',
        'checkout,short,false,1010,131',
        'checkout,long,false,990,92',
        'nobody,a,true,500,0',
        'nobody,b,false,510,0',
        'alone,only,true,50,3',
        'broken,a,true,many,3',
        'broken,b,false,100,300',
        '',
      ].join('\n'),
    })
    const ran = await flagship.assay('build', '--select', 'experiment_counts+')
    expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
    const rows = await flagship.rows(
      `select * from {{ref "experiment_results"}} where experiment_id <> 'pdp_layout' order by experiment_id, variant`,
    )
    const short = rows.find((row) => row['variant'] === 'short')
    const pooled = 231 / 2010
    const z = (131 / 1010 - 0.1) / Math.sqrt(pooled * (1 - pooled) * (1 / 1010 + 1 / 1000))
    expectNear(short, 'z', z, 1e-12)
    const long = rows.find((row) => row['variant'] === 'long')
    // Holm over the two variants: twice the smaller p, and the larger as it is.
    expectNear(short, 'p_value_adjusted', Math.min(1, 2 * Number(short?.['p_value'])), 1e-12)
    expectNear(long, 'p_value_adjusted', Number(long?.['p_value']), 1e-12)
    const messages = rows
      .filter((row) => row['experiment_id'] !== 'checkout')
      .map((row) => [row['experiment_id'], row['message'] !== null, row['p_value'] === null])
    expect(messages.length).toBeGreaterThanOrEqual(3)
    for (const message of messages) expect(message.slice(1)).toEqual([true, true])
  })
})

type Summed = 'purchased' | 'revenue' | 'bounces' | 'sessions' | 'returned' | 'seconds'

function sum(truths: readonly UserTruth[], key: Summed): number {
  return truths.reduce((total, truth) => total + truth[key], 0)
}

function expectNear(row: Row | undefined, column: string, value: number, tolerance: number): void {
  const found = Number(row?.[column])
  expect(Math.abs(found - value), `${column}: ${found}, not ${value}`).toBeLessThanOrEqual(
    tolerance,
  )
}
