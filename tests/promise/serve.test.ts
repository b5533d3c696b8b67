/** What is promised of a server: what it has accepted is in raw once, whatever ends it; draining; one who may not. */
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { type Serving, serve } from '../support/serve.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { tcpProxy } from '../support/tcp-proxy.ts'
import { until } from '../support/until.ts'

const shop = 'shop-key-0123456789'
const shopNext = 'shop-key-of-tomorrow'
const builder = 'builder-key-0123456'
const keys = { SHOP_KEY: shop, SHOP_KEY_NEXT: shopNext, BUILDER_KEY: builder }

const files = {
  'assay.yml': `name: shop
target: duckdb
${testTargets}serve:
  load_every: 50ms
  body_limit: 100000
  rate_limit: { requests: 100000 }
  keys:
    - { name: shop, key: "{{env 'SHOP_KEY' ''}}", scopes: [events] }
    - { name: shop-next, key: "{{env 'SHOP_KEY_NEXT' ''}}", scopes: [events] }
    - { name: builder, key: "{{env 'BUILDER_KEY' ''}}", scopes: [build, read] }
models:
  +materialized: table
`,
  'sources.yml': `sources:
  - name: shop
    schema: raw
    tables:
      - name: events
        loader: events
        load: { id: event_id }
        columns:
          - { name: event_id, data_type: text }
          - { name: user_id, data_type: bigint }
          - { name: amount, data_type: "numeric(30, 2)" }
`,
  'models/users.sql':
    'select user_id, count(*) as events\nfrom {{source "shop" "events"}}\ngroup by user_id\n',
}

interface StoredEvent {
  readonly event_id: string
  readonly amount: string
}

async function stored(made: TestProject): Promise<readonly StoredEvent[]> {
  const sql = 'select event_id, amount from {{source "shop" "events"}} order by event_id'
  const shown = await made.assay('show', '--inline', sql, '--output', 'json', '--limit', '-1')
  expect(shown.stderr).toBe('')
  const parsed: { readonly show: readonly StoredEvent[] } = JSON.parse(shown.stdout)
  return parsed.show
}

