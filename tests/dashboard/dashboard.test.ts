/** The dashboard in a real browser: the numbers of the views behind it, live, for everybody, and in bad times. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { chromiumPath, launchBrowser } from '../support/browser.ts'
import { until } from '../support/until.ts'
import { axeFindings, expectShown, type OpenPage, openPage, overflowOf } from './page.ts'
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
  'relative_lift control_rate control_mean control_ratio rate mean ratio lift ci_low ci_high p_value p_value_adjusted users'.split(
    ' ',
  )

describe.each(adapters)('the dashboard on $name', (adapter) => {
  let browser: Browser
  let project: ShownProject
  let opened: OpenPage

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
    await page.getByText('The models of the price experiments are not built yet').waitFor()
    await page.getByText('The models of the A/B tests are not built yet').waitFor()
    await page.locator('body').evaluate((body) => body.setAttribute('data-loaded', 'once'))
    await project.send(project.sample)
    await page.locator('#performance tr[data-key="25"]').waitFor()
    expect(await page.locator('body').getAttribute('data-loaded')).toBe('once')
  })

  test('each panel shows the numbers of the view behind it', async () => {
    const { page } = opened
    const panel = (id: string) => page.locator(`#${id}`)
    const rows = (name: string, query: string) => project.rows(name, query)
    await expectShown(panel('performance'), await rows('aggregates_total', ofPrice), {
      key: ['price_id'],
      columns: 'impressions conversions conversion_rate revenue mean_reward variance'.split(' '),
    })
    await expectShown(panel('performance'), await rows('bandit_weights', ofPrice), {
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
    const posterior = await rows('posterior_parameters', ofPrice)
    for (const [name, model] of [
      ['price × conversion rate', 'bernoulli_price'],
      ['reward per trial', 'gaussian'],
    ] as const) {
      await page.getByLabel('Model').selectOption(name)
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
    await expectShown(panel('results'), await rows('experiment_results', ofTest), {
      key: ['metric', 'segment', 'variant'],
      columns: resultColumns,
    })
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

  test.runIf(adapter.name === 'duckdb')(
    'everybody can use it: nothing that axe knows is wrong, in light, in dark, on a phone',
    async () => {
      const { page } = opened
      for (const details of await page.locator('details summary').all()) await details.click()
      for (const [colorScheme, width] of [
        ['light', 1280],
        ['dark', 1280],
        ['dark', 380],
      ] as const) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 900 })
        expect(await axeFindings(page), `${colorScheme}, ${width} wide`).toEqual([])
        expect(await overflowOf(page)).toBe(0)
      }
    },
  )
})
