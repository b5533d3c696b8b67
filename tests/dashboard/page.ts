/** The page as a person sees it, and what its tables say. */
import axe from 'axe-core'
import type { Browser, Locator, Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import type { Row } from '../models/rows.ts'
import { until } from '../support/until.ts'

export interface OpenPage {
  readonly page: Page
  /** Faults of scripts, and what the browser has refused to run or load. */
  readonly faults: readonly string[]
  close(): Promise<void>
}

export interface OpenOptions {
  readonly key?: string
  readonly hash?: string
  readonly width?: number
  readonly colorScheme?: 'light' | 'dark'
}

/** What nobody would wait for on a machine that has little to do. */
const longestMs = 100_000

export async function openPage(
  browser: Browser,
  address: string,
  { key, hash = '', width = 1280, colorScheme = 'light' }: OpenOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme,
    locale: 'en-US',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(longestMs)
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', ({ message }) => faults.push(message))
  page.on('console', (said) => {
    // A refusal of the server is shown by the page; the browser's own word of it is no fault.
    if (said.type() === 'error' && !said.text().startsWith('Failed to load resource')) {
      faults.push(said.text())
    }
  })
  await page.goto(`${address}/${hash}`)
  if (key !== undefined) {
    await page.getByLabel('Key with the scope').fill(key)
    await page.getByRole('button', { name: 'Open' }).click()
    await page.locator('#panels').waitFor()
  }
  return { page, faults, close: () => context.close() }
}

/** By the key of the row and the name of the column: the whole number behind what is shown. */
async function valuesIn(panel: Locator): Promise<ReadonlyMap<string, number>> {
  // The rows of the tables below charts are made when they are opened.
  await panel
    .locator('details')
    .evaluateAll((found) => found.forEach((each) => each.setAttribute('open', '')))
  const cells = await panel
    .locator('tr[data-key] data')
    .evaluateAll((found) =>
      found.map((cell) => [
        `${cell.closest('tr')?.getAttribute('data-key') ?? ''} ${cell.getAttribute('data-column') ?? ''}`,
        Number(cell.getAttribute('value')),
      ]),
    )
  return new Map(cells.map(([name, value]) => [String(name), Number(value)]))
}

export interface ShownBy {
  /** Columns that name its rows. */
  readonly key: readonly string[]
  readonly columns: readonly string[]
}

/** Waits until the panel shows every column of the rows as they are read then; `key` names its rows. */
export async function expectShown(
  panel: Locator,
  read: () => Promise<readonly Row[]>,
  { key, columns }: ShownBy,
): Promise<void> {
  await shortly(async () => {
    const expected = (await read()).flatMap((row) => {
      const name = key.map((each) => String(row[each])).join(' ')
      return columns.flatMap((column): readonly (readonly [string, number])[] =>
        row[column] === null || row[column] === undefined
          ? []
          : [[`${name} ${column}`, Number(row[column])]],
      )
    })
    expect(expected.length).toBeGreaterThan(0)
    const shown = await valuesIn(panel)
    const found = expected.map(([name]) => [name, shown.get(name)])
    expect(found).toEqual(expected)
  })
}

/** Asserts again and again, until it holds: what the server says comes to the page a moment later. */
export async function shortly(assert: () => Promise<void>): Promise<void> {
  await vi.waitFor(assert, { timeout: longestMs, interval: 50 })
}

/** Chooses, and waits until the page shows what was chosen: it is busy until then. */
export async function choose(page: Page, list: string, option: string): Promise<void> {
  const chosen = await page.locator(list).selectOption(option)
  await page.locator('#panels [aria-busy]').first().waitFor({ state: 'detached' })
  expect([await page.locator(list).inputValue()]).toEqual(chosen)
}

/** `rule: element`, of every rule that axe has; `within`: of that part of the page only. */
export async function axeFindings(page: Page, within = 'html'): Promise<readonly string[]> {
  // What is waited for is dimmed.
  await page.locator('[aria-busy]').first().waitFor({ state: 'detached' })
  await page.evaluate(axe.source)
  return await page.evaluate<readonly string[]>(`axe.run('${within}').then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))`)
}

/** How much wider than the window the page is. */
export async function overflowOf(page: Page): Promise<number> {
  return await page
    .locator('html')
    .evaluate((html) => Math.max(0, html.scrollWidth - html.clientWidth))
}

/** Tables of that part of the page whose columns are not all in sight. */
export async function cutTables(page: Page, within: string): Promise<readonly string[]> {
  return await page
    .locator(`${within} .scroll`)
    .evaluateAll((tables) =>
      tables
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
        .map((table) => table.getAttribute('aria-label') ?? ''),
    )
}

/** What it is, and its name: `select Experiment`. */
export async function focusedOn(page: Page): Promise<string> {
  return await page.evaluate<string>(`(() => {
    const { activeElement: at } = document
    const tag = at.tagName.toLowerCase()
    const kind = at.getAttribute('role') ?? (tag === 'a' ? 'link' : tag === 'input' ? at.type : tag)
    const label = at.labels?.[0]?.firstChild ?? null
    const radio = at.type === 'radio' ? at.value : null
    return kind + ' ' + (radio ?? at.getAttribute('aria-label') ?? label?.textContent ?? at.textContent).trim()
  })()`)
}

/** Whether the canvas has a dot of that colour. */
export async function isDrawnIn(
  page: Page,
  canvas: string,
  [red, green, blue]: readonly [number, number, number],
): Promise<boolean> {
  return await page.evaluate<boolean>(`(() => {
    const canvas = document.querySelector('${canvas}')
    // Not drawn yet, after a reload.
    if (canvas === null) return false
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    return data.some((dot, at) =>
      at % 4 === 0 && dot === ${red} && data[at + 1] === ${green} && data[at + 2] === ${blue})
  })()`)
}

/** A list of objects in an answer of the server. */
export function rowsOf(value: unknown): readonly Row[] {
  expect(Array.isArray(value)).toBe(true)
  return JSON.parse(JSON.stringify(value))
}

/** Which price wins, how sure that is, and for whom, before all panels: as the weights have it, of all visits and of segments. */
export async function expectPriceVerdict(
  page: Page,
  read: () => Promise<readonly Row[]>,
): Promise<void> {
  await shortly(async () => {
    expectVerdictOf(await read(), await page.locator('#prices-verdict').innerText())
  })
}

function expectVerdictOf(weights: readonly Row[], text: string): void {
  const leaders = weights.filter((row) => row['is_leading'] === true)
  const [overall] = leaders.filter((row) => row['segment'] === '')
  const segments = leaders.filter((row) => row['segment'] !== '')
  expect(segments.length).toBeGreaterThan(1)
  const arm = `${String(overall?.['price_id'])} USD`
  const standings = new Map<unknown, string>([
    ['collecting', `Too early to say, ${arm} is ahead`],
    ['leading', `${arm} leads, not decided yet`],
    ['decided', `${arm} wins`],
  ])
  const percent = (100 * Number(overall?.['prob_best'])).toFixed(1)
  expect(text).toContain(
    `${String(standings.get(overall?.['status']))}: the chance that it is best is ${percent}%; next is `,
  )
  const others = segments.filter((row) => row['price_id'] !== overall?.['price_id'])
  expect(text.includes('It is ahead in each segment.')).toBe(others.length === 0)
  for (const row of others) {
    expect(text).toContain(`${String(row['price_id'])} USD for ${String(row['segment'])}`)
  }
}

/** While the database does not answer a choice is not followed, and the numbers stay under their own name. */
export async function expectNamedAsShown(page: Page): Promise<void> {
  const asked = '**/dashboard/panels*'
  const bandit = page.locator('#bandit')
  await page.route(asked, (route) =>
    route.fulfill({
      status: 503,
      contentType: 'application/problem+json',
      body: JSON.stringify({ status: 503, code: 'unavailable', detail: 'the database is gone' }),
    }),
  )
  await bandit.selectOption('open_bandit_bts_men')
  const says =
    'The server could not answer: the database is gone. What is shown is what it said last; this page asks again by itself.'
  await page.getByRole('alert').filter({ hasText: says }).waitFor()
  expect(await bandit.inputValue()).toBe('spring_price')
  await page.unroute(asked)
  await choose(page, '#bandit', 'open_bandit_bts_men')
  const arm = page.locator('#performance').getByText('15 USD')
  await arm.waitFor({ state: 'detached' })
  await page.locator('#trouble').waitFor({ state: 'hidden' })
  await choose(page, '#bandit', 'spring_price')
  await arm.waitFor()
}

/** Other numbers than those of the name that was chosen are seen to be others; a choice waits for nothing, and the last one counts. */
export async function expectWaitingSeen(page: Page): Promise<void> {
  const wanted: string[] = []
  await page.route('**/dashboard/panels*', (route) => {
    wanted.push(new URL(route.request().url()).searchParams.get('bandit') ?? '')
  })
  const [prices, tests] = [page.locator('#prices-panels'), page.locator('#tests-panels')]
  const says = page.getByRole('status').locator('span', { hasText: 'Waiting for' })
  const arm = page.locator('#performance').getByText('15 USD')
  const isDimmed = () =>
    page.evaluate<boolean>(
      `Number(getComputedStyle(document.querySelector('#prices-panels')).opacity) < 0.5`,
    )
  for (const bandit of ['a_quiet_price', 'open_bandit_bts_men']) {
    await page.locator('#bandit').selectOption(bandit)
    expect(await prices.getAttribute('aria-busy')).toBe('true')
    // Nobody has answered what was asked before.
    await until(`a question of ${bandit}`, () => wanted.at(-1) === bandit)
    await says.filter({ hasText: `${bandit}: below is still spring_price` }).waitFor()
    await until('the old numbers dimmed', isDimmed)
    expect(await arm.isVisible()).toBe(true)
    expect(await tests.getAttribute('aria-busy')).toBe(null)
  }
  // Of the one that is shown: nothing is waited for.
  await page.locator('#bandit').selectOption('spring_price')
  await says.waitFor({ state: 'detached' })
  expect([await prices.getAttribute('aria-busy'), await isDimmed()]).toEqual([null, false])
  await page.locator('#bandit').selectOption('open_bandit_bts_men')
  await says.waitFor()
  await until('its question', () => wanted.at(-1) === 'open_bandit_bts_men')
  // What was held goes on its way.
  await page.unroute('**/dashboard/panels*')
  await says.waitFor({ state: 'detached' })
  await arm.waitFor({ state: 'detached' })
  expect([await prices.getAttribute('aria-busy'), await isDimmed()]).toEqual([null, false])
  await page.locator('#bandit').selectOption('spring_price')
  await arm.waitFor()
}