/** `fetch` sets the header "host" by itself. */
async function readAs(address: string, headers: Readonly<Record<string, string>>) {
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${address}/relations/users`, { headers }, resolve).on('error', reject).end()
  })
  return [reply.statusCode, JSON.parse(await text(reply))]
}

async function idsOf(made: TestProject): Promise<readonly string[]> {
  return (await stored(made)).map(({ event_id }) => event_id)
}

/** Sends batch after batch until the server is gone; gives the ids that were accepted. */
async function sendUntilGone(server: Serving, name: string, accepted: Set<string>): Promise<void> {
  for (let round = 0; ; round += 1) {
    const events = Array.from({ length: 1 + (round % 7) }, (_, index) => ({
      event_id: `${name}-${round}-${index}`,
      user_id: round,
      amount: 1.5,
    }))
    try {
      const { status } = await server.send('/events', { key: shop, body: events })
      if (status !== 202) return
    } catch {
      return
    }
    for (const { event_id } of events) accepted.add(event_id)
  }
}

describe.each(testAdapters())('a server on $name', (adapter) => {
  test('killed under load: every event that was accepted is in raw once', async () => {
    const made = await createTestProject(adapter, { files })
    const accepted = new Set<string>()
    for (let round = 0; round < 3; round += 1) {
      const server = await serve(made, { env: keys })
      const before = accepted.size
      const clients = Array.from({ length: 8 }, (_, client) =>
        sendUntilGone(server, `${round}-${client}`, accepted),
      )
      await until('many events', () => accepted.size - before > 400 + round * 500)
      server.process.child.kill('SIGKILL')
      await Promise.all([...clients, server.process.ended])
    }
    const last = await serve(made, { env: keys })
    expect(await last.stop()).toBe(0)
    const ids = await idsOf(made)
    expect(new Set(ids).size).toBe(ids.length)
    expect([...accepted].filter((id) => !new Set(ids).has(id))).toEqual([])
  })

  test('an event that is sent again is kept once: in one body, later, after a restart', async () => {
    const made = await createTestProject(adapter, { files })
    const event = { event_id: 'a', user_id: 1, amount: 1 }
    const first = await serve(made, { env: keys })
    const answer = await first.send('/events', { key: shop, body: [event, event] })
    expect(answer.status).toBe(202)
    expect(answer.body).toEqual({
      accepted: 2,
      rejected: 0,
      results: [
        { index: 0, status: 'accepted', id: 'a' },
        { index: 1, status: 'accepted', id: 'a' },
      ],
    })
    await first.send('/events', { key: shopNext, body: { ...event, amount: 7 } })
    expect(await first.stop()).toBe(0)
    const second = await serve(made, { env: keys })
    await second.send('/events', {
      key: shop,
      body: { events: [event, { ...event, event_id: 'b' }] },
    })
    expect(await second.stop()).toBe(0)
    expect(await stored(made)).toEqual([
      { event_id: 'a', amount: '1.00' },
      { event_id: 'b', amount: '1.00' },
    ])
  })

  test('what does not fit is answered event by event and becomes a dead letter; digits stay', async () => {
    const made = await createTestProject(adapter, { files })
    const server = await serve(made, { env: keys })
    const answer = await server.send('/events', {
      key: shop,
      body: '[{"event_id": "a", "amount": 1234567890123456789012.25},\n{"event_id": "b", "user_id": "two"},\r\n{"user_id": 3}, 4, {"event_id": "c ] , \\" }", "user_id": null}]',
    })
    expect(answer.status).toBe(202)
    expect(answer.body).toEqual({
      accepted: 2,
      rejected: 3,
      results: [
        { index: 0, status: 'accepted', id: 'a' },
        {
          index: 1,
          status: 'rejected',
          code: 'wrong-type',
          field: 'user_id',
          message: 'expected a whole number (bigint), found "two" in "user_id"',
        },
        {
          index: 2,
          status: 'rejected',
          code: 'missing-field',
          field: 'event_id',
          message: 'expected the field "event_id", found none',
        },
        {
          index: 3,
          status: 'rejected',
          code: 'not-an-object',
          field: null,
          message: 'expected an object with fields, found "4"',
        },
        { index: 4, status: 'accepted', id: 'c ] , " }' },
      ],
    })
    expect(await server.stop()).toBe(0)
    expect(await stored(made)).toEqual([
      { event_id: 'a', amount: '1234567890123456789012.25' },
      { event_id: 'c ] , " }', amount: null },
    ])
    const sql = 'select code, original from _assay.dead_letters order by source_line'
    const shown = await made.assay('show', '--inline', sql, '--output', 'json')
    expect(JSON.parse(shown.stdout)).toEqual({
      node: 'inline',
      show: [
        { code: 'wrong-type', original: '{"event_id": "b", "user_id": "two"}' },
        { code: 'missing-field', original: '{"user_id": 3}' },
        { code: 'not-an-object', original: '4' },
      ],
    })
  })

  test('forged, oversized, malformed and wrong-scope requests: refused, nothing stored, nothing told', async () => {
    const made = await createTestProject(adapter, { files })
    const server = await serve(made, { env: keys, argv: ['--log-format', 'json'] })
    const event = { event_id: 'x', user_id: 1, amount: 1 }
    const refused = [
      await server.send('/events', { body: event }),
      await server.send('/events', { key: `${shop}x`, body: event }),
      await server.send('/events', { key: builder, body: event }),
      await server.send('/builds', { key: shop, body: {} }),
      await server.send('/events', { key: shop, body: '{"event_id":' }),
      await server.send('/events', { key: shop, body: '[]' }),
      await server.send('/events', { key: shop, body: '"text"' }),
      await server.send('/events', { key: shop, body: event, type: 'text/plain' }),
      await server.send('/events', { key: shop, body: { ...event, more: 'x'.repeat(200_000) } }),
      await server.send('/events', { key: shop, method: 'DELETE' }),
      await server.send('/builds', { key: builder, body: { select: 'x', drop: true } }),
      await server.send('/builds/nothing', { key: builder }),
    ]
    expect(refused.map(({ status, body }) => `${status} ${String(body['code'])}`)).toEqual([
      '401 unauthorized',
      '401 unauthorized',
      '403 forbidden',
      '403 forbidden',
      '400 invalid-request',
      '400 invalid-request',
      '400 invalid-request',
      '415 unsupported-type',
      '413 too-large',
      '405 method-not-allowed',
      '400 invalid-request',
      '404 not-found',
    ])
    const told = refused.map(({ text }) => text).join('\n')
    expect(told).not.toMatch(/select |duckdb|postgres|_assay|\/tmp|node_modules/i)
    expect(await server.stop()).toBe(0)
    const said = server.process.output()
    for (const secret of [shop, builder, '"x"']) expect(said).not.toContain(secret)
    const shown = await made.assay('status', '--output', 'json')
    expect(shown.stdout).not.toContain('dead_letters": 1')
    const exists = await made.assay('show', '--select', 'source:shop.events')
    expect(exists.exitCode).toBe(1)
  })

  test('without keys it is read by this machine, and not by pages of another name', async () => {
    const made = await createTestProject(adapter, {
      files: {
        ...files,
        'assay.yml': files['assay.yml'].replace('serve:\n', 'serve:\n  relations: [users]\n'),
        'models/users.sql': 'select 1 as user_id, 2 as events',
      },
    })
    await made.assay('build')
    const server = await serve(made)
    const ask = (headers: Readonly<Record<string, string>>) => readAs(server.address, headers)
    const { port } = new URL(server.address)
    expect(await ask({})).toMatchObject([200, { rows: [{ user_id: 1, events: 2 }] }])
    expect(await ask({ host: `localhost:${port}` })).toMatchObject([200, {}])
    expect(await ask({ host: `[::1]:${port}` })).toMatchObject([200, {}])
    expect(await ask({ host: `evil.example:${port}` })).toMatchObject([
      421,
      { code: 'misdirected' },
    ])
    expect(await ask({ origin: 'https://evil.example' })).toMatchObject([
      403,
      { code: 'foreign-origin' },
    ])
    expect(await server.stop()).toBe(0)
  })

  test('builds run in the server: asked for, shared while they wait, after so many events', async () => {
    const made = await createTestProject(adapter, {
      files: {
        ...files,
        'assay.yml': files['assay.yml'].replace(
          'serve:\n',
          'serve:\n  builds: { after_events: 3, rest: 10ms }\n',
        ),
      },
    })
    const server = await serve(made, { env: keys })
    const event = (id: string) => ({ event_id: id, user_id: 1, amount: 1 })
    await server.send('/events', { key: shop, body: [event('a'), event('b'), event('c')] })
    const built = await until('a build after three events', async () => {
      const { body } = await server.send('/builds', { key: builder })
      const [first] = Array.isArray(body['builds']) ? body['builds'] : []
      return first?.status === 'succeeded' ? first : undefined
    })
    expect(built).toMatchObject({
      asked_by: 'events',
      results: [{ unique_id: 'model.shop.users', status: 'success', message: '' }],
    })
    const asked = await server.send('/builds', { key: builder, body: { select: ['users'] } })
    expect(asked.status).toBe(202)
    const path = `/builds/${String(asked.body['id'])}`
    const done = await until('the build to end', async () => {
      const { body } = await server.send(path, { key: builder })
      return body['status'] === 'succeeded' ? body : undefined
    })
    expect(done).toMatchObject({ asked_by: 'builder', select: ['users'] })
    // Events ask for builds that nobody looks at: the log says why one failed.
    await server.send('/builds', { key: builder, body: { select: ['nope:users'] } })
    await until('the log', () => / failed in .* s: .*nope/.test(server.process.output()))
    expect(await server.stop()).toBe(0)
    const sql = `select run_id from _assay.runs where command = 'build' and phase = 'finished' order by recorded_at`
    const runs = await made.assay('show', '--inline', sql, '--output', 'json')
    expect(JSON.parse(runs.stdout).show).toEqual([
      { run_id: built['id'] },
      { run_id: asked.body['id'] },
    ])
  })

  test('told to stop it finishes what is under way, refuses what is new, and ends with 0', async () => {
    const made = await createTestProject(adapter, { files })
    const server = await serve(made, { env: keys })
    const { hostname, port } = new URL(server.address)
    const body = JSON.stringify({ event_id: 'slow', user_id: 1, amount: 1 })
    const socket = connect(Number(port), hostname)
    let reply = ''
    socket.on('data', (text) => {
      reply += String(text)
    })
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.write(
      `POST /events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${shop}\r\ncontent-type: application/json\r\nexpect: 100-continue\r\ncontent-length: ${body.length}\r\n\r\n`,
    )
    // It has begun with the request: it asks for the body.
    await until('100 Continue', () => reply.includes('100 Continue'))
    server.process.child.kill('SIGTERM')
    await until('that it drains', async () => (await server.send('/readyz')).status === 503)
    expect((await server.send('/readyz')).body).toEqual({ status: 'draining' })
    expect((await server.send('/healthz')).status).toBe(200)
    const late = await server.send('/events', { key: shop, body: { event_id: 'late', user_id: 1 } })
    expect([late.status, late.body['code']]).toEqual([503, 'draining'])
    socket.write(body.slice(0, 10))
    await delay(50)
    socket.write(body.slice(10))
    await until('the answer', () => reply.includes('"accepted":1'))
    socket.end()
    await closed
    const { code } = await server.process.ended
    expect(code, server.process.output()).toBe(0)
    expect(reply).toContain('HTTP/1.1 202 Accepted')
    expect(await idsOf(made)).toEqual(['slow'])
  })

  test('slow clients hold up nobody, and do not keep the server from ending', async () => {
    const made = await createTestProject(adapter, {
      files: {
        ...files,
        'assay.yml': files['assay.yml'].replace('serve:\n', 'serve:\n  drain_timeout: 300ms\n'),
      },
    })
    const server = await serve(made, { env: keys })
    const { hostname, port } = new URL(server.address)
    const slow = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const socket = connect(Number(port), hostname)
        socket.on('error', () => {})
        await new Promise((resolve) => socket.once('connect', resolve))
        socket.write(
          `POST /events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${shop}\r\ncontent-type: application/json\r\ncontent-length: 50000\r\n\r\n[{"event_id": "never`,
        )
        return socket
      }),
    )
    const sent = await server.send('/events', {
      key: shop,
      body: { event_id: 'quick', user_id: 1, amount: 1 },
    })
    expect(sent.status).toBe(202)
    expect(await server.stop()).toBe(1)
    for (const socket of slow) socket.destroy()
    expect((await made.assay('ingest')).exitCode).toBe(0)
    expect(await idsOf(made)).toEqual(['quick'])
  })

  test('what a server has accepted and not loaded is loaded by assay ingest', async () => {
    const made = await createTestProject(adapter, {
      files: {
        ...files,
        'assay.yml': files['assay.yml'].replace('load_every: 50ms', 'load_every: 1h'),
      },
    })
    const server = await serve(made, { env: keys })
    await server.send('/events', { key: shop, body: { event_id: 'a', user_id: 1, amount: 1 } })
    server.process.child.kill('SIGKILL')
    await server.process.ended
    const loaded = await made.assay('ingest')
    expect(loaded.exitCode, loaded.stdout + loaded.stderr).toBe(0)
    expect(loaded.stdout).toMatch(/shop\.events +1 row /)
    expect(await idsOf(made)).toEqual(['a'])
    expect((await made.assay('ingest')).exitCode).toBe(0)
    expect(await idsOf(made)).toEqual(['a'])
  })

  test('what is published is read with filters as parameters, by those who may, and nothing else', async () => {
    const made = await createTestProject(adapter, {
      files: {
        ...files,
        'assay.yml': files['assay.yml'].replace('serve:\n', 'serve:\n  relations: [prices]\n'),
        'seeds/prices.csv':
          'id,name,price,since\n1,a,1.50,2026-01-01\n2,"b \'q\'",,2026-02-01\n3,c,10,2026-03-01\n',
        'seeds/secrets.csv': 'id\n1\n',
      },
    })
    expect((await made.assay('seed')).exitCode).toBe(0)
    const server = await serve(made, { env: keys })
    const get = async (query: string) => {
      const { status, body } = await server.send(`/relations/${query}`, { key: builder })
      return status === 200 ? body['rows'] : `${status} ${String(body['detail'])}`
    }
    const [a, b, c] = [
      { id: 1, name: 'a', price: 1.5, since: '2026-01-01' },
      { id: 2, name: "b 'q'", price: null, since: '2026-02-01' },
      { id: 3, name: 'c', price: 10, since: '2026-03-01' },
    ]
    expect(await get('prices?order=id')).toEqual([a, b, c])
    expect(await get('prices?order=-id&limit=1&offset=1&columns=name,id')).toEqual([
      { name: "b 'q'", id: 2 },
    ])
    expect(await get(`prices?name=${encodeURIComponent("b 'q'")}`)).toEqual([b])
    expect(await get('prices?price.gte=1.5&since.lt=2026-03-01')).toEqual([a])
    expect(await get('prices?id.in=1&id.in=3&order=id')).toEqual([a, c])
    expect(await get('prices?price.null=true')).toEqual([b])
    expect(await get(`prices?name=${encodeURIComponent("' or 1=1 --")}`)).toEqual([])
    expect(await get('prices?id=x')).toMatch(/^400 expected a value of the type \w+ for "id"/)
    expect(await get('prices?nme=a')).toBe(
      '400 expected the name of a column, found another one; did you mean "name"?',
    )
    expect(await get('secrets')).toBe('404 expected a name of /relations, found another one')
    expect((await server.send('/relations/prices')).status).toBe(401)
    expect((await server.send('/relations/prices', { key: shop })).status).toBe(403)
    expect(await server.stop()).toBe(0)
  })

  test('B6: the posterior and the performance of arms are those of the views', async () => {
    const made = await createTestProject(adapter, {
      files: {
        ...files,
        'seeds/posterior_parameters.csv':
          'experiment_id,price_id,model,alpha,beta\nprice,20,bernoulli,3,4.5\nprice,10,bernoulli,2,5\nother,1,bernoulli,1,1\n',
        'seeds/aggregates_total.csv':
          'experiment_id,price_id,window_start,impressions\nprice,20,,30\nprice,10,,31\n',
        'seeds/aggregates_daily.csv':
          'experiment_id,price_id,window_start,impressions\nprice,10,2026-01-01 00:00:00,7\n',
      },
    })
    const server = await serve(made, { env: keys })
    const get = async (query: string) => {
      const { status, body } = await server.send(`/bandits/${query}`, { key: builder })
      return status === 200 ? body['rows'] : `${status} ${String(body['detail'])}`
    }
    expect(await get('posterior')).toBe('404 expected it to be built, found that it is not yet')
    // The server has the file of DuckDB to itself: what is not built is built by it.
    const { body } = await server.send('/builds', {
      key: builder,
      body: { select: ['resource_type:seed'] },
    })
    await until('the seeds', async () => {
      const build = await server.send(`/builds/${String(body['id'])}`, { key: builder })
      return build.body['status'] === 'succeeded'
    })
    expect(await get('posterior?experiment_id=price&columns=price_id,alpha,beta')).toEqual([
      { price_id: 10, alpha: 2, beta: 5 },
      { price_id: 20, alpha: 3, beta: 4.5 },
    ])
    expect(await get('performance?columns=price_id,impressions')).toEqual([
      { price_id: 10, impressions: 31 },
      { price_id: 20, impressions: 30 },
    ])
    expect(await get('performance?window=day')).toEqual([
      { experiment_id: 'price', price_id: 10, window_start: '2026-01-01 00:00:00', impressions: 7 },
    ])
    expect(await get('performance?window=hour')).toBe(
      '404 expected the project to have "aggregates_hourly", found none',
    )
    expect((await server.send('/bandits/performance?window=year', { key: builder })).status).toBe(
      400,
    )
    expect((await server.send('/bandits/posterior', { key: shop })).status).toBe(403)
    expect(await server.stop()).toBe(0)
  })

  test('a build holds up no reader; one that takes too long at the end is ended and publishes nothing', async () => {
    const slow =
      adapter.name === 'duckdb'
        ? 'select count(*) as n from range(10000000) as a cross join range(1000000) as b'
        : 'select count(*) as n from pg_sleep(300)'
    const made = await createTestProject(adapter, {
      files: {
        ...files,
        'assay.yml': files['assay.yml'].replace(
          'serve:\n',
          'serve:\n  relations: [quick]\n  drain_timeout: 500ms\n',
        ),
        'models/quick.sql': 'select {{var "version" 1}} as version\n',
        'models/slow.sql': `-- reads {{ref "quick"}}\n${slow}\n`,
      },
    })
    expect((await made.assay('build', '--select', 'quick')).exitCode).toBe(0)
    const server = await serve(made, { env: keys, argv: ['--vars', '{version: 2}'] })
    const { body } = await server.send('/builds', {
      key: builder,
      body: { select: ['quick', 'slow'] },
    })
    const read = async () => (await server.send('/relations/quick', { key: builder })).body['rows']
    await until('the first of its nodes', async () => {
      const rows = await read()
      return JSON.stringify(rows) === '[{"version":2}]'
    })
    await server.send('/events', { key: shop, body: { event_id: 'a', user_id: 1, amount: 1 } })
    const running = await server.send(`/builds/${String(body['id'])}`, { key: builder })
    expect(running.body['status']).toBe('running')
    expect(await server.stop()).toBe(1)
    expect(server.process.output()).toContain(`build ${String(body['id'])} interrupted`)
    // Whether there was time to load it or not: it is kept.
    expect((await made.assay('ingest')).exitCode).toBe(0)
    expect(await idsOf(made)).toEqual(['a'])
    const left = await made.assay('build', '--select', 'quick')
    expect(left.exitCode, left.stdout + left.stderr).toBe(0)
  })
})

