/** What is promised of `/bandits/select` and of those who steer: logged before it is answered, once, with its exact probability. */
import { describe, expect, test } from 'vitest'
import { type TestAdapter, testAdapters } from '../support/adapters.ts'
import { type Answer, type Serving, serve } from '../support/serve.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { tcpProxy } from '../support/tcp-proxy.ts'
import { until } from '../support/until.ts'

const shop = 'shop-key-0123456789'
const operator = 'operator-key-01234567'
const reader = 'reader-key-0123456789'
const keys = { SHOP_KEY: shop, OPERATOR_KEY: operator, READER_KEY: reader }

const files = {
  'assay.yml': `name: shop
target: duckdb
${testTargets}serve:
  load_every: 50ms
  body_limit: 20000
  rate_limit: { requests: 100000 }
  relations: [source:bandits]
  bandits: { selections: bandits.price_selections, actions: bandits.bandit_actions }
  keys:
    - { name: shop, key: "{{env 'SHOP_KEY' ''}}", scopes: [events, select] }
    - { name: operator, key: "{{env 'OPERATOR_KEY' ''}}", scopes: [admin, build, read] }
    - { name: reader, key: "{{env 'READER_KEY' ''}}", scopes: [read] }
models:
  +materialized: table
`,
  'models/experiments.yml': `experiments:
  - name: box
    allocation: adaptive
    context: [device]
    variants:
      - { name: 10, price: 10, control: true }
      - { name: 15, label: fifteen, price: 15 }
      - { name: 20, price: 20, budget: 100 }
  - name: crate
    allocation: adaptive
    variants: [{ name: a, share: 0.25 }, { name: b, share: 0.75 }]
  - name: layout
    variants: [{ name: old }, { name: new }]
`,
  'sources.yml': `sources:
  - name: bandits
    schema: raw
    tables:
      - name: events
        loader: events
        load: { id: event_id }
        columns: [{ name: event_id, data_type: text }]
      - name: price_selections
        loader: events
        load: { id: selection_id }
        columns:
          - { name: selection_id, data_type: text }
          - { name: experiment_id, data_type: text }
          - { name: price_id, data_type: text }
          - { name: segment, data_type: text }
          - { name: policy, data_type: text }
          - { name: reason, data_type: text }
          - { name: propensity, data_type: double precision }
          - { name: weights, data_type: json }
          - { name: snapshot_id, data_type: text }
          - { name: context, data_type: json }
          - { name: user_id, data_type: text }
          - { name: session_id, data_type: text }
          - { name: selected_at, data_type: timestamp }
          - { name: selected_by, data_type: text }
      - name: bandit_actions
        loader: events
        load: { id: action_id }
        columns:
          - { name: action_id, data_type: text }
          - { name: experiment_id, data_type: text }
          - { name: price_id, data_type: text }
          - { name: action, data_type: text }
          - { name: reason, data_type: text }
          - { name: acted_by, data_type: text }
          - { name: acted_at, data_type: timestamp }
          - { name: state_before, data_type: text }
          - { name: state_after, data_type: text }
          - { name: budget_before, data_type: double precision }
          - { name: budget_after, data_type: double precision }
`,
  // How many events there are is what it knows.
  'models/bandit_weights.sql': `with shares as (
  select *
  from (
    values
      ('10', '', 0.2e0), ('15', '', 0.3e0), ('20', '', 0.5e0),
      ('10', 'device=mobile', 0e0), ('15', 'device=mobile', 1e0), ('20', 'device=mobile', 0e0)
  ) as listed (price_id, segment, weight)
)
select
  'box' as experiment_id,
  price_id,
  segment,
  weight,
  (select 'after ' || cast(count(*) as varchar) from {{source "bandits" "events"}}) as snapshot_id
from shares
`,
  'models/aggregates_total.sql': `select 'box' as experiment_id, '20' as price_id, 60e0 as revenue
union all
select 'box' as experiment_id, '15' as price_id, 30e0 as revenue
`,
}

const propensities: Readonly<Record<string, number>> = { 10: 0.2, 15: 0.3, 20: 0.5 }

async function rowsOf(
  made: TestProject,
  table: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const sql = `select * from {{source "bandits" "${table}"}} order by _load_seq`
  const shown = await made.assay('show', '--inline', sql, '--output', 'json', '--limit', '-1')
  expect(shown.stderr).toBe('')
  return JSON.parse(shown.stdout).show
}

