/** A real Chromium for the tests of the dashboard: that of CHROMIUM, of Playwright, or of the system. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const places = [
  process.env['CHROMIUM'],
  chromium.executablePath(),
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

/** undefined: there is none; tests that need it are skipped, unless everything is demanded. */
export const chromiumPath = findChromium()

function findChromium(): string | undefined {
  const found = places.find((place) => place !== undefined && existsSync(place))
  if (found === undefined && process.env['REQUIRE_ADAPTERS'] === 'all') {
    throw new Error('expected Chromium for the tests of the dashboard, found none: set CHROMIUM')
  }
  return found
}

/** Points to this machine, as far as the browser knows. */
export const reboundName = 'rebound.test'

export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: chromiumPath ?? '',
    timeout: 120_000,
    // Nothing but the server of the test is asked for anything.
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--host-resolver-rules=MAP ${reboundName} 127.0.0.1`,
    ],
  })
}
