import { describe, expect, test } from 'vitest'
import type { ApiKey } from '../../../../src/core/settings/serve-settings.ts'
import { ProblemError } from '../../../../src/serve/problem.ts'
import { jsonReply, type Route } from '../../../../src/serve/route.ts'
import { createSignal } from '../../../support/signal.ts'
import { testServer } from './test-server.ts'

const shop: ApiKey = { name: 'shop', key: 'shop-key-0123456789', scopes: ['events'] }
const shopNext: ApiKey = { name: 'shop-next', key: 'next-key-0123456789', scopes: ['events'] }
const reader: ApiKey = { name: 'reader', key: 'reader-key-0123456789', scopes: ['read'] }

const send: Route = {
  method: 'POST',
  path: '/things/{name}',
  operationId: 'sendThing',
  tag: 'things',
  summary: 'Sends one',
  scope: 'events',
  request: {
    params: { name: { type: 'string', maxLength: 10 } },
    query: {
      type: 'object',
      properties: { count: { type: 'integer' } },
      additionalProperties: false,
    },
    body: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } },
  },
  responses: { 202: { description: 'Taken.', schema: { type: 'object' } } },
  handle: async ({ params, query, body, text, caller }) =>
    jsonReply({ params, query, body, text, caller: caller ?? null }, 202),
}

const look: Route = {
  method: 'GET',
  path: '/look',
  operationId: 'look',
  tag: 'things',
  summary: 'Looks',
  scope: 'read',
  responses: { 200: { description: 'Seen.' } },
  handle: async () => jsonReply({ seen: true }),
}

const broken: Route = {
  ...look,
  path: '/broken',
  operationId: 'break',
  handle: async () => {
    throw new Error('select secret from /var/lib/assay.duckdb')
  },
}

const late: Route = {
  ...look,
  path: '/late',
  operationId: 'late',
  handle: async () => {
    throw new ProblemError('conflict', 'expected it to run, found that it has ended')
  },
}

const routes = [send, look, broken, late]
const headers = { authorization: `Bearer ${shop.key}` }