async function build(server: Serving): Promise<void> {
  const { body } = await server.send('/builds', { key: operator, body: {} })
  await until('the build', async () => {
    const found = await server.send(`/builds/${String(body['id'])}`, { key: reader })
    const status = String(found.body['status'])
    if (!['queued', 'running'].includes(status)) expect(status, found.text).toBe('succeeded')
    return status === 'succeeded'
  })
}

async function served(adapter: TestAdapter): Promise<[TestProject, Serving]> {
  const made = await createTestProject(adapter, { files })
  expect((await made.assay('build')).exitCode).toBe(0)
  return [made, await serve(made, { env: keys })]
}

const brief = ({ status, body }: Answer) =>
  `${status} ${String(body['code'] ?? body['price_id'])} ${String(body['detail'] ?? body['reason'])}`

describe.each(testAdapters())('a server on $name', (adapter) => {
  test('B6: an arm is drawn from the published shares, and logged with them before it is answered', async () => {
    const [made, server] = await served(adapter)
    const select = (body: object) => server.send('/bandits/select', { key: shop, body })
    const answers: Answer[] = []
    for (let visit = 0; visit < 25; visit += 1) {
      answers.push(await select({ experiment_id: 'box', session_id: `s${visit}`, user_id: 'u ✓' }))
    }
    for (const { status, body } of answers) {
      expect(status).toBe(200)
      expect(body).toMatchObject({
        experiment_id: 'box',
        policy: 'posterior',
        segment: null,
        reason: null,
        propensity: propensities[String(body['price_id'])],
        weights: { 10: 0.2, 15: 0.3, 20: 0.5 },
        snapshot_id: 'after 0',
        selected_by: 'shop',
        is_repeated: false,
      })
      expect(body['price']).toBe(Number(body['price_id']))
    }
    expect(new Set(answers.map(({ body }) => body['price_id'])).size).toBeGreaterThan(1)
    const mobile = await select({ experiment_id: 'box', context: { device: 'Mobile' } })
    expect(mobile.body).toMatchObject({
      price_id: '15',
      label: 'fifteen',
      propensity: 1,
      segment: 'device=mobile',
      context: { device: 'Mobile' },
    })
    const planned = await select({ experiment_id: 'crate' })
    expect(planned.body).toMatchObject({
      policy: 'planned',
      propensity: planned.body['price_id'] === 'a' ? 0.25 : 0.75,
      snapshot_id: null,
    })
    // What is published in this server counts for the next that asks.
    await server.send('/events', { key: shop, body: { event_id: 'e1' } })
    await until('the event to be loaded', async () =>
      (await server.send('/metrics')).text.includes('table="bandits.events",status="loaded"} 1'),
    )
    await build(server)
    const after = await select({ experiment_id: 'box' })
    expect(after.body['snapshot_id']).toBe('after 1')
    expect(await server.stop()).toBe(0)
    const told = [...answers, mobile, planned, after].map(({ body }) => body)
    const rows = await rowsOf(made, 'price_selections')
    expect(rows.map(comparable)).toEqual(told.map(comparable))
  })

  test('one id is one selection: at once, later, after a kill, and nothing else under it', async () => {
    const [made, server] = await served(adapter)
    const order = { experiment_id: 'box', selection_id: 'visit 1', session_id: 's1' }
    const select = (to: Serving, body: object) => to.send('/bandits/select', { key: shop, body })
    const first = await Promise.all(Array.from({ length: 8 }, () => select(server, order)))
    const [{ body: answer } = { body: {} }] = first.filter(
      ({ body }) => body['is_repeated'] === false,
    )
    expect(first.filter(({ body }) => body['is_repeated'] === true)).toHaveLength(7)
    const again = { ...answer, is_repeated: true }
    for (const { body } of first) expect({ ...body, is_repeated: true }).toEqual(again)
    const other = [
      await select(server, { ...order, experiment_id: 'crate' }),
      await select(server, { ...order, session_id: 's2' }),
    ]
    expect(other.map(brief)).toEqual(
      Array.from(
        { length: 2 },
        () => '409 conflict expected a "selection_id" of its own, found that of another selection',
      ),
    )
    const lost = await select(server, { experiment_id: 'box', selection_id: 'visit 2' })
    server.process.child.kill('SIGKILL')
    await server.process.ended
    const next = await serve(made, { env: keys })
    expect((await select(next, order)).body).toEqual(again)
    const { body } = await select(next, { experiment_id: 'box', selection_id: 'visit 2' })
    expect(body).toEqual({ ...lost.body, is_repeated: true })
    expect(await next.stop()).toBe(0)
    const rows = await rowsOf(made, 'price_selections')
    expect(rows.map((row) => row['selection_id'])).toEqual(['visit 1', 'visit 2'])
  })

  test('C9: pause, resume, end and budget are effective at once, kept with who, when and why, and outlive a kill', async () => {
    const [made, first] = await served(adapter)
    let server = first
    const act = (path: string, body: object, key = operator) =>
      server.send(`/bandits/experiments/${path}`, { key, body })
    const selected = async (experiment = 'box') =>
      brief(
        await server.send('/bandits/select', { key: shop, body: { experiment_id: experiment } }),
      )
    const restart = async () => {
      server.process.child.kill('SIGKILL')
      await server.process.ended
      server = await serve(made, { env: keys })
    }
    const paused = await act('box/pause', { reason: 'stock is counted', action_id: 'a1' })
    expect(paused.body).toMatchObject({
      action_id: 'a1',
      experiment_id: 'box',
      price_id: null,
      action: 'pause',
      reason: 'stock is counted',
      acted_by: 'operator',
      state_before: 'running',
      state_after: 'paused',
      is_repeated: false,
    })
    expect(await selected()).toBe('200 10 paused')
    await restart()
    expect(await selected()).toBe('200 10 paused')
    // Sent again, since the answer was lost: done once.
    const again = await act('box/pause', { reason: 'stock is counted', action_id: 'a1' })
    expect(again.body).toEqual({ ...paused.body, is_repeated: true })
    expect(brief(await act('box/pause', { reason: 'again' }))).toBe(
      '409 conflict expected the experiment to be running, found that it is paused',
    )
    expect(brief(await act('crate/pause', { reason: 'x', action_id: 'a1' }))).toBe(
      '409 conflict expected an "action_id" of its own, found that of another action',
    )
    expect((await act('box/resume', { reason: 'counted' })).status).toBe(200)
    // 90 were taken in: an experiment may have 90.
    await act('box/budget', { reason: 'enough', budget: 90 })
    expect(await selected()).toBe('200 10 budget_used_up')
    await act('box/budget', { reason: 'more', budget: 90.5 })
    await act('box/pause', { reason: 'sold out', price_id: '15' })
    await act('box/budget', { reason: 'dear', price_id: '20', budget: 60 })
    await restart()
    expect(await selected()).toBe('200 10 null')
    const listed = await server.send('/bandits/experiments', { key: reader })
    expect(listed.body['experiments']).toMatchObject([
      {
        experiment_id: 'box',
        state: 'running',
        budget: 90.5,
        arms: [
          { price_id: '10', state: 'running', budget: null, is_control: true },
          { price_id: '15', state: 'paused', budget: null },
          { price_id: '20', state: 'running', budget: 60 },
        ],
      },
      { experiment_id: 'crate', state: 'running', budget: null },
    ])
    await act('crate/end', { reason: 'decided' })
    expect(await selected('crate')).toBe(
      '409 conflict expected an experiment that runs, found that nothing may be drawn and no control is declared: ended',
    )
    expect(brief(await act('crate/resume', { reason: 'no' }))).toBe(
      '409 conflict expected the experiment to be paused, found an experiment that has ended',
    )
    expect(await server.stop()).toBe(0)
    const rows = await rowsOf(made, 'bandit_actions')
    expect(
      rows.map(
        (row) =>
          `${String(row['experiment_id'])} ${String(row['price_id'])} ${String(row['action'])}: ${String(row['reason'])} by ${String(row['acted_by'])}, ${String(row['state_before'])} ${String(row['budget_before'])} to ${String(row['state_after'])} ${String(row['budget_after'])}`,
      ),
    ).toEqual([
      'box null pause: stock is counted by operator, running null to paused null',
      'box null resume: counted by operator, paused null to running null',
      'box null budget: enough by operator, running null to running 90',
      'box null budget: more by operator, running 90 to running 90.5',
      'box 15 pause: sold out by operator, running null to paused null',
      'box 20 budget: dear by operator, running 100 to running 60',
      'crate null end: decided by operator, running null to ended null',
    ])
    const moments = rows.map((row) => String(row['acted_at']))
    expect(moments).toEqual(moments.toSorted())
  })

  test('forged, oversized, malformed and wrong-scope requests: refused, nothing stored, nothing told', async () => {
    const [made, server] = await served(adapter)
    const post = (path: string, key: string | undefined, body: unknown) =>
      server.send(path, { ...(key === undefined ? {} : { key }), body })
    const select = (body: unknown) => post('/bandits/select', shop, body)
    const pause = (name: string, body: unknown) =>
      post(`/bandits/experiments/${name}/pause`, operator, body)
    const order = { experiment_id: 'box' }
    expect((await select({ ...order, selection_id: 'fine' })).status).toBe(200)
    expect((await pause('box', { reason: 'x', action_id: 'done' })).status).toBe(200)
    const refused = [
      await post('/bandits/select', undefined, order),
      await post('/bandits/select', `${shop}x`, order),
      await post('/bandits/select', reader, order),
      await post('/bandits/experiments/box/pause', shop, { reason: 'x' }),
      await post('/bandits/experiments/box/end', reader, { reason: 'x' }),
      await select({}),
      await select({ ...order, propensity: 1 }),
      await select({ ...order, selection_id: '' }),
      await select({ ...order, selection_id: 'x'.repeat(129) }),
      await select({ ...order, session_id: 'a\u0000b' }),
      await select('{"experiment_id": "box", "session_id": "\\ud800"}'),
      await select({ ...order, context: { device: ['a'] } }),
      await select({ ...order, context: { country: 'DE' } }),
      await select([order]),
      await select('{"experiment_id":'),
      await select({ ...order, context: { device: 'x'.repeat(30_000) } }),
      await select({ experiment_id: 'layout' }),
      await select({ experiment_id: "box' or 1=1 --" }),
      await pause('box', {}),
      await pause('box', { reason: '' }),
      await pause('box', { reason: 'x', acted_by: 'somebody' }),
      await pause('box', { reason: 'x', price_id: '99' }),
      await pause('none', { reason: 'x' }),
      await post('/bandits/experiments/box/budget', operator, { reason: 'x' }),
      await post('/bandits/experiments/box/budget', operator, { reason: 'x', budget: -1 }),
      await post('/bandits/experiments/box/budget', operator, { reason: 'x', budget: '5' }),
      // Its own tables are written by the server alone: no propensity can be made up.
      await post('/events/bandits/price_selections', shop, { selection_id: 'forged' }),
      await post('/events/bandits/bandit_actions', operator, { action_id: 'forged' }),
      await server.send('/bandits/select', { key: shop, method: 'GET' }),
    ]
    expect(refused.map(({ status, body }) => `${status} ${String(body['code'])}`)).toEqual([
      '401 unauthorized',
      '401 unauthorized',
      '403 forbidden',
      '403 forbidden',
      '403 forbidden',
      '400 invalid-request',
      '400 invalid-request',
      '400 invalid-request',
      '400 invalid-request',
      '400 invalid-request',
      '400 invalid-request',
      '400 invalid-request',
      '400 invalid-request',
      '400 invalid-request',
      '400 invalid-request',
      '413 too-large',
      '404 not-found',
      '404 not-found',
      '400 invalid-request',
      '400 invalid-request',
      '400 invalid-request',
      '404 not-found',
      '404 not-found',
      '400 invalid-request',
      '400 invalid-request',
      '400 invalid-request',
      '404 not-found',
      '404 not-found',
      '405 method-not-allowed',
    ])
    const told = refused.map(({ text }) => text).join('\n')
    expect(told).not.toMatch(/select \*|duckdb|postgres|_assay|\/tmp|node_modules/i)
    expect(told).not.toContain('1=1')
    expect(await server.stop()).toBe(0)
    const said = server.process.output()
    for (const secret of [shop, operator, reader, '1=1']) expect(said).not.toContain(secret)
    const stored = [
      ...(await rowsOf(made, 'price_selections')),
      ...(await rowsOf(made, 'bandit_actions')),
    ]
    expect(stored.map((row) => row['selection_id'] ?? row['action_id'])).toEqual(['fine', 'done'])
    const deadLetters = 'select count(*) as n from _assay.dead_letters'
    const letters = await made.assay('show', '--inline', deadLetters, '--output', 'json')
    expect(JSON.parse(letters.stdout).show).toEqual([{ n: 0 }])
  })
})

