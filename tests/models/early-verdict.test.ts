/** From files to the report: an A/B test may be called before its planned users are there, but only by the always-valid interval. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createFlagship, type Flagship } from './flagship.ts'

const timeout = 300_000
const models = ['staging', 'silver', 'gold'].map((layer) => `path:models/${layer}/experiments`)

describe.each(testAdapters())('an early look at an A/B test on $name', (adapter) => {
  let flagship: Flagship

  async function assay(...argv: readonly string[]): Promise<string> {
    const ran = await flagship.assay(...argv)
    expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
    return ran.stdout
  }

  /** The views as they are at the end of this day, and what the report begins with. */
  async function lookAt(day: string) {
    const vars = { experiment_data: 'loaded', as_of: `${day} 23:59:59` }
    const select = ['--select', 'path:seeds/experiment*', ...models]
    await assay('run', ...select, '--vars', JSON.stringify(vars))
    const [row] = await flagship.rows(
      `select users + control_users as users, p_value, sequential_p_value, sequential_ci_low, verdict, message
       from {{ref "experiment_results"}}
       where experiment_id = 'pdp_layout' and segment = 'all' and metric = 'conversion'`,
    )
    const health = await flagship.rows(
      `select statistic, passed from {{ref "experiment_health"}}
       where experiment_id = 'pdp_layout' and check_name = 'planned_n'`,
    )
    const told: { readonly tone: string } = JSON.parse(
      await assay('report', 'experiment', 'pdp_layout', '--output', 'json'),
    )
    const file = join(flagship.folder, 'target/reports/pdp_layout.md')
    const printed = await readFile(file, 'utf8')
    return { row, health, verdict: printed.split('\n')[4] ?? '', tone: told.tone }
  }

  beforeAll(async () => {
    flagship = await createFlagship(adapter, 'experiments')
    // Of the 2,000 that are planned; four times as many buy with the new page.
    await assay('generate', 'experiment', '--users', '1200', '--lift', '3', '--seed', '5')
    await assay('ingest', '--select', 'source:experiments')
    await assay('seed')
  }, timeout)

  test('a p-value of the plan that is small is no verdict; the always-valid interval is one as soon as it leaves out 0', {
    timeout,
  }, async () => {
    const peeked = await lookAt('2025-01-29')
    expect(Number(peeked.row?.['p_value'])).toBeLessThan(0.001)
    expect(Number(peeked.row?.['sequential_p_value'])).toBeGreaterThan(0.05)
    expect(Number(peeked.row?.['sequential_ci_low'])).toBeLessThan(0)
    expect(peeked.row).toMatchObject({
      verdict: null,
      message: 'no verdict yet: 880 of 2000 planned users',
    })
    expect(peeked.health).toEqual([{ statistic: 880, passed: false }])
    expect(peeked.verdict).toMatch(
      /^\*\*No verdict yet, 880 of 2000 planned users: Conversion is .* \(always-valid 95% interval -0\.20 to \+13\.10 points, p = 0\.0583\)/,
    )
    expect(peeked.tone).toBe('open')

    const decided = await lookAt('2025-01-30')
    expect(Number(decided.row?.['sequential_p_value'])).toBeLessThan(0.05)
    expect(Number(decided.row?.['sequential_ci_low'])).toBeGreaterThan(0)
    expect(decided.row).toMatchObject({ verdict: 'better', message: null })
    expect(decided.health).toEqual([{ statistic: 921, passed: false }])
    expect(decided.verdict).toMatch(
      /^\*\*Treatment is better than control, decided before the planned end: Conversion is .* \(always-valid 95% interval \+0\.55 to \+13\.10 points, p = 0\.0292\)/,
    )
    expect(decided.tone).toBe('good')
  })

  test('an experiment that was stopped then keeps its verdict, and no other metric gets one', {
    timeout,
  }, async () => {
    const stopped = await lookAt('2025-03-01')
    expect(stopped.health).toEqual([{ statistic: 1200, passed: false }])
    expect(stopped.verdict).toContain('is better than control, decided before the planned end')
    const rows = await flagship.rows(
      `select metric, verdict, message from {{ref "experiment_results"}}
       where experiment_id = 'pdp_layout' and segment = 'all' order by metric`,
    )
    const waits = 'no verdict yet: 1200 of 2000 planned users'
    expect(rows.map(({ metric, verdict, message }) => [metric, verdict ?? message])).toEqual([
      ['add_to_cart_rate', waits],
      ['bounce_rate', waits],
      ['checkout_rate', waits],
      ['conversion', 'better'],
      ['retention_d7', waits],
      ['revenue_per_user', 'better'],
      ['revenue_per_user_capped', 'better'],
      ['session_duration', waits],
    ])
  })
})