describe('a route', () => {
  test('is given what the schemas have read, and the body as it was sent', async () => {
    const { server, served } = await testServer(routes, { keys: [shop] })
    const reply = await server.inject({
      method: 'POST',
      url: '/things/a?count=3',
      headers: { ...headers, 'content-type': 'application/json', 'x-request-id': 'mine' },
      payload: '{"id": "x", "amount": 12345678901234567890.10}',
    })
    expect(reply.statusCode).toBe(202)
    expect(reply.headers['x-request-id']).toBe('mine')
    expect(reply.json()).toEqual({
      params: { name: 'a' },
      query: { count: 3 },
      body: { id: 'x', amount: 12345678901234567000 },
      text: '{"id": "x", "amount": 12345678901234567890.10}',
      caller: 'shop',
    })
    const { elapsedMs, ...rest } = served[0] ?? { elapsedMs: -1 }
    expect(elapsedMs).toBeGreaterThanOrEqual(0)
    expect(rest).toEqual({
      requestId: 'mine',
      method: 'POST',
      route: '/things/{name}',
      status: 202,
      caller: 'shop',
    })
  })

  test.each([
    ['a body that is no JSON', '{"id":', 'application/json', 400, 'invalid-request'],
    ['an empty body', '', 'application/json', 400, 'invalid-request'],
    [
      'a body that is not UTF-8',
      Buffer.from([0x22, 0xff, 0x22]),
      'application/json',
      400,
      'invalid-request',
    ],
    ['a body that breaks the schema', '{"id": {}}', 'application/json', 400, 'invalid-request'],
    [
      'a body of other types than the schema says',
      '{"id": 1}',
      'application/json',
      400,
      'invalid-request',
    ],
    ['a body of another type', '<id/>', 'application/xml', 415, 'unsupported-type'],
    [
      'a body that is too large',
      `{"id": "${'x'.repeat(2000)}"}`,
      'application/json',
      413,
      'too-large',
    ],
  ])('refuses %s', async (_name, payload, type, status, code) => {
    const { server, faults } = await testServer(routes, { keys: [shop], bodyLimitBytes: 1000 })
    const reply = await server.inject({
      method: 'POST',
      url: '/things/a',
      headers: { ...headers, 'content-type': type },
      payload,
    })
    expect(reply.statusCode).toBe(status)
    expect(reply.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(reply.json()).toMatchObject({ status, code, request_id: 'request-1' })
    expect(faults).toEqual([])
  })

  test('that refuses says why; one that breaks says nothing of why', async () => {
    const { server, faults } = await testServer(routes)
    const refused = await server.inject('/late')
    expect(refused.json()).toEqual({
      type: 'urn:assay:problem:conflict',
      title: 'It is not in a state that allows this',
      status: 409,
      code: 'conflict',
      detail: 'expected it to run, found that it has ended',
      request_id: 'request-1',
    })
    const reply = await server.inject('/broken')
    expect(reply.statusCode).toBe(500)
    expect(reply.body).not.toMatch(/select|duckdb/)
    expect(reply.json()).toMatchObject({ code: 'internal', request_id: 'request-1' })
    expect(faults).toEqual([new Error('select secret from /var/lib/assay.duckdb')])
  })

  test('that is not there is a problem, too', async () => {
    const { server } = await testServer(routes)
    const reply = await server.inject('/nothing?here')
    expect(reply.statusCode).toBe(404)
    expect(reply.json()).toMatchObject({ code: 'not-found' })
  })

  test('says which methods it takes', async () => {
    const { server } = await testServer(routes)
    const reply = await server.inject({ method: 'DELETE', url: '/things/a?x=1' })
    expect(reply.statusCode).toBe(405)
    expect(reply.headers['allow']).toBe('POST')
    expect(reply.json()).toMatchObject({
      code: 'method-not-allowed',
      detail: 'expected POST, found DELETE',
    })
  })
})

describe('keys', () => {
  const ask = async (keys: readonly ApiKey[], sent: Record<string, string>, more = {}) => {
    const { server } = await testServer(routes, { keys, ...more })
    const read = await server.inject({ url: '/look', headers: sent })
    const written = await server.inject({
      method: 'POST',
      url: '/things/a',
      headers: { ...sent, 'content-type': 'application/json' },
      payload: { id: 'x' },
    })
    return [read.statusCode, written.statusCode]
  }

  test('none at all: this machine may read, and nobody may write', async () => {
    expect(await ask([], {})).toEqual([200, 401])
  })

  test('none at all, and other machines can ask: nobody may do anything', async () => {
    expect(await ask([], {}, { host: '0.0.0.0' })).toEqual([401, 401])
  })

  test('each may do what its scopes say, and several are valid at once', async () => {
    const keys = [shop, shopNext, reader]
    expect(await ask(keys, {})).toEqual([401, 401])
    expect(await ask(keys, { authorization: `Bearer ${shop.key}` })).toEqual([403, 202])
    expect(await ask(keys, { 'x-api-key': shopNext.key })).toEqual([403, 202])
    expect(await ask(keys, { authorization: `bearer ${reader.key}` })).toEqual([200, 403])
    expect(await ask(keys, { authorization: `Bearer ${shop.key}x` })).toEqual([401, 401])
    expect(await ask(keys, { authorization: shop.key })).toEqual([401, 401])
    expect(await ask(keys, { authorization: 'Bearer ' })).toEqual([401, 401])
  })

  test('reading without one, where it is said', async () => {
    expect(await ask([shop], {}, { host: '0.0.0.0', anonymous: ['read'] })).toEqual([200, 401])
    expect(await ask([shop], { 'x-api-key': 'wrong' }, { anonymous: ['read'] })).toEqual([401, 401])
  })
})

describe('a server that needs no key', () => {
  const rebound = { host: 'evil.example:8080' }

  test('is asked by a name of its own, or not at all', async () => {
    const { server, faults } = await testServer(routes)
    const reply = await server.inject({ url: '/look', headers: rebound })
    expect(reply.statusCode).toBe(421)
    expect(reply.json()).toEqual({
      type: 'urn:assay:problem:misdirected',
      title: 'The server is not called this',
      status: 421,
      code: 'misdirected',
      detail:
        'expected the header "host" to name this machine or one of "hosts", found "evil.example"',
      request_id: 'request-1',
    })
    for (const url of ['/metrics', '/openapi.json', '/nothing']) {
      expect((await server.inject({ url, headers: rebound })).statusCode).toBe(421)
    }
    expect(faults).toEqual([])
  })

  test('is asked by its own pages', async () => {
    const { server } = await testServer(routes)
    const reply = await server.inject({ url: '/look', headers: { origin: 'https://evil.example' } })
    expect(reply.statusCode).toBe(403)
    expect(reply.json()).toMatchObject({
      code: 'foreign-origin',
      detail:
        'expected a page of this machine, of "hosts" or of "cors", found one of "evil.example"',
    })
    const own = { origin: 'http://localhost:80' }
    expect((await server.inject({ url: '/look', headers: own })).statusCode).toBe(200)
  })

  test('answers those who show a key by any name', async () => {
    const { server } = await testServer(routes, { keys: [reader], anonymous: ['read'] })
    const ask = async (more: Record<string, string>) =>
      (await server.inject({ url: '/look', headers: { ...rebound, ...more } })).statusCode
    expect(await ask({})).toBe(421)
    expect(await ask({ 'x-api-key': 'one-that-nobody-has' })).toBe(421)
    expect(await ask({ 'x-api-key': reader.key })).toBe(200)
  })
})

describe('limits', () => {
  test('one key may ask so often, and those who guess keys likewise', async () => {
    const { server } = await testServer(routes, {
      keys: [reader],
      rateLimit: { requests: 2, perMs: 60_000 },
    })
    const ask = async (key: string) =>
      (await server.inject({ url: '/look', headers: { 'x-api-key': key } })).statusCode
    expect([await ask(reader.key), await ask(reader.key), await ask(reader.key)]).toEqual([
      200, 200, 429,
    ])
    expect([await ask('a'), await ask('b'), await ask('c')]).toEqual([401, 401, 429])
    const last = await server.inject({ url: '/look', headers: { 'x-api-key': reader.key } })
    expect(last.headers['retry-after']).toBe('60')
    expect(last.json()).toMatchObject({ code: 'too-many-requests' })
  })

  test('pages of other origins may not ask, unless it is said', async () => {
    const origin = { origin: 'https://shop.example' }
    const closed = await testServer(routes)
    const refused = await closed.server.inject({ url: '/look', headers: origin })
    expect(refused.headers['access-control-allow-origin']).toBeUndefined()
    const open = await testServer(routes, { corsOrigins: ['https://shop.example'] })
    const allowed = await open.server.inject({ url: '/look', headers: origin })
    expect(allowed.headers['access-control-allow-origin']).toBe('https://shop.example')
    const other = await open.server.inject({
      url: '/look',
      headers: { origin: 'https://evil.example' },
    })
    expect(other.headers['access-control-allow-origin']).not.toBe('https://evil.example')
    expect(other.statusCode).toBe(403)
  })
})

test('what comes after the signal to stop is refused', async () => {
  const { server } = await testServer(routes)
  expect((await server.inject('/look')).statusCode).toBe(200)
  server.drain()
  const reply = await server.inject('/look')
  expect(reply.statusCode).toBe(503)
  expect(reply.headers['connection']).toBe('close')
  expect(reply.json()).toMatchObject({ code: 'draining' })
})

test('a stream goes on until its client is gone or the server drains', async () => {
  const sent = createSignal()
  const stream: Route = {
    ...look,
    path: '/stream',
    operationId: 'follow',
    handle: async () => ({
      kind: 'stream',
      contentType: 'text/event-stream',
      pieces: (async function* () {
        yield 'data: first\n\n'
        sent.give()
        await new Promise(() => {})
      })(),
    }),
  }
  const { server } = await testServer([stream])
  const reply = server.inject('/stream')
  await sent.given
  server.drain()
  expect((await reply).body).toBe('data: first\n\n')
  expect((await reply).headers['content-type']).toBe('text/event-stream')
})

test('the OpenAPI document has the schemas that requests are checked by, and no secret', async () => {
  const { server } = await testServer(routes, { keys: [shop] })
  const reply = await server.inject('/openapi.json')
  const document = reply.json()
  expect(document.openapi).toBe('3.1.0')
  expect(Object.keys(document.paths)).toEqual(['/things/{name}', '/look', '/broken', '/late'])
  const operation = document.paths['/things/{name}'].post
  expect(operation.requestBody.content['application/json'].schema).toEqual(send.request?.body)
  expect(operation.security).toEqual([{ bearer: [] }, { apiKey: [] }])
  expect(Object.keys(operation.responses)).toEqual([
    '202',
    '400',
    '401',
    '403',
    '413',
    '415',
    '421',
    '429',
    '503',
  ])
  expect(reply.body).not.toContain(shop.key)
})

test('figures are those of requests by route and status', async () => {
  const { server } = await testServer(routes)
  await server.inject('/look')
  await server.inject('/look?secret=1')
  await server.inject('/nothing/4711')
  const { body } = await server.inject('/metrics')
  expect(body).toContain(
    'assay_http_request_duration_seconds_count{method="GET",route="/look",status="200"} 2',
  )
  expect(body).toContain(
    'assay_http_request_duration_seconds_count{method="GET",route="none",status="404"} 1',
  )
  expect(body).not.toMatch(/secret|4711/)
})
