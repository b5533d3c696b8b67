/** The dashboard in a real browser: the numbers of the views behind it, live, for everybody, and in bad times. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { chromiumPath, launchBrowser, reboundName } from '../support/browser.ts'
import { until } from '../support/until.ts'
import { serve } from '../support/serve.ts'
import { createTestProject, testTargets } from '../support/test-project.ts'
import {
  axeFindings,
  expectShown,
  focusedOn,
  openTables,
  type OpenPage,
  openPage,
  overflowOf,
} from './page.ts'
import {
  blindKey,
  hostileLabel,
  readerKey,
  type ShownProject,
  showProject,
} from './shown-project.ts'

const adapters = chromiumPath === undefined ? [] : testAdapters()
const ofPrice = 'experiment_id=spring_price'
const ofTest = 'experiment_id=pdp_layout'
const resultColumns =
  'relative_lift control_rate control_mean control_ratio rate mean ratio lift ci_low ci_high sequential_ci_low sequential_ci_high p_value p_value_adjusted sequential_p_value users'.split(
    ' ',
  )

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
  'select Test',
  'region Results against the control by metric and segment',
  'select Metric',
  'summary Show as a table',
  'region Guardrails',
  'region Checks of the test',
  'region Freshness of the sources',
  'region When the views of this page were published',
  'region The last runs',
]

describe.each(adapters)('the dashboard on $name', (adapter) => {
  let browser: Browser
  let project: ShownProject
  let opened: OpenPage
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
    await page.locator('#performance tr[data-key="25"]').waitFor()
    expect(await page.locator('body').getAttribute('data-loaded')).toBe('once')
  })

  test('each panel shows the numbers of the view behind it', async () => {
    const { page } = opened
    const panel = (id: string) => page.locator(`#${id}`)
    await openTables(page)
    const rows = (name: string, query: string) => project.rows(name, query)
    await expectShown(panel('performance'), await rows('aggregates_total', ofPrice), {
      key: ['price_id'],
      columns: 'impressions conversions conversion_rate revenue mean_reward variance'.split(' '),
    })
    await expectShown(panel('performance'), await rows('bandit_weights', `${ofPrice}&segment=`), {
      key: ['price_id'],
      columns: ['weight', 'expected_loss'],
    })
    const daily = await rows('aggregates_daily', ofPrice)
    const byDay = ['price_id', 'window_start']
    await expectShown(panel('conversion'), daily, {
      key: byDay,
      columns: ['impressions', 'conversions', 'conversion_rate'],
    })
    await expectShown(panel('revenue'), daily, { key: byDay, columns: ['revenue', 'mean_reward'] })
    await expectShown(panel('allocation'), daily, { key: byDay, columns: ['impressions'] })
    const posterior = await rows('posterior_parameters', `${ofPrice}&segment=`)
    for (const [name, model] of [
      ['price × conversion rate', 'bernoulli_price'],
      ['reward per trial', 'gaussian'],
    ] as const) {
      await page.locator('#model').selectOption(name)
      const ofModel = posterior.filter((row) => row['model'] === model)
      await expectShown(panel('posterior'), ofModel, {
        key: ['price_id'],
        columns: ['posterior_mean', 'posterior_sd', 'ci_low', 'ci_high', 'alpha', 'beta'],
      })
      await expectShown(panel('best'), ofModel, {
        key: ['price_id'],
        columns: ['prob_best', 'expected_loss'],
      })
    }
    await expectShown(panel('regret'), await rows('bandit_regret', `${ofPrice}&segment=`), {
      key: ['window_start'],
      columns: ['trials', 'regret', 'cumulative_regret'],
    })
    await page.locator('#segment').selectOption('device=mobile')
    const ofMobile = `${ofPrice}&segment=device=mobile`
    await until('the segment', async () => {
      const [row] = await rows('bandit_weights', `${ofMobile}&price_id=10`)
      const shown = panel('performance').locator('tr[data-key="10"] [data-column=weight]')
      return Number(await shown.getAttribute('value')) === row?.['weight']
    })
    await page.locator('#segment').selectOption('all')
    await expectShown(panel('results'), await rows('experiment_results', ofTest), {
      key: ['metric', 'segment', 'variant'],
      columns: resultColumns,
    })
    const looks = await rows('experiment_looks', ofTest)
    for (const metric of ['conversion', 'session_duration']) {
      await page.locator('#metric').selectOption(metric)
      await expectShown(
        panel('looks'),
        looks.filter((row) => row['metric'] === metric),
        {
          key: ['metric', 'variant', 'look'],
          columns: ['users', 'lift', 'ci_low', 'ci_high', 'p_value'],
        },
      )
    }
    await expectShown(panel('guardrails'), await rows('experiment_guardrails', ofTest), {
      key: ['metric', 'variant'],
      columns: ['control_value', 'value', 'gain_low', 'gain_high', 'margin'],
    })
    await expectShown(panel('health'), await rows('experiment_health', ofTest), {
      key: ['check_name'],
      columns: ['statistic', 'p_value'],
    })
    expect(
      await panel('freshness').locator('[data-column=rows_last_day]').getAttribute('value'),
    ).toBe(String(new Set(project.sample.map((event) => event['event_id'])).size))
    const table = panel('performance').locator('tr[data-key="15"]')
    expect(await table.innerText()).toContain('15 USD')
  })

  test('an event that is sent appears without a reload', async () => {
    const { page } = opened
    const impressions = page.locator('#performance tr[data-key="20"] [data-column=impressions]')
    const before = Number(await impressions.getAttribute('value'))
    await project.send([
      {
        event_id: 'seen-live',
        event_name: 'impression_event',
        experiment_id: 'spring_price',
        price_id: '20',
        event_timestamp: '2025-03-14T12:00:00Z',
        session_id: 'seen-live',
      },
    ])
    await until('one trial more', async () => {
      return Number(await impressions.getAttribute('value')) === before + 1
    })
    expect(await page.locator('body').getAttribute('data-loaded')).toBe('once')
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
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
    'it is walked by keyboard: every control, every table that scrolls, and the focus is kept',
    async () => {
      const { page } = opened
      await page.reload()
      await page.locator('#performance tr[data-key="25"]').waitFor()
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
      await page.locator('#conversion [data-key="25 2025-03-01 00:00:00"]').waitFor()
      expect(await focusedOn(page)).toBe('summary Show as a table')
    },
  )

  test.runIf(isFirst)(
    'everybody can use it: nothing that axe knows is wrong, in light, in dark, on a phone',
    async () => {
      const { page } = opened
      // Many rows of one kind tell axe nothing new, and take it long.
      await page.reload()
      await page.locator('#posterior summary').click()
      for (const [colorScheme, width] of [
        ['light', 1280],
        ['dark', 380],
      ] as const) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 900 })
        expect(await axeFindings(page), `${colorScheme}, ${width} wide`).toEqual([])
        expect(await overflowOf(page)).toBe(0)
      }
    },
  )

  test.runIf(isFirst)(
    'when the server goes what was shown stays, and when it comes back so does the page',
    async () => {
      const { page } = opened
      await project.server.stop()
      await page.getByRole('alert').filter({ hasText: 'The server does not answer' }).waitFor()
      await page.getByRole('status').filter({ hasText: 'Not connected' }).waitFor()
      expect(await page.locator('#performance tr[data-key="25"]').isVisible()).toBe(true)
      await project.restart()
      await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
      await page.locator('#trouble').waitFor({ state: 'hidden' })
      await page.getByRole('button', { name: 'Forget the key' }).click()
      await page.getByLabel('Key with the scope').waitFor()
      expect(await page.locator('#panels').isVisible()).toBe(false)
      expect(opened.faults).toEqual([])
    },
  )
})

test.runIf(chromiumPath !== undefined)(
  'a project of another kind: no key where none is needed, and each panel says why it has nothing',
  async () => {
    const [adapter] = testAdapters()
    if (adapter === undefined) return
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
