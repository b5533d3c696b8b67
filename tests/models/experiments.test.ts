/** A/B tests of the flagship: the published result from its counts, marts and results against a slow reckoning from the raw files. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { parseCsv, type UserTruth, userTruths } from './experiment-truth.ts'
import { createFlagship, type Flagship } from './flagship.ts'
import { type Row, readRows } from './rows.ts'
import { randomFrom } from '../../src/transform/verify/history/random.ts'
import {
  chiSquareTail,
  logistic,
  type Ratio,
  ratioDifference,
  sampleOf,
  twoProportions,
  welch,
} from './statistics/oracle.ts'

/** What other raw files call their columns and events. */
const renaming = JSON.stringify({
  experiment_event_columns: { event_name: 'what', event_timestamp: 'event_ts', revenue: 'paid' },
  event_aliases: {
    seen: 'view_product',
    product_view: 'view_product',
    pdp_view: 'view_product',
  },
})

describe.each(testAdapters())('A/B tests on $name', (adapter) => {
  let flagship: Flagship
  let truths: readonly UserTruth[]
  /** Of the files that have taken their place. */
  let fresh: readonly UserTruth[] = []

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
        has_events_before: truth.hasEventsBefore,
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

  test('D5: the regression with what follows the treatment is an association; the effect knows the time before only', async () => {
    const units = await flagship.rows(
      'select purchased, is_control, events_in_window, events_before from {{ref "mart_user_outcomes"}} where is_mature',
    )
    const bought = units.map((unit) => Number(unit['purchased']))
    const models = { association: 'events_in_window', effect: 'events_before' }
    for (const [model, covariate] of Object.entries(models)) {
      const cells = units.map((unit) => [
        unit['is_control'] === true ? 0 : 1,
        Number(unit[covariate]),
      ])
      const fitted = logistic(cells, bought)
      const rows = await flagship.rows(
        `select * from {{ref "experiment_regression"}} where experiment_id = 'pdp_layout' and model = '${model}'`,
      )
      expect(rows.length).toBe(3)
      for (const [at, term] of ['intercept', 'is_treatment', covariate].entries()) {
        const row = rows.find((row) => row['term'] === term)
        expect(row).toMatchObject({ converged: true, message: null })
        expectNear(row, 'coefficient', fitted[at]?.coefficient ?? Number.NaN, 1e-9)
        expectNear(row, 'std_error', fitted[at]?.std_error ?? Number.NaN, 1e-9)
      }
    }
  })

  test('looks: each day holds the users whose window is over, its interval may be read every day', async () => {
    const rows = await flagship.rows(
      `select looks.*, cast(look as varchar) as day from {{ref "experiment_looks"}} as looks order by metric, look`,
    )
    const days = (metric: string) => rows.filter((row) => row['metric'] === metric)
    expect(days('conversion').length).toBeGreaterThan(2)
    expect(days('revenue_per_user').length).toBeGreaterThan(days('conversion').length)
    for (const metric of Object.keys(measures)) {
      const measure = measures[metric]
      if (measure === undefined) continue
      let [low, high, p] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 1]
      let planned: number | undefined
      for (const row of days(metric)) {
        const until = Date.parse(`${String(row['day'])}T00:00:00Z`) + 86_400_000
        const over = truths.filter(
          (truth) => truth.isMature && truth.exposedAt + 7 * 86_400_000 < until,
        )
        const [control, treated] = ['control', 'treatment'].map((variant) =>
          ratioOf(over.filter((truth) => truth.variant === variant).map(measure), metric),
        )
        if (control === undefined || treated === undefined) throw new Error('two variants')
        const lift = treated.ratio - control.ratio
        const v = treated.square + control.square
        const users = treated.users + control.users
        planned ??= (v * users) / 2000
        const tau2 = 2 * planned
        const reach = Math.sqrt(((v * (v + tau2)) / tau2) * Math.log((v + tau2) / (v * 0.05 ** 2)))
        low = Math.max(low, lift - reach)
        high = Math.min(high, lift + reach)
        p = Math.min(
          p,
          Math.sqrt((v + tau2) / v) * Math.exp((-tau2 * lift ** 2) / (2 * v * (v + tau2))),
        )
        expect(row).toMatchObject({
          users: treated.users,
          control_users: control.users,
          message: null,
        })
        expectNear(row, 'lift', lift, 1e-9 * Math.max(1, Math.abs(control.ratio)))
        expectNear(row, 'std_error', Math.sqrt(v), 1e-8 * Math.sqrt(v))
        expectNear(row, 'ci_low', low, 1e-7 * reach)
        expectNear(row, 'ci_high', high, 1e-7 * reach)
        expectNear(row, 'p_value', p, 1e-8)
      }
      // The last day is what results publish; before, there were too few users or conversions to begin.
      const last = days(metric).at(-1)
      const [result] = await flagship.rows(
        `select * from {{ref "experiment_results"}} where experiment_id = 'pdp_layout' and segment = 'all' and metric = '${metric}'`,
      )
      expect(result).toMatchObject({ users: last?.['users'], verdict: null })
      expect(result?.['message']).toBe('no verdict yet: 498 of 2000 planned users')
      expectNear(result, 'sequential_ci_low', low, 1e-7 * Math.abs(low))
      expectNear(
        result,
        'std_error',
        Number(last?.['std_error']),
        1e-9 * Number(last?.['std_error']),
      )
      expect(Number(days(metric)[0]?.['users'])).toBeGreaterThanOrEqual(100)
    }
  })

  test('a day is that of the time zone of the project', async () => {
    const zone = 'Pacific/Auckland'
    const dayOf = new Intl.DateTimeFormat('sv', { timeZone: zone })
    const shown = async (model: string) => {
      const all = ['--output', 'json', '--limit', '-1']
      const vars = ['--vars', `{reporting_timezone: ${zone}}`]
      return readRows(await flagship.assay('show', '--select', model, ...all, ...vars))
    }
    const events = await shown('events_clean')
    const days = events.map(({ event_timestamp: at }) => dayOf.format(Date.parse(`${String(at)}Z`)))
    expect(events.map(({ dt }) => dt)).toEqual(days)
    expect(
      events.some((row, index) => !String(row['event_timestamp']).startsWith(days[index] ?? '')),
    ).toBe(true)
    const users = new Map<string, number>()
    for (const { isMature, exposedAt } of truths) {
      const day = dayOf.format(exposedAt + 7 * 86_400_000)
      if (isMature) users.set(day, (users.get(day) ?? 0) + 1)
    }
    const sums = (await shown('experiment_day_sums')).filter(
      ({ metric }) => metric === 'revenue_per_user',
    )
    const found = new Map<string, number>()
    for (const { look, users: count } of sums) {
      found.set(String(look), (found.get(String(look)) ?? 0) + Number(count))
    }
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(users))
  })

  test('interactions: one test for each metric and dimension, adjusted over them', async () => {
    const rows = await flagship.rows(
      `select metric, segment_value, lift, std_error, interaction_p_value, interaction_p_value_adjusted
       from {{ref "experiment_results"}} where segment_dimension = 'device' order by metric, segment_value`,
    )
    for (const metric of new Set(rows.map((row) => String(row['metric'])))) {
      const own = rows.filter((row) => row['metric'] === metric)
      const effects = own.map((row) => [Number(row['lift']), Number(row['std_error'])] as const)
      const weight = effects.reduce((sum, [, error]) => sum + 1 / error ** 2, 0)
      const pooled = effects.reduce((sum, [lift, error]) => sum + lift / error ** 2, 0) / weight
      const q = effects.reduce((sum, [lift, error]) => sum + ((lift - pooled) / error) ** 2, 0)
      const isGuardrail = ['bounce_rate', 'retention_d7', 'session_duration'].includes(metric)
      for (const row of own) {
        expectNear(row, 'interaction_p_value', chiSquareTail(q, effects.length - 1), 1e-9)
        expect(row['interaction_p_value_adjusted']).toEqual(
          isGuardrail ? null : row['interaction_p_value'],
        )
      }
    }
  })

  test('a report says what the views say, as Markdown, as a page and as JSON', async () => {
    const ran = await flagship.assay('report', 'experiment', 'pdp_redesign')
    expect(ran.exitCode, ran.stderr).toBe(0)
    expect(ran.stdout.split('\n').slice(0, 3)).toEqual([
      '# pdp_redesign',
      '',
      '**It is not decided whether treatment is better than the control: Conversion is 4.87% against 4.24%, a difference of +0.63 points (95% interval -2.06 to +3.33 points, p = 0.6463).**',
    ])
    // Before it a warning of the part of the flagship that is not copied.
    expect(ran.stderr.split('1 warning\n')[1]).toBe(
      'written: target/reports/pdp_redesign.md, target/reports/pdp_redesign.html\n',
    )
    const file = (name: string) => readFile(join(flagship.folder, 'target/reports', name), 'utf8')
    expect(await file('pdp_redesign.md')).toBe(ran.stdout)
    const asked = await flagship.assay('report', 'experiment', 'pdp_layout', '--output', 'json')
    const told: Readonly<Record<string, unknown>> = JSON.parse(asked.stdout)
    const views = {
      experiment_results: 'metric, segment, variant',
      experiment_looks: 'metric, variant, look',
      experiment_regression: 'model, term',
    }
    for (const [view, order] of Object.entries(views)) {
      const rows = await flagship.rows(
        `select * from {{ref "${view}"}} where experiment_id = 'pdp_layout' order by ${order}`,
      )
      const numbers = (row: object) => Object.values(row).filter((cell) => typeof cell === 'number')
      const found = told[view]
      expect(Array.isArray(found) ? found.map(numbers) : found).toEqual(rows.map(numbers))
    }
    expect(told).toMatchObject({ experiment: 'pdp_layout', tone: 'open' })
    const page = await file('pdp_layout.html')
    expect(page.match(/<svg /g)?.length).toBe(3)
    const printed = await flagship.assay('report', 'experiment', 'pdp_layout', '--output', 'html')
    expect(printed.stdout).toBe(page)
    // It runs: what holds for one look only is left out, and why is said.
    const waits = (what: string) =>
      `${what} come once 2,000 users are in the results: they hold for one look at the end, and who looks at them every day until then finds a difference where there is none.`
    const about = sectionsOf(await file('pdp_layout.md'))
    expect(about['Regressions']).toBe(waits('Their coefficients, with intervals and p-values,'))
    expect(about['For whom?']).toContain(
      waits('Differences in segments, their intervals and p-values'),
    )
    expect(headOf(about['For whom?'])).toBe('| metric | segment | users | control | treatment |')
    expect(about['The same with less noise']).toContain(
      waits('The difference, its interval and its p-value'),
    )
    expect(headOf(about['The same with less noise'])).toBe(
      '| metric | variant | control | value | variance taken out | note |',
    )
    const kinds = Object.values(about).flatMap((text) => text.match(/[\w-]* ?95% interval/g) ?? [])
    expect(new Set(kinds)).toEqual(new Set(['always-valid 95% interval']))
  })

  test('a report on what is not there says what there is', async () => {
    const ran = await flagship.assay('report', 'experiment', 'pdp_layuot')
    expect([ran.exitCode, ran.stdout]).toEqual([2, ''])
    expect(ran.stderr.split('1 warning\n')[1]).toBe(
      `error[unknown-experiment]: expected the name of an A/B test, found "pdp_layuot"
  = hint: did you mean "pdp_layout"?

1 error
`,
    )
  })

  test('simulate draws the users anew and counts as a loop over them does, the same on every database', async () => {
    const argv = 'simulate experiment pdp_layout --aa 40 --seed 3 --output json'
    const ran = await flagship.assay(...argv.split(' '))
    expect(ran.exitCode, ran.stderr).toBe(0)
    const rows = readRows(ran)
    const users = truths.toSorted((a, b) => (a.userId < b.userId ? -1 : 1))
    const prime = 2_147_483_647n
    const random = randomFrom('simulate', 3)
    const below = () => BigInt(random.below(Number(prime)))
    const found = { conversion: 0, revenue_per_user: 0, bounce_rate: 0 }
    const isCalled = ({ p_value: p }: { readonly p_value: number }) => (p < 0.05 ? 1 : 0)
    for (let simulation = 0; simulation < 40; simulation += 1) {
      const coefficients = [below(), below(), below(), below()]
      const arms: readonly [UserTruth[], UserTruth[]] = [[], []]
      for (const [index, user] of users.entries()) {
        const unit = BigInt(index + 1)
        const draw = coefficients.reduce((sum, next) => (sum * unit + next) % prime, 0n)
        if (user.isMature) arms[draw < 1_073_741_824n ? 0 : 1].push(user)
      }
      const of = (pick: (truth: UserTruth) => readonly [number, number]) =>
        [arms[0].map(pick), arms[1].map(pick)] as const
      const [control, treated] = of(({ purchased }) => [purchased, 1])
      const count = (arm: Ratio) => [arm.length, arm.filter(([x]) => x > 0).length] as const
      found.conversion += isCalled(twoProportions(count(control), count(treated), 0.95))
      const money = of(({ revenue }) => [revenue, 1]).map((arm) => sampleOf(arm.map(([x]) => x)))
      const [a, b] = money
      if (a === undefined || b === undefined) throw new Error('two arms')
      found.revenue_per_user += isCalled(welch(a, b, 0.95))
      const bounces = of((truth) => [truth.bounces, truth.sessions])
      found.bounce_rate += isCalled(ratioDifference(bounces[0], bounces[1], 0.95))
    }
    for (const [metric, falsePositives] of Object.entries(found)) {
      const row = rows.find((each) => each['metric'] === metric)
      expect(row).toMatchObject({ simulations: 40, false_positives: falsePositives })
    }
    expect(rows.map(({ metric }) => metric)).toEqual([
      'add_to_cart_rate',
      'bounce_rate',
      'checkout_rate',
      'conversion',
      'retention_d7',
      'revenue_per_user',
      'revenue_per_user, cuped',
      'revenue_per_user_capped',
      'session_duration',
    ])
  })

  test('simulate warns of a metric that one user decides, and under --warn-error fails', async () => {
    const path = 'models/gold/experiments/experiments.yml'
    const declared = await readFile(join(flagship.folder, path), 'utf8')
    const lucky = `  - name: luck
    description: One user has all of it.
    model: ref('mart_user_outcomes')
    filters: is_mature
    agg: avg
    expr: case when user_id = 'u0000007' then 1 else 0 end
    experiment: { better: higher }

experiments:`
    await flagship.write({
      [path]: declared
        .replace('experiments:', () => lucky)
        .replace('metrics: [conversion,', 'metrics: [luck, conversion,'),
    })
    const argv = ['simulate', 'experiment', 'pdp_layout', '--aa', '200', '--output', 'csv']
    const ran = await flagship.assay(...argv)
    expect(ran.exitCode).toBe(0)
    expect(ran.stdout).toContain('\nluck,treatment,200,0,0,0.015,0.095,false\n')
    expect(ran.stderr).toContain(
      'warning[false-positive-rate]: expected "luck" of "treatment" to be called different 3 to 19 times of 200 without a difference, found 0',
    )
    const strict = await flagship.assay(
      ...argv,
      '--warn-error-options',
      '{error: [false-positive-rate]}',
    )
    expect([strict.exitCode, strict.stdout]).toEqual([1, ran.stdout])
    await flagship.write({ [path]: declared })
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

  test('once the planned users are there the verdict is that of the plan; an early one needs the always-valid interval', async () => {
    const decided = ['progress', 'results', 'health'].map((name) => `experiment_${name}`)
    const declaration = await readFile(
      join(flagship.folder, 'models/gold/experiments/experiments.yml'),
      'utf8',
    )
    await flagship.write({
      'models/gold/experiments/experiments.yml': declaration.replace(
        'planned_n: 2000',
        'planned_n: 498',
      ),
    })
    const ran = await flagship.assay('run', '--select', 'stg_declared_tests', ...decided)
    expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
    const rows = await flagship.rows(
      `select verdict, sequential_ci_low, message from {{ref "experiment_results"}}
       where experiment_id = 'pdp_layout' and segment = 'all'`,
    )
    expect(rows.length).toBe(8)
    for (const row of rows) {
      expect(row).toEqual({ verdict: 'inconclusive', sequential_ci_low: null, message: null })
    }
    const health = await flagship.rows(
      `select statistic, passed, message from {{ref "experiment_health"}}
       where experiment_id = 'pdp_layout' and check_name = 'planned_n'`,
    )
    expect(health).toEqual([{ statistic: 498, passed: true, message: null }])
    // Now what waited for that is in the report.
    const told = await flagship.assay('report', 'experiment', 'pdp_layout')
    expect(told.exitCode, told.stderr).toBe(0)
    expect(told.stdout).not.toMatch(/ come once |always-valid 95% interval \|/)
    const about = sectionsOf(told.stdout)
    expect(about['Regressions']).toContain('Association, not an effect')
    expect(headOf(about['For whom?'])).toBe(
      '| metric | segment | users | control | treatment | difference | 95% interval | relative | p, adjusted | p of a difference between segments |',
    )
    expect(headOf(about['The same with less noise'])).toBe(
      '| metric | variant | control | value | difference | 95% interval | p | variance taken out | note |',
    )
    const page = await readFile(join(flagship.folder, 'target/reports/pdp_layout.html'), 'utf8')
    expect(page.match(/<svg /g)?.length).toBe(4)
  })

  test('of an event that came several times a copy that can be used stays', async () => {
    // Not one of the flagship's own: other raw files have other columns.
    const unit = await readFile(join(import.meta.dirname, 'experiments/events_checked.yml'), 'utf8')
    const path = 'models/staging/experiments/unit_tests.yml'
    await flagship.write({ [path]: unit })
    const ran = await flagship.assay('test', '--select', 'events_checked,test_type:unit')
    await rm(join(flagship.folder, path))
    expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
    expect(ran.stdout).toContain('events_checked::a_broken_copy_takes_no_good_event_away')
  })

  test('an event name in the configuration that no event has is a warning that names it', async () => {
    const vars = JSON.stringify({ experiment_exposure_event: 'pdp_viewed' })
    const argv = ['--select', 'configured_events_occur', '--vars', vars]
    const ran = await flagship.assay('test', ...argv)
    expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
    expect(ran.stdout).toMatch(/warn +configured_events_occur/)
    const [row, ...more] = await flagship.rows(
      `select event_name, said_by from (${(await flagship.assay('compile', ...argv)).stdout}) as found`,
    )
    expect([row, more]).toEqual([{ event_name: 'pdp_viewed', said_by: 'vars' }, []])
  })

  test('other raw files, whose columns and events have other names, give their own answers by configuration alone', async () => {
    const path = 'seeds/experiment/sample_events.csv'
    const [head = '', ...lines] = (await readFile(join(flagship.folder, path), 'utf8'))
      .trimEnd()
      .split('\n')
    const kept = lines.filter((line) => Number(line.split(',')[1]?.slice(1)) % 3 !== 0)
    const renamed = [head.replace('event_type', 'what').replace('revenue', 'paid'), ...kept]
    const yaml = await readFile(join(flagship.folder, 'seeds/experiment/sample.yml'), 'utf8')
    const declared = 'models/gold/experiments/experiments.yml'
    const experiments = await readFile(join(flagship.folder, declared), 'utf8')
    await flagship.write({
      [declared]: experiments
        .replace('label: Conversion', `label: "The shop's rate"`)
        .replace('{ name: treatment,', `{ name: treatment, label: "O'Brien's page",`),
      [path]: `${renamed.join('\n').replaceAll(',view_product,', ',Seen,')}\n`,
      'seeds/experiment/sample.yml': yaml
        .replaceAll('event_type', 'what')
        .replaceAll('revenue', 'paid'),
    })
    const changed = ['sample_events', 'events_checked+', 'stg_declared_variants+']
    const argv = ['--select', ...changed, 'stg_compared_metrics+', '--vars', renaming]
    const ran = await flagship.assay('build', '--full-refresh', ...argv)
    expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
    const read = async (name: string) =>
      parseCsv(await readFile(join(flagship.folder, `seeds/experiment/sample_${name}.csv`), 'utf8'))
    fresh = userTruths(
      {
        assignments: await read('experiment_assignments'),
        events: parseCsv([head, ...kept].join('\n')),
        sessions: await read('sessions'),
      },
      'pdp_layout',
    )
    expect(fresh.length).toBeLessThan(truths.length * 0.8)
    const [result] = await flagship.rows(
      `select users, conversions, control_users, control_conversions from {{ref "experiment_results"}}
       where experiment_id = 'pdp_layout' and metric = 'conversion' and segment = 'all'`,
    )
    const of = (variant: string) =>
      fresh.filter((truth) => truth.isMature && truth.variant === variant)
    expect(result).toEqual({
      users: of('treatment').length,
      conversions: sum(of('treatment'), 'purchased'),
      control_users: of('control').length,
      control_conversions: sum(of('control'), 'purchased'),
    })
    const labels = await flagship.rows(
      `select label from {{ref "stg_declared_variants"}} where variant = 'treatment'
       union all select label from {{ref "stg_compared_metrics"}} where metric = 'conversion'`,
    )
    expect(labels).toEqual([{ label: "O'Brien's page" }, { label: "The shop's rate" }])
  })

  test('one entry more in the catalogue is a metric of the results; two variants are a crossover, also when one was before the start', async () => {
    const declared = 'models/gold/experiments/experiments.yml'
    const text = await readFile(join(flagship.folder, declared), 'utf8')
    const assigned = 'seeds/experiment/sample_experiment_assignments.csv'
    const assignments = await readFile(join(flagship.folder, assigned), 'utf8')
    const start = '2025-01-19 04:07:21'
    const entry = `metrics:
  - name: small_change
    description: Money of the outcome window per exposed user, of each 20 at most.
    model: ref('mart_user_outcomes')
    filters: is_mature
    agg: avg
    expr: least(revenue, 20)
    experiment: { test: mean, better: higher }
`
    await flagship.write({
      [declared]: text
        .replace(/\n {4}metrics: \[.*\]/, '')
        .replace('start: 2025-01-01', `start: '${start}'`),
      'models/gold/experiments/more.yml': entry,
      [assigned]: `${assignments.trimEnd()}\npdp_layout,u9999999,third,2025-01-20T00:00:00Z\npdp_layout,u0000001,control,soon\n`,
    })
    const ran = await flagship.assay('build', '--changed', '--vars', renaming)
    expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
    // One row without a time; a user and a variant that there are not.
    expect(ran.stdout).toMatch(/warn +experiment_rows_left_out .* 1 failure /)
    expect(ran.stdout).toMatch(/warn +experiment_keys_known .* 2 failures /)
    const rows = await flagship.rows(
      `select * from {{ref "experiment_results"}} where experiment_id = 'pdp_layout' and metric = 'small_change'`,
    )
    const started = fresh.filter((truth) => truth.assignedAt >= Date.parse(`${start}Z`))
    const of = (variant: string) =>
      sampleOf(
        started
          .filter((truth) => truth.isMature && truth.variant === variant)
          .map(({ revenue }) => Math.min(revenue, 20)),
      )
    const [control, treated] = [of('control'), of('treatment')]
    const row = rows.find(({ segment }) => segment === 'all')
    expect(row).toMatchObject({ users: treated.users, control_users: control.users, test: 'welch' })
    expectNear(row, 'mean', treated.mean, 1e-9)
    expectNear(row, 'p_value', welch(control, treated, 0.95).p_value, 1e-9)
    expect(rows.map((each) => each['segment_dimension'])).toContain('device')
    // Assigned on both sides of the start, so to one variant only after it.
    const crossed = await flagship.rows(
      `select count(*) as n from {{ref "mart_user_exposure"}} where user_id = 'u0000218'`,
    )
    expect(crossed).toEqual([{ n: 0 }])
  })
})

