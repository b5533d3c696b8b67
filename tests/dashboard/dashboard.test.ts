/** The dashboard in a real browser: the numbers of the views behind it, live, for everybody, and in bad times. */
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { chromiumPath, launchBrowser, reboundName } from '../support/browser.ts'
import { until } from '../support/until.ts'
import { serve } from '../support/serve.ts'
import { createTestProject, testTargets } from '../support/test-project.ts'
import {
  axeFindings,
  choose,
  cutTables,
  expectNamedAsShown,
  expectPriceVerdict,
  expectShown,
  expectWaitingSeen,
  focusedOn,
  isDrawnIn,
  type OpenPage,
  openPage,
  overflowOf,
  rowsOf,
  shortly,
} from './page.ts'
import {
  blindKey,
  hostileLabel,
  readerKey,
  type ShownProject,
  showProject,
} from './shown-project.ts'
import { expectEnded, expectRunning, type Shows } from './test-panels.ts'

const adapters = chromiumPath === undefined ? [] : testAdapters()
const ofPrice = 'experiment_id=spring_price'
const ofTest = 'experiment_id=pdp_layout'
/** Of the first arm, as page.css has it. */
const seriesColors = { light: [11, 98, 176], dark: [108, 182, 255] } as const
const policyColumns = ['snips', 'snips_se', 'ips', 'ips_se', 'n', 'ess']

const otherFiles = {
  'assay.yml': `name: other\ntarget: duckdb\n${testTargets}`,
  'models/experiments.sql':
    "select 'mine' as experiment_id, 'x' as origin\nunion all\nselect null, 'y'\n",
  'models/aggregates_total.sql': 'select 1 as something\n',
  'models/properties.yml': `models:
  - name: experiments
    columns:
      - name: experiment_id
        data_tests: [{ not_null: { config: { severity: warn } } }]
`,
}

const focusOrder = [
  'link Skip to the panels',
  'link Prices',
  'link Tests',
  'link Data',
  'select Theme',
  'button Forget the key',
  'select Experiment',
  'select Segment',
  'radio day',
  'region Price performance by arm',
  'summary Show as a table',
  'summary Show as a table',
  'select Model',
  'summary Show as a table',
  'region Probability of being best by arm',
  'summary Show as a table',
  'summary Show as a table',
  'region Shares drawn, logged and published by arm',
  'region What other policies would have earned',
  'select Test',
  'region Results against the control by metric',
  'select Metric',
  'summary Show as a table',
  'region Guardrails',
  'select Metric',
  'region Each segment so far',
  'region Lift adjusted by the time before (CUPED)',
  'region Checks of the test',
  'region Freshness of the sources',
  'region When the views of this page were published',
  'region The last runs',
]