test.runIf(testAdapters().some(({ name }) => name === 'postgres'))(
  'while the database is away arms are drawn from what was read last, and each selection is kept',
  async () => {
    const adapter = testAdapters().find(({ name }) => name === 'postgres')
    if (adapter === undefined) return
    const made = await createTestProject(adapter, { files })
    const { target } = made
    if (target.type !== 'postgres') return
    expect((await made.assay('build', '--select', 'bandit_weights')).exitCode).toBe(0)
    const proxy = await tcpProxy(target.host, target.port)
    const server = await serve(made, {
      env: { ...keys, PGHOST: '127.0.0.1', PGPORT: String(proxy.port) },
    })
    const select = (selection_id: string) =>
      server.send('/bandits/select', { key: shop, body: { experiment_id: 'box', selection_id } })
    expect((await select('before')).body['policy']).toBe('posterior')
    proxy.cut()
    await until('that it is not ready', async () => (await server.send('/readyz')).status === 503)
    const away = await select('away')
    expect(away.body).toMatchObject({ policy: 'posterior', snapshot_id: 'after 0' })
    expect((await select('away')).body).toEqual({ ...away.body, is_repeated: true })
    proxy.mend()
    await until('that it is ready', async () => (await server.send('/readyz')).status === 200)
    await until('both to be loaded', async () =>
      (await server.send('/metrics')).text.includes(
        'table="bandits.price_selections",status="loaded"} 2',
      ),
    )
    expect(await server.stop()).toBe(0)
    proxy.close()
    const rows = await rowsOf(made, 'price_selections')
    expect(rows.map((row) => row['selection_id'])).toEqual(['before', 'away'])
  },
)