test.runIf(testAdapters().some(({ name }) => name === 'postgres'))(
  'while the database is away the server is not ready, and events are kept until it is back',
  async () => {
    const adapter = testAdapters().find(({ name }) => name === 'postgres')
    if (adapter === undefined) return
    const made = await createTestProject(adapter, { files })
    const { target } = made
    if (target.type !== 'postgres') return
    const proxy = await tcpProxy(target.host, target.port)
    const server = await serve(made, {
      env: { ...keys, PGHOST: '127.0.0.1', PGPORT: String(proxy.port) },
    })
    expect((await server.send('/readyz')).body).toEqual({ status: 'ready' })
    proxy.cut()
    await until('that it is not ready', async () => (await server.send('/readyz')).status === 503)
    expect((await server.send('/healthz')).status).toBe(200)
    const kept = await server.send('/events', {
      key: shop,
      body: { event_id: 'a', user_id: 1, amount: 1 },
    })
    expect(kept.status).toBe(202)
    proxy.mend()
    await until('that it is ready', async () => (await server.send('/readyz')).status === 200)
    await until('the event to be loaded', async () =>
      (await server.send('/metrics')).text.includes('status="loaded"} 1'),
    )
    expect(await server.stop()).toBe(0)
    proxy.close()
    expect(await idsOf(made)).toEqual(['a'])
  },
)