// Builds of all models, and axe over a page of many tables, beside everything else that runs.
describe.each(adapters)('the dashboard on $name', { timeout: 300_000 }, (adapter) => {
  let browser: Browser
  let project: ShownProject
  let opened: OpenPage
  /** Panels whose numbers were held against those of the view behind them. */
  const held = new Set<string>()
  const shows: Shows = async (id, read, how) => {
    await expectShown(opened.page.locator(`#${id}`), read, how)
    held.add(id)
  }
  let hasFailed = false
  // What is the page's alone is the same on every database.
  const isFirst = adapter.name === adapters[0]?.name

  beforeAll(async () => {
    ;[browser, project] = await Promise.all([launchBrowser(), showProject(adapter)])
  }, 300_000)
  afterAll(async () => {
    await opened?.close()
    await browser?.close()
    await project?.server.stop()
  })
  // They walk through one page, one after the other: where one stops short, the next would blame something else.
  beforeEach(({ skip }) => skip(hasFailed, 'a test before it has failed'))
  afterEach(({ task }) => {
    hasFailed ||= task.result?.state === 'fail'
  })

  test('asks for a key, says what is not built yet, and shows it without a reload once it is', async () => {
    opened = await openPage(browser, project.server.address)
    const { page } = opened
    await page.getByText('gives what is published to those who have a key').waitFor()
    expect(await page.locator('#panels').isVisible()).toBe(false)
    for (const [key, says] of [
      ['not-a-key-of-anybody', 'does not know the key'],
      [blindKey, 'may not read'],
    ] as const) {
      await page.getByLabel('Key with the scope').fill(key)
      await page.getByRole('button', { name: 'Open' }).click()
      await page.getByText(says).waitFor()
    }
    await page.getByLabel('Key with the scope').fill(readerKey)
    await page.getByRole('button', { name: 'Open' }).click()
    await page.locator('#prices-note').getByText('not built yet').waitFor()
    await page.locator('#tests-note').getByText('not built yet').waitFor()
    await page.locator('body').evaluate((body) => body.setAttribute('data-loaded', 'once'))
    await project.send(project.sample)
    await page.locator('#performance tr[data-key="15"]').getByText('15 USD').waitFor()
    expect(await page.locator('body').getAttribute('data-loaded')).toBe('once')
  })

  test('each panel shows the numbers of the view behind it', async () => {
    const { page } = opened
    expect(await page.locator('#bandit').inputValue()).toBe('spring_price')
    const rows = (name: string, query: string) => () => project.rows(name, query)
    await shows('performance', rows('aggregates_total', ofPrice), {
      key: ['price_id'],
      columns: 'impressions conversions conversion_rate revenue mean_reward variance'.split(' '),
    })
    await shows('performance', rows('bandit_weights', `${ofPrice}&segment=`), {
      key: ['price_id'],
      columns: ['weight', 'expected_loss'],
    })
    await expectPriceVerdict(page, rows('bandit_weights', ofPrice))
    const daily = rows('aggregates_daily', ofPrice)
    const byDay = ['price_id', 'window_start']
    await shows('conversion', daily, {
      key: byDay,
      columns: ['impressions', 'conversions', 'conversion_rate'],
    })
    await shows('revenue', daily, { key: byDay, columns: ['revenue', 'mean_reward'] })
    await shows('allocation', daily, { key: byDay, columns: ['impressions'] })
    const posterior = rows('posterior_parameters', `${ofPrice}&segment=`)
    for (const [name, model] of [
      ['price × conversion rate', 'bernoulli_price'],
      ['reward per trial', 'gaussian'],
    ] as const) {
      await page.locator('#model').selectOption(name)
      const ofModel = async () => (await posterior()).filter((row) => row['model'] === model)
      await shows('posterior', ofModel, {
        key: ['price_id'],
        columns: ['posterior_mean', 'posterior_sd', 'ci_low', 'ci_high', 'alpha', 'beta'],
      })
      await shows('best', ofModel, {
        key: ['price_id'],
        columns: ['prob_best', 'expected_loss'],
      })
    }
    await shows('regret', rows('bandit_regret', `${ofPrice}&segment=`), {
      key: ['window_start'],
      columns: ['trials', 'regret', 'cumulative_regret'],
    })
    await choose(page, '#segment', 'device=mobile')
    await shows('performance', rows('bandit_weights', `${ofPrice}&segment=device=mobile`), {
      key: ['price_id'],
      columns: ['weight'],
    })
    await choose(page, '#segment', 'all visits')
    await choose(page, '#bandit', 'open_bandit_bts_men')
    const ofFile = 'experiment_id=open_bandit_bts_men'
    await shows('policies', rows('replay_allocations', ofFile), {
      key: byDay,
      columns: ['weight', 'choices', 'matches', 'reward', 'mean_reward'],
    })
    const policies = rows('off_policy_values', ofFile)
    expect(new Set((await policies()).map((row) => row['target_policy']))).toEqual(
      new Set(['thompson', 'uniform']),
    )
    await shows('policies', policies, { key: ['target_policy'], columns: policyColumns })
    await choose(page, '#bandit', 'spring_price')
    await page.locator('#performance tr[data-key="15"]').getByText('15 USD').waitFor()
    await expectRunning({ page, shows, rows: (view) => project.rows(view, ofTest) })
    const looks = rows('experiment_looks', ofTest)
    for (const metric of ['conversion', 'session_duration']) {
      await page.locator('#metric').selectOption(metric)
      const ofMetric = async () => (await looks()).filter((row) => row['metric'] === metric)
      await shows('looks', ofMetric, {
        key: ['metric', 'variant', 'look'],
        columns: ['users', 'lift', 'ci_low', 'ci_high', 'p_value'],
      })
    }
    await shows('guardrails', rows('experiment_guardrails', ofTest), {
      key: ['metric', 'variant'],
      columns: ['control_value', 'value', 'gain_low', 'gain_high', 'margin'],
    })
    await shows('health', rows('experiment_health', ofTest), {
      key: ['check_name'],
      columns: ['statistic', 'p_value'],
    })
    const loaded = page.locator('#freshness [data-column=rows_last_day]').first()
    expect(await loaded.getAttribute('value')).toBe(
      String(new Set(project.sample.map((event) => event['event_id'])).size),
    )
    const quality = async () =>
      (await project.server.send('/dashboard/quality', { key: readerKey })).body
    await shows('freshness', async () => rowsOf((await quality())['sources']), {
      key: ['unique_id'],
      columns: ['rows_last_day', 'dead_letters'],
    })
    await shows('views', async () => rowsOf((await quality())['models']), {
      key: ['name'],
      columns: ['rows'],
    })
    for (const name of ['experiment_results', 'experiment_regression', 'bandit_weights']) {
      const shown = page.locator(`#views tr[data-key="${name}"] [data-column=rows]`)
      await shortly(async () => {
        const { length } = await project.rows(name, '')
        expect(await shown.getAttribute('value')).toBe(String(length))
      })
    }
    await shortly(async () => {
      const runs = await page
        .locator('#runs tr[data-key]')
        .evaluateAll((found) => found.map((row) => row.getAttribute('data-key')))
      expect(runs).toEqual(rowsOf((await quality())['runs']).map((row) => row['run_id']))
    })
    // In which unit: a var of the project, which nobody could know, and what it says of its metrics.
    const unitsIn = (id: string) => page.locator(`#${id} thead th`).allInnerTexts()
    expect(await unitsIn('performance')).toEqual(
      expect.arrayContaining(['Revenue, USD', 'Reward per trial, USD', 'Variance, USD²']),
    )
    expect(await page.locator('#prices-summary').innerText()).toMatch(/Revenue\s+[\d,.]+ USD/)
    const metrics = await page.locator('#results tbody th').allInnerTexts()
    expect(metrics).toEqual(
      expect.arrayContaining([
        'Conversion',
        'Revenue per user, USD',
        'Revenue per user, capped, USD',
        'Session duration, seconds',
      ]),
    )
    // A test of which only the counts are known says so, panel by panel.
    await choose(page, '#test', 'pdp_redesign')
    await page.locator('#regression').getByText('Only of tests whose users are known').waitFor()
    await page.locator('#cuped').getByText('has a covariate from before').waitFor()
    await page.locator('#whom').getByText('looks at no segments').waitFor()
    await choose(page, '#test', 'pdp_layout')
    await page.locator('#regression').getByText('hold for one look at the end').waitFor()
  })

  test('an event that is sent appears without a reload', async () => {
    const { page } = opened
    const impressions = page.locator('#performance tr[data-key="20"] [data-column=impressions]')
    // Nothing is under way: what the page shows now is all that was sent.
    await shows('performance', () => project.rows('aggregates_total', ofPrice), {
      key: ['price_id'],
      columns: ['impressions'],
    })
    const before = Number(await impressions.getAttribute('value'))
    await project.send([
      {
        event_id: 'seen-live',
        event_name: 'impression_event',
        experiment_id: 'spring_price',
        price_id: '20',
        event_timestamp: '2025-03-14T10:00:00Z',
        session_id: 'seen-live',
        // No segment that was not there: choices are drawn by the shares of all visits.
        device: 'mobile',
      },
    ])
    await until('one trial more', async () => {
      return Number(await impressions.getAttribute('value')) === before + 1
    })
    expect(await page.locator('body').getAttribute('data-loaded')).toBe('once')
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
  })

  test('what /bandits/select has drawn is held against the shares, and what else it might have earned is said', async () => {
    const { page } = opened
    const visits = 40
    const drawn = await project.draw(visits)
    const impressions = drawn.map((arm, index) => ({
      event_id: `shown-${index}`,
      event_name: 'impression_event',
      experiment_id: 'spring_price',
      price_id: arm,
      selection_id: `visit-${index}`,
      event_timestamp: '2025-03-14T11:00:00Z',
    }))
    await project.send(impressions)
    const draws = page.locator('#fidelity tr[data-key="10"] [data-column=selections]')
    await until('all draws', async () => (await draws.getAttribute('value')) === String(visits))
    const fidelity = () => project.rows('allocation_fidelity', `${ofPrice}&segment=&scope=all`)
    const arms = ['10', '15', '20', '25']
    expect(
      Object.fromEntries((await fidelity()).map((row) => [row['price_id'], row['selected']])),
    ).toEqual(
      Object.fromEntries(arms.map((arm) => [arm, drawn.filter((each) => each === arm).length])),
    )
    await shows('fidelity', fidelity, {
      key: ['price_id'],
      columns: ['selections', 'selected_share', 'drawn_share', 'published_share', 'z'],
    })
    // The choices are published by one build, what came of them perhaps by the next.
    const policies = () => project.rows('off_policy_values', ofPrice)
    await shortly(async () => {
      expect((await policies()).map((row) => row['n'])).toEqual([visits])
    })
    await shows('policies', policies, { key: ['target_policy'], columns: policyColumns })
    const [policy] = await policies()
    // So few choices are worth less than a hundred: the figures stand, with the reason why not to build on them.
    await page
      .locator('#policies tr[data-key=uniform]')
      .getByText(String(policy?.['message']))
      .waitFor()
    expect(await page.locator('#policies .badge').innerText()).toBe('no')
  })

  test('text of the data is text, and nothing but the server is asked for anything', async () => {
    const { page, faults } = opened
    expect(await page.locator('#performance tr[data-key="10"] th').innerText()).toBe(hostileLabel)
    expect(await page.title()).toBe('flagship · Assay')
    const asked: readonly string[] = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => name),
    )
    expect(asked.filter((name) => !name.startsWith(project.server.address))).toEqual([])
    expect(faults).toEqual([])
  })

  test.runIf(isFirst)(
    'what was chosen and is not there yet is seen to be missing, and a choice waits for nothing',
    async () => {
      await expectWaitingSeen(opened.page)
      expect(opened.faults).toEqual([])
    },
  )

  test.runIf(isFirst)(
    'it is walked by keyboard: every control, every table that scrolls, and the focus is kept',
    async () => {
      const { page } = opened
      await page.reload()
      await page.locator('#performance').getByText('15 USD').waitFor()
      await page.locator('.skip').focus()
      const walked = [await focusedOn(page)]
      for (let step = 0; step < 60 && walked.at(-1) !== 'region The last runs'; step += 1) {
        await page.keyboard.press('Tab')
        walked.push(await focusedOn(page))
      }
      expect(walked).toEqual(focusOrder)
      // What is chosen with the arrow keys is in the address.
      await page.getByRole('radio', { name: 'hour' }).focus()
      await page.keyboard.press('ArrowLeft')
      await page.keyboard.press('ArrowRight')
      await until('the hours', () => page.url().includes('window=hour'))
      await page.locator('#conversion summary').press('Enter')
      await page.locator('#conversion [data-key="20 2025-03-14 09:00:00"]').waitFor()
      expect(await focusedOn(page)).toBe('summary Show as a table')
    },
  )

  test.runIf(isFirst)(
    'everybody can use it: nothing that axe knows is wrong, in light, in dark, on a phone',
    async () => {
      const { page } = opened
      // Many rows of one kind tell axe nothing new, and take it long.
      await page.reload()
      await page.getByRole('radio', { name: 'day' }).check()
      await page.locator('#posterior summary').click()
      for (const [colorScheme, width] of [
        ['light', 1280],
        ['dark', 380],
      ] as const) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 900 })
        await until(`charts in ${colorScheme}`, async () => {
          return await isDrawnIn(page, '#allocation canvas', seriesColors[colorScheme])
        })
        expect(await axeFindings(page), `${colorScheme}, ${width} wide`).toEqual([])
        expect(await overflowOf(page)).toBe(0)
        // A phone scrolls its tables; a desk sees them whole.
        if (width >= 1280) expect(await cutTables(page, '#results')).toEqual([])
      }
    },
  )

  test('when the server goes what was shown stays, and when it comes back so does the page: with a test that has its planned users', async () => {
    const { page } = opened
    await expectNamedAsShown(page)
    await project.server.stop()
    await page.getByRole('alert').filter({ hasText: 'The server does not answer' }).waitFor()
    await page.getByRole('status').filter({ hasText: 'Not connected' }).waitFor()
    expect(await page.locator('#performance tr[data-key="25"]').isVisible()).toBe(true)
    await project.planUsers(400)
    await project.restart()
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
    await page.locator('#trouble').waitFor({ state: 'hidden' })
    await page.locator('#regression table').first().waitFor()
    await expectEnded({ page, shows, rows: (view) => project.rows(view, ofTest) })
    if (isFirst) expect(await axeFindings(page, '#tests')).toEqual([])
    const panels = await page
      .locator('article.panel')
      .evaluateAll((found) => found.map(({ id }) => id))
    // Data tests are not run here, and the keys of runs are no numbers: both are asserted elsewhere.
    expect(panels.filter((id) => !held.has(id))).toEqual(['checks', 'runs'])
    await page.getByRole('button', { name: 'Forget the key' }).click()
    await page.getByLabel('Key with the scope').waitFor()
    expect(await page.locator('#panels').isVisible()).toBe(false)
    expect(opened.faults).toEqual([])
  })
})