test('what is not as selecting needs it is said before the server begins', async () => {
  const [adapter] = testAdapters()
  if (adapter === undefined) return
  const made = await createTestProject(adapter, {
    files: {
      ...files,
      '.env': `SHOP_KEY=${shop}\n`,
      'assay.yml': files['assay.yml']
        .replace('selections: bandits.price_selections', 'selections: bandits.price_selection')
        .replace('actions: bandits.bandit_actions', 'actions: bandits.events'),
      'models/bandit_weights.sql': '{{config enabled=false}}\nselect 1 as one\n',
    },
  })
  const ran = await made.assay('serve')
  expect(ran.exitCode).toBe(2)
  expect(ran.stdout + ran.stderr).toMatchInlineSnapshot(`
    "error[invalid-value]: expected a source table with "loader: events", found "bandits.price_selection"
       --> assay.yml:18:26
        |
     18 |   bandits: { selections: bandits.price_selection, actions: bandits.events }
        |                          ~~~~~~~~~~~~~~~~~~~~~~~
        = hint: did you mean "bandits.price_selections"?

    error[invalid-value]: expected "bandits.events" to declare the columns action_id, experiment_id, price_id, action, reason, acted_by, acted_at, state_before, state_after, budget_before, budget_after, found none of that name
       --> sources.yml:7:9
        |
      7 |         load: { id: event_id }
        |         ~~~~
       ::: assay.yml:18:60  named here
        = hint: docs/serve.md has the whole declaration

    error[invalid-value]: expected the project to have a model "bandit_weights" to draw arms from, found none
       --> assay.yml:18:26
        |
     18 |   bandits: { selections: bandits.price_selection, actions: bandits.events }
        |                          ~~~~~~~~~~~~~~~~~~~~~~~
        = hint: its columns are in docs/bandits.md: experiment_id, price_id, weight, snapshot_id

    3 errors
    "
  `)
})

/** A row, or an answer, without what only one of them has; JSON as what it says. */
function comparable(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const json = (value: unknown): unknown => (typeof value === 'string' ? JSON.parse(value) : value)
  return {
    selection_id: row['selection_id'],
    experiment_id: row['experiment_id'],
    price_id: row['price_id'],
    segment: row['segment'],
    policy: row['policy'],
    propensity: row['propensity'],
    weights: json(row['weights']),
    snapshot_id: row['snapshot_id'],
    context: json(row['context']),
    user_id: row['user_id'],
    session_id: row['session_id'],
    // Of the database without a zone, and without zeros at its end.
    selected_at: Date.parse(`${String(row['selected_at']).replace(/Z$/, '')}Z`),
    selected_by: row['selected_by'],
  }
}