/** Of a report in Markdown: its sections by their titles. */
function sectionsOf(markdown: string): Readonly<Record<string, string>> {
  const sections = markdown.split('\n## ').slice(1)
  return Object.fromEntries(
    sections.map((section) => {
      const [title = '', ...lines] = section.split('\n')
      return [title, lines.join('\n').trim()]
    }),
  )
}

/** The first line of its first table. */
function headOf(section: string | undefined): string | undefined {
  return section?.split('\n').find((each) => each.startsWith('| '))
}

/** Numerator and denominator of a user, by metric. */
const measures: Readonly<Record<string, (truth: UserTruth) => readonly [number, number]>> = {
  conversion: (truth) => [truth.purchased, 1],
  revenue_per_user: (truth) => [truth.revenue, 1],
  bounce_rate: (truth) => [truth.bounces, truth.sessions],
}

function ratioOf(users: readonly (readonly [number, number])[], metric: string) {
  const total = (at: 0 | 1) => users.reduce((sum, user) => sum + user[at], 0)
  const ratio = total(0) / total(1)
  const squares = users.reduce((sum, [x, y]) => sum + (x - ratio * y) ** 2, 0)
  const freedom = metric === 'conversion' ? users.length : users.length - 1
  return {
    users: users.length,
    ratio,
    square: (squares / freedom) * (users.length / total(1) ** 2),
  }
}

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