test.each(adapters)(
  'a project of another kind on $name: no key where none is needed, and each panel says why it has nothing',
  async (adapter) => {
    const other = await createTestProject(adapter, { files: otherFiles })
    await other.assay('build')
    const [browser, server] = await Promise.all([launchBrowser(), serve(other)])
    const shown = await openPage(browser, server.address)
    const { page, faults } = shown
    await page.locator('#performance').getByText('has other columns than this panel').waitFor()
    await page.locator('#posterior').getByText('has no model "posterior_parameters"').waitFor()
    await page.locator('#tests-note').getByText('has no A/B tests yet').waitFor()
    await page.locator('#freshness').getByText('Nothing was loaded').waitFor()
    expect(await page.locator('#checks [data-key=warn] data').innerText()).toBe('1')
    expect(await page.locator('#checks [data-key*=not_null_experiments]').innerText()).toContain(
      'warn',
    )
    expect(await page.locator('#views [data-key=experiments]').innerText()).toContain('published')
    expect(faults).toEqual([])
    // A page of another name that its owner has let point to this machine since it was loaded.
    const { port } = new URL(server.address)
    const reply = await page.goto(`http://${reboundName}:${port}/dashboard/quality`)
    expect([reply?.status(), await reply?.json()]).toMatchObject([
      421,
      { code: 'misdirected', detail: expect.stringContaining(`found "${reboundName}"`) },
    ])
    await shown.close()
    await browser.close()
    expect(await server.stop()).toBe(0)
  },
)
