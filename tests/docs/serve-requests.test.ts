/** The requests of docs/serve.md are sent: to a server of the page's own project, those about bandits to one of the flagship. */
import { describe, expect, test } from 'vitest'
import { type TestAdapter, testAdapters } from '../support/adapters.ts'
import { copyFlagship, isOfPart } from '../support/copy-flagship.ts'
import { type Serving, serve } from '../support/serve.ts'
import { splitWords } from '../support/split-words.ts'
import { createTestProject } from '../support/test-project.ts'
import { until } from '../support/until.ts'
import { blocksOf, readPage } from './pages.ts'

const keys = {
  SHOP_KEY: 'shop-key-0123456789',
  CI_KEY: 'ci-key-0123456789abc',
  OPERATOR_KEY: 'operator-key-01234567',
}

interface Sent {
  readonly path: string
  readonly status: number
  readonly reply: unknown
  /** What the page shows of it; undefined: nothing. */
  readonly shown: unknown
}

const page = readPage('docs/serve.md')

describe.each(testAdapters())('requests of docs/serve.md on $name', (adapter) => {
  test('of events, builds and relations are answered as the page shows', async () => {
    const files = blocksOf(page).flatMap(({ kind, path, text }) =>
      kind === 'file' ? [[path, text] as const] : [],
    )
    const made = await createTestProject(adapter, { files: Object.fromEntries(files) })
    const server = await serve(made, { env: { ...keys, ASSAY_TARGET: targetOf(adapter, 'dev') } })
    const [events, build, relation, ...others] = await sendAll(
      server,
      /^\/(?!bandits)/,
      async ({ path, reply }) => {
        if (path === '/events') await loaded(server)
        if (path === '/builds') await built(server, reply)
      },
    )
    expect(events).toEqual({
      path: '/events',
      status: 202,
      reply: events?.shown,
      shown: events?.shown,
    })
    expect(build?.status).toBe(202)
    expect(relation?.status).toBe(200)
    expect(relation?.reply).toEqual(relation?.shown)
    expect(others).toEqual([])
    expect(await server.stop()).toBe(0)
  })

  test('of bandits have the fields that the page shows', async () => {
    const made = await createTestProject(adapter, {})
    await copyFlagship(made.folder, (path) => isOfPart(['bandits'], path))
    const server = await serve(made, { env: { ...keys, ASSAY_TARGET: targetOf(adapter, 'dev') } })
    const sent = await sendAll(server, /^\/bandits/, async () => undefined)
    expect(sent.map(({ path, status }) => `${status} ${path}`)).toEqual([
      '200 /bandits/select',
      '200 /bandits/experiments/spring_price/pause',
      '200 /bandits/experiments/spring_price/budget',
    ])
    const [selected] = sent
    expect(fieldsOf(selected?.reply)).toEqual(fieldsOf(selected?.shown))
    expect(await server.stop()).toBe(0)
  })
})

function targetOf({ name }: TestAdapter, duckdb: string): string {
  return name === 'duckdb' ? duckdb : name
}

/** Each after what the one before has begun is done. */
async function sendAll(
  server: Serving,
  paths: RegExp,
  settle: (sent: Sent) => Promise<void>,
): Promise<readonly Sent[]> {
  const blocks = [
    ...page.matchAll(/^```sh\n((?:curl [\s\S]*?)+)^```$(?:\n\n```json\n([\s\S]*?)^```$)?/gm),
  ]
  const sent: Sent[] = []
  for (const [, commands = '', json] of blocks) {
    for (const command of commands.replaceAll('\\\n', ' ').trimEnd().split('\n')) {
      const { path, ...request } = requestOf(command)
      if (!paths.test(path)) continue
      const answer = await server.send(path, request)
      const done: Sent = {
        path,
        status: answer.status,
        reply: JSON.parse(answer.text),
        shown: json === undefined ? undefined : JSON.parse(json),
      }
      sent.push(done)
      await settle(done)
    }
  }
  return sent
}

/** `curl localhost:8080/events -H "authorization: Bearer $SHOP_KEY" -d '{}'` */
function requestOf(command: string) {
  const [, url = '', ...words] = splitWords(command)
  const key = /authorization: Bearer \$(\w+)/.exec(command)?.[1]
  const known = Object.entries(keys).find(([name]) => name === key)?.[1]
  const data = words.indexOf('-d')
  return {
    path: url.replace('localhost:8080', ''),
    ...(known === undefined ? {} : { key: known }),
    ...(data === -1 ? {} : { body: words[data + 1] ?? '' }),
  }
}

async function loaded(server: Serving): Promise<void> {
  await until('the events to be loaded', async () =>
    (await server.send('/metrics')).text.includes('status="loaded"} 1'),
  )
}

async function built(server: Serving, asked: unknown): Promise<void> {
  const id = typeof asked === 'object' && asked !== null && 'id' in asked ? String(asked.id) : ''
  await until('the build', async () => {
    const { body } = await server.send(`/builds/${id}`, { key: keys.CI_KEY })
    return body['status'] === 'succeeded'
  })
}

function fieldsOf(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : []
}
