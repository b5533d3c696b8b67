/** The flagship's bandits and tests behind a server, with what the tests of the dashboard need of them. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { parseCsv } from '../models/experiment-truth.ts'
import { createFlagship, type Flagship } from '../models/flagship.ts'
import type { TestAdapter } from '../support/adapters.ts'
import { type Serving, serve } from '../support/serve.ts'
import type { Row } from '../models/rows.ts'
import { until } from '../support/until.ts'

export const readerKey = 'reader-key-0123456789'
const shopKey = 'shop-key-0123456789'
export const blindKey = 'blind-key-0123456789'

/** Text that would be markup in a page that is not careful. */
export const hostileLabel = `10 USD <img src=x onerror="document.title='hacked'">`

export interface ShownProject {
  readonly flagship: Flagship
  /** The one that answers now. */
  readonly server: Serving
  /** At the same address, after it was stopped. */
  restart(): Promise<void>
  /** Of the A/B test, built by a command while the server is stopped. */
  planUsers(count: number): Promise<void>
  /** Takes events, and waits until a build has published them. */
  send(events: readonly unknown[]): Promise<void>
  /** What /bandits/select has drawn for so many visits, in their order. */
  draw(visits: number): Promise<readonly string[]>
  /** Unique ids of the runs of the builds, the newest first. */
  builds(): Promise<readonly string[]>
  /** Events of the sample, as a shop would send them. */
  readonly sample: readonly Readonly<Record<string, string>>[]
  /** Rows of a view, as `/relations/{name}` gives them. */
  rows(name: string, query: string): Promise<readonly Row[]>
}

const serving = `
serve:
  relations: ["path:models/gold/bandits", "path:models/gold/experiments"]
  load_every: 50ms
  rate_limit: { requests: 100000 }
  keys:
    - { name: reader, key: ${readerKey}, scopes: [read] }
    - { name: shop, key: ${shopKey}, scopes: [events, build, select] }
    - { name: blind, key: ${blindKey}, scopes: [events] }
  bandits: { selections: bandits.price_selections, actions: bandits.bandit_actions }
  builds:
    after_events: 1
    rest: 100ms
    # What they check is checked elsewhere.
    exclude: ["resource_type:test", "resource_type:unit_test"]
`

export async function showProject(adapter: TestAdapter): Promise<ShownProject> {
  const flagship = await createFlagship(adapter, 'bandits', 'experiments')
  const text = (path: string) => readFile(join(flagship.folder, path), 'utf8')
  // Ten arms are enough to be too many for a chart, and make the posterior quick.
  const lines = (await text('seeds/open_bandit_events.csv')).split('\n').slice(0, 300)
  const assayYml = (await text('assay.yml')).replace(/\nserve:\n(?: .*\n)+/, '\n')
  await flagship.write({
    'assay.yml': assayYml.replace('replay_seed: null', 'replay_seed: 7') + serving,
    'seeds/open_bandit_events.csv': `${lines.join('\n')}\n`,
    // Of its own name first, and without an event: the page opens with one that has some.
    'models/staging/bandits/quiet.yml': (
      await text('models/staging/bandits/experiments.yml')
    ).replace('spring_price', 'a_quiet_price'),
    'models/staging/bandits/experiments.yml': (
      await text('models/staging/bandits/experiments.yml')
    ).replace('label: 10 USD', `label: '${hostileLabel.replaceAll("'", "''")}'`),
  })
  const sample = parseCsv(await text('seeds/price_events.csv')).map((row) =>
    Object.fromEntries(
      Object.entries(row).filter(([name, value]) => !name.startsWith('_') && value !== ''),
    ),
  )
  const target = adapter.name === 'duckdb' ? 'dev' : 'postgres'
  let server = await serve(flagship, { argv: ['--target', target] })
  const restart = async () => {
    const { port } = new URL(server.address)
    const argv = ['--target', target, '--port', port]
    // Whoever connects to somewhere meanwhile may have been given this port for a while.
    server = await until('the port', async () => {
      try {
        return await serve(flagship, { argv })
      } catch (error) {
        if (!/another program listens there/.test(String(error))) throw error
        return false
      }
    })
  }
  const planUsers = async (count: number) => {
    const place = 'models/gold/experiments/experiments.yml'
    const declared = (await text(place)).replace(/planned_n: \d+/, `planned_n: ${count}`)
    await flagship.write({ [place]: declared })
    const withoutTests = ['--exclude', 'resource_type:test', 'resource_type:unit_test']
    const built = await flagship.assay('build', '--select', 'stg_declared_tests+', ...withoutTests)
    expect(built.exitCode, built.stderr).toBe(0)
  }
  const send = async (events: readonly unknown[]) => {
    const before = await buildsOf(server)
    const taken = await server.send('/events/bandits/live_price_events', {
      key: shopKey,
      body: events,
    })
    expect(taken.status, taken.text).toBe(202)
    const buildsSince = async () =>
      (await buildsOf(server)).filter(({ id }) => !before.some((old) => old.id === id))
    await until('a build of the events', async () => (await buildsSince()).length > 0)
    await until('its end', async () => {
      const newer = await buildsSince()
      const failed = newer.find(({ status }) => status === 'failed')
      if (failed !== undefined)
        throw new Error(`the build failed: ${JSON.stringify(failed).slice(0, 2000)}`)
      return newer.some(({ status }) => status === 'succeeded')
    })
  }
  const draw = async (visits: number) => {
    const answers = await Promise.all(
      Array.from({ length: visits }, (_, index) =>
        server.send('/bandits/select', {
          key: shopKey,
          body: { experiment_id: 'spring_price', selection_id: `visit-${index}` },
        }),
      ),
    )
    return answers.map(({ status, text, body }) => {
      expect(status, text).toBe(200)
      return String(body['price_id'])
    })
  }
  const rows = async (name: string, query: string) => {
    const asked = await server.send(`/relations/${name}?limit=10000&${query}`, { key: readerKey })
    expect(asked.status, asked.text).toBe(200)
    const { rows: found }: { readonly rows: readonly Row[] } = JSON.parse(asked.text)
    return found
  }
  return {
    flagship,
    get server() {
      return server
    },
    restart,
    planUsers,
    send,
    draw,
    builds: async () => (await buildsOf(server)).map(({ id }) => id),
    sample,
    rows,
  }
}

interface ShownBuild {
  readonly id: string
  readonly status: string
}

async function buildsOf(server: Serving): Promise<readonly ShownBuild[]> {
  const { text } = await server.send('/builds', { key: readerKey })
  const { builds }: { readonly builds: readonly ShownBuild[] } = JSON.parse(text)
  return builds
}
