/** The dashboard of a server that runs to the pictures of docs/dashboard.md: light, dark, and on a phone. */
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../tests/support/browser.ts'

const [address = 'http://localhost:8080', key = ''] = process.argv.slice(2)
const folder = join('docs', 'images')

const pictures = [
  { name: 'light', colorScheme: 'light', width: 1200, height: 1600, section: '#prices' },
  { name: 'dark', colorScheme: 'dark', width: 1200, height: 1760, section: '#tests' },
  { name: 'phone', colorScheme: 'light', width: 390, height: 1500, section: '#prices' },
] as const

const browser = await launchBrowser()
for (const picture of pictures) await take(browser, picture)
await browser.close()

async function take(
  browser: Browser,
  { name, colorScheme, width, height, section }: (typeof pictures)[number],
): Promise<void> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto(address)
  if (key !== '') {
    await page.getByLabel('Key with the scope').fill(key)
    await page.getByRole('button', { name: 'Open' }).click()
  }
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
  await page.locator('#looks canvas').waitFor()
  await page.locator(section).evaluate((part) => part.scrollIntoView())
  await page.screenshot({ path: join(folder, `dashboard-${name}.png`) })
  await context.close()
}
