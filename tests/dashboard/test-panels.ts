/** The panels of an A/B test held against their views: what holds on every day while it runs, the rest at its end. */
import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import type { Row } from '../models/rows.ts'
import type { ShownBy } from './page.ts'

/** Numbers of a panel against rows; who asks keeps a list of the panels that were held. */
export type Shows = (id: string, read: () => Promise<readonly Row[]>, how: ShownBy) => Promise<void>

export interface TestShown {
  readonly page: Page
  readonly shows: Shows
  /** Rows of a view that are of the test. */
  readonly rows: (view: string) => Promise<readonly Row[]>
}

const views = {
  results: 'experiment_results',
  interactions: 'experiment_interactions',
  cuped: 'experiment_cuped',
  regression: 'experiment_regression',
} as const

const byMetric = ['metric', 'segment', 'variant']
const byVariant = ['metric', 'variant']
const measured = 'control_rate control_mean control_ratio rate mean ratio users'.split(' ')
const adjusted = ['variance_reduction', 'control_adjusted_mean', 'adjusted_mean']
const effect = ['relative_lift', 'lift']
/** Who looks at them every day is misled. */
const ofOneLook = ['ci_low', 'ci_high', 'p_value', 'p_value_adjusted']
const ofAnyDay = [
  'sequential_ci_low',
  'sequential_ci_high',
  'sequential_p_value',
  'sequential_p_value_adjusted',
]
const segmented = ['conversion', 'session_duration']

export async function expectRunning({ page, shows, rows }: TestShown): Promise<void> {
  expect(await page.locator('#tests-verdict').innerText()).toMatch(
    /^No verdict yet, 498 of 2000 planned users: Conversion is 6\.61% against 5\.86%, a difference of \+0\.75 points \(always-valid 95% interval .+\), and no guardrail is shown to be harmed/,
  )
  expect(await page.locator('#tests-summary').innerText()).toContain('498 of 2,000 planned')
  const overall = resultsWith(rows, 'segment', 'all')
  expect((await overall()).every((row) => row['sequential_ci_low'] !== null)).toBe(true)
  await shows('results', overall, { key: byMetric, columns: [...measured, ...effect, ...ofAnyDay] })
  for (const metric of segmented) {
    await page.locator('#whom-metric').selectOption(metric)
    const ofMetric = resultsWith(rows, 'metric', metric)
    expect((await ofMetric()).length).toBeGreaterThan(3)
    await shows('whom', ofMetric, { key: byMetric, columns: measured })
  }
  await shows('cuped', () => rows(views.cuped), { key: byVariant, columns: adjusted })
  // The views have what the panels leave out.
  expect((await rows(views.regression)).length).toBeGreaterThan(0)
  expect((await rows(views.interactions)).length).toBeGreaterThan(0)
  expect(among(await columnsIn(page, '#results'), ofOneLook)).toEqual([])
  const notSoFar = [...ofOneLook, ...effect, 'statistic']
  for (const panel of ['#whom', '#cuped']) {
    expect(among(await columnsIn(page, panel), notSoFar)).toEqual([])
  }
  expect(await columnsIn(page, '#regression')).toEqual([])
  const why =
    ' come once 2,000 users are in the results: they hold for one look at the end, and who looks at them every day until then finds a difference where there is none.'
  for (const [panel, what] of [
    ['#whom', 'Differences in segments, their intervals and p-values'],
    ['#cuped', 'The adjusted difference, its interval and its p-value'],
    ['#regression', 'Coefficients, their intervals and p-values'],
  ] as const) {
    expect(await page.locator(`${panel} > .body > p`).innerText()).toBe(what + why)
  }
  expect(await page.locator('#results > .body > p').innerText()).toContain(
    'The test runs: 498 of 2,000 planned users. Until they are there the intervals and p-values are those that hold on every day',
  )
  expect(await page.locator('#guardrails > .body > p').innerText()).toContain('The test runs')
}

export async function expectEnded({ page, shows, rows }: TestShown): Promise<void> {
  await page
    .locator('#tests-verdict')
    .filter({
      hasText:
        /^It is not decided whether treatment is better than control: Conversion is .+ \(95% interval /,
    })
    .waitFor()
  await shows('results', resultsWith(rows, 'segment', 'all'), {
    key: byMetric,
    columns: [...measured, ...effect, ...ofOneLook],
  })
  expect(among(await columnsIn(page, '#results'), ofAnyDay)).toEqual([])
  for (const metric of segmented) {
    await page.locator('#whom-metric').selectOption(metric)
    await shows('whom', resultsWith(rows, 'metric', metric), {
      key: byMetric,
      columns: [...measured, ...effect, ...ofOneLook],
    })
    const interactions = async () =>
      (await rows(views.interactions)).filter((row) => row['metric'] === metric)
    await shows('whom', interactions, {
      key: ['metric', 'segment_dimension', 'variant'],
      columns: ['segments', 'statistic', 'df', 'p_value', 'p_value_adjusted'],
    })
  }
  await shows('cuped', () => rows(views.cuped), {
    key: byVariant,
    columns: [...adjusted, ...effect, 'ci_low', 'ci_high', 'p_value'],
  })
  const regression = () => rows(views.regression)
  expect(new Set((await regression()).map((row) => row['model'])).size).toBe(2)
  await shows('regression', regression, {
    key: ['model', 'term'],
    columns: ['odds_ratio', 'p_value', 'coefficient', 'ci_low', 'ci_high'],
  })
  expect(await page.locator('#regression').innerText()).toContain('No effect is read from this')
}

/** Of the results of a test, those with the value in the column. */
function resultsWith(rows: TestShown['rows'], column: string, value: string) {
  return async () => (await rows(views.results)).filter((row) => row[column] === value)
}

function among(names: readonly string[], others: readonly string[]): readonly string[] {
  return names.filter((name) => others.includes(name))
}

async function columnsIn(page: Page, panel: string): Promise<readonly string[]> {
  const names = await page
    .locator(`${panel} [data-column]`)
    .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-column') ?? ''))
  return [...new Set(names)]
}
