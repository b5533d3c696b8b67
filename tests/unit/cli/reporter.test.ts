/** A whole run as text and as JSON lines, from events made by hand. */
import { afterEach, expect, test, vi } from 'vitest'
import { JsonReporter } from '../../../src/cli/render/run/json-reporter.ts'
import { TextReporter } from '../../../src/cli/render/run/text-reporter.ts'
import { Output } from '../../../src/cli/output.ts'
import { Screen } from '../../../src/cli/screen.ts'
import type { Event } from '../../../src/core/event.ts'
import type { Node } from '../../../src/core/node.ts'
import type { RunResult } from '../../../src/core/run-result.ts'
import { fakeHost } from './fake-host.ts'
import { column, dataTest, model, seed } from './sample-nodes.ts'

// Files share a process: a test that fails must leave the next ones their clock.
afterEach(() => {
  vi.useRealTimers()
})

const startedAt = '2026-01-02T03:04:05.000Z'

function resultOf<Rest extends object>(node: Node, rest: Rest, elapsedMs = 210) {
  return { uniqueId: node.uniqueId, startedAt, elapsedMs, ...rest }
}

const items = seed('raw', 'items')
const events = model('staging', 'stg_events', { name: 'view' })
const impressions = model('silver', 'impressions')
const conversions = model('silver', 'conversions', {
  name: 'incremental',
  strategy: 'append',
  onSchemaChange: 'ignore',
  fullRefresh: undefined,
  widensText: true,
})
const aggregates = model('gold', 'aggregates')
const posteriors = model('gold', 'posterior_parameters')
const notNull = dataTest('not_null_impressions_impression_id')
const unique = dataTest('unique_stg_events_event_id')
const recent = dataTest('recent_events')

const sample = {
  columns: [column('event_id', 'integer'), column('note', 'text')],
  rows: [1, 2, 3, 4, 5, 6].map((id) => [id, id === 2 ? null : 'twice']),
}

const finished: readonly (readonly [Node, RunResult])[] = [
  [items, resultOf(items, { status: 'success', rows: 1, message: 'created table' })],
  [events, resultOf(events, { status: 'success', rows: undefined, message: 'created view' }, 20)],
  [notNull, resultOf(notNull, { status: 'pass' }, 10)],
  [
    unique,
    resultOf(unique, {
      status: 'fail',
      failures: 1200,
      message: 'expected no row, found 1,200',
      sample,
    }),
  ],
  [
    recent,
    resultOf(recent, {
      status: 'warn',
      failures: 1,
      message: 'expected no row, found 1',
      sample: { columns: sample.columns, rows: sample.rows.slice(0, 1) },
    }),
  ],
  [
    impressions,
    resultOf(impressions, { status: 'success', rows: 20_000, message: 'swapped' }, 63_000),
  ],
  [
    conversions,
    resultOf(conversions, {
      status: 'error',
      diagnostics: [
        {
          severity: 'error',
          code: 'database-error',
          message: 'column "clicked" does not exist',
          span: { path: 'models/silver/conversions.sql', line: 3, column: 8, length: 7 },
        },
      ],
    }),
  ],
  [aggregates, resultOf(aggregates, { status: 'skipped', because: conversions.uniqueId }, 0)],
  [posteriors, resultOf(posteriors, { status: 'skipped', because: 'model.growth.not_shown' }, 0)],
]

function* run(): Generator<Event> {
  yield { type: 'project-read', root: '/nowhere' }
  yield {
    type: 'run-started',
    command: 'build',
    target: 'dev',
    database: 'duckdb target/assay.duckdb',
    found: { model: 5, seed: 1, test: 3, source: 0 },
    nodes: finished.map(([node]) => node),
    total: finished.length,
    threads: 4,
  }
  const total = finished.length
  for (const [position, [node, result]] of finished.entries()) {
    const index = position + 1
    yield { type: 'node-started', node, index, total }
    yield { type: 'node-finished', node, result, index, total }
  }
  yield {
    type: 'run-finished',
    results: finished.map(([, result]) => result),
    elapsedMs: 65_100,
    interrupted: false,
  }
}

function textReporter({ isTerminal = false, isQuiet = false, useColours = false } = {}) {
  const fake = fakeHost([], { isTerminal })
  const screen = new Screen({
    stdout: new Output(fake.host.stdout),
    stderr: new Output(fake.host.stderr),
    people: 'stdout',
    env: {},
    useColours,
  })
  const reporter = new TextReporter({ screen, isQuiet, root: '/nowhere', now: fake.host.now })
  return { ...fake, screen, reporter }
}

test('L23, L24: a run with one of everything', () => {
  const { reporter, stdout, stderr } = textReporter()
  for (const event of run()) reporter.emit(event)
  reporter.end()
  expect(stdout()).toMatchInlineSnapshot(`
    "build on dev (duckdb target/assay.duckdb), 4 threads
    found 5 models, 1 seed and 3 tests; 9 nodes to run

      1/9  ok      raw.items                           seed                1 row   0.21s
      2/9  ok      staging.stg_events                  view                        0.02s
      3/9  pass    not_null_impressions_impression_id  test                        0.01s
      4/9  fail    unique_stg_events_event_id          test         1,200 failures   0.21s
             expected no row, found 1,200; the first 5 rows:
             event_id  note
             --------  -----
                    1  twice
                    2  NULL
                    3  twice
                    4  twice
                    5  twice
      5/9  warn    recent_events                       test            1 failure   0.21s
             expected no row, found 1:
             event_id  note
             --------  -----
                    1  twice
      6/9  ok      silver.impressions                  table         20,000 rows  1m 03s
      7/9  error   silver.conversions                  incremental                 0.21s
    error[database-error]: column "clicked" does not exist
      --> models/silver/conversions.sql:3:8

      8/9  skipped gold.aggregates                     table        because of silver.conversions
      9/9  skipped gold.posterior_parameters           table        because of not_shown

    fail   unique_stg_events_event_id  expected no row, found 1,200
    error  silver.conversions          column "clicked" does not exist (models/silver/conversions.sql:3:8)
    not published, what was there before stays in place: silver.conversions, gold.aggregates and gold.posterior_parameters
    done in 1m 05s: 4 ok, 1 warning, 2 failed, 2 skipped
    "
  `)
  expect(stderr()).toBe('')
})

test('L26: --quiet leaves failures and the summary of a failed run', () => {
  const { reporter, stdout } = textReporter({ isQuiet: true })
  for (const event of run()) reporter.emit(event)
  reporter.end()
  expect(stdout()).toMatchInlineSnapshot(`
    "  4/9  fail    unique_stg_events_event_id          test         1,200 failures   0.21s
             expected no row, found 1,200; the first 5 rows:
             event_id  note
             --------  -----
                    1  twice
                    2  NULL
                    3  twice
                    4  twice
                    5  twice
      7/9  error   silver.conversions                  incremental                 0.21s
    error[database-error]: column "clicked" does not exist
      --> models/silver/conversions.sql:3:8

    fail   unique_stg_events_event_id  expected no row, found 1,200
    error  silver.conversions          column "clicked" does not exist (models/silver/conversions.sql:3:8)
    not published, what was there before stays in place: silver.conversions, gold.aggregates and gold.posterior_parameters
    done in 1m 05s: 4 ok, 1 warning, 2 failed, 2 skipped
    "
  `)
})

test('--quiet says nothing about a run without failures', () => {
  const { reporter, stdout, stderr } = textReporter({ isQuiet: true })
  const [first] = finished
  reporter.emit({
    type: 'run-finished',
    results: first === undefined ? [] : [first[1]],
    elapsedMs: 12,
    interrupted: false,
  })
  expect(stdout() + stderr()).toBe('')
})

test('passing tests of a published node are counted on its line', () => {
  const { reporter, stdout } = textReporter()
  const total = 2
  const pass: RunResult = resultOf(notNull, { status: 'pass' }, 10)
  const rows: RunResult = resultOf(impressions, { status: 'success', rows: 3, message: 'merged' })
  const decides = impressions.uniqueId
  reporter.emit({ type: 'node-finished', node: notNull, result: pass, index: 1, total, decides })
  reporter.emit({ type: 'node-finished', node: impressions, result: rows, index: 2, total })
  reporter.end()
  expect(stdout()).toMatchInlineSnapshot(`
    "  2/2  ok      silver.impressions            table              3 rows   0.21s  1 test passed
    "
  `)
})

test('skipped tests of a node are counted on its line, so that the numbers of the summary are all there', () => {
  const { reporter, stdout } = textReporter()
  const skip = (node: Node): RunResult =>
    resultOf(node, { status: 'skipped', because: impressions.uniqueId } as const, 0)
  const pass: RunResult = resultOf(recent, { status: 'pass' }, 10)
  const broken: RunResult = resultOf(impressions, { status: 'error', diagnostics: [] })
  const results = [pass, skip(notNull), skip(unique), broken, skip(unique), skip(aggregates)]
  const told = [
    { node: recent, decides: impressions.uniqueId },
    { node: notNull, decides: impressions.uniqueId },
    { node: unique, decides: impressions.uniqueId },
    { node: impressions },
    { node: unique, decides: aggregates.uniqueId },
    { node: aggregates },
  ]
  const total = told.length
  for (const [position, each] of told.entries()) {
    const result = results[position] ?? broken
    reporter.emit({ type: 'node-finished', ...each, result, index: position + 1, total })
  }
  reporter.emit({ type: 'run-finished', results, elapsedMs: 12, interrupted: false })
  reporter.end()
  expect(stdout()).toMatchInlineSnapshot(`
    "  4/6  error   silver.impressions            table                       0.21s  1 test passed, 2 skipped
      6/6  skipped gold.aggregates               table        because of silver.impressions  1 test skipped

    error  silver.impressions  
    not published, what was there before stays in place: silver.impressions and gold.aggregates
    done in 0.01s: 1 ok, 1 failed, 4 skipped
    "
  `)
})

test('`test` says how to see all failing rows', () => {
  const { reporter, stdout } = textReporter({ isQuiet: true })
  const failed = finished.filter(([, { status }]) => status === 'fail')
  reporter.emit({
    type: 'run-started',
    command: 'test',
    target: 'dev',
    database: 'duckdb :memory:',
    found: {},
    nodes: [],
    total: 1,
    threads: 1,
  })
  reporter.emit({
    type: 'run-finished',
    results: failed.map(([, result]) => result),
    elapsedMs: 12,
    interrupted: false,
  })
  expect(stdout()).toMatchInlineSnapshot(`
    "fail   unique_stg_events_event_id  expected no row, found 1,200
    to see the failing rows: assay show --select unique_stg_events_event_id --limit 20
    done in 0.01s: 1 failed
    "
  `)
})

test('nothing to do, and an interruption', () => {
  const { reporter, stdout } = textReporter()
  reporter.emit({ type: 'run-finished', results: [], elapsedMs: 12, interrupted: false })
  const result = resultOf(aggregates, { status: 'skipped', because: 'interrupted' } as const)
  reporter.emit({ type: 'node-finished', node: aggregates, result, index: 1, total: 1 })
  reporter.emit({ type: 'run-finished', results: [result], elapsedMs: 12, interrupted: true })
  expect(stdout()).toMatchInlineSnapshot(`
    "
    done in 0.01s: nothing to do
      1/1  skipped gold.aggregates               table        because of the interruption

    not published, what was there before stays in place: gold.aggregates
    interrupted after 0.01s: 1 skipped
    "
  `)
})

test('a reused node and an unchanged view say why', () => {
  const { reporter, stdout } = textReporter()
  const reused = resultOf(aggregates, { status: 'reused', because: 'unchanged' } as const, 0)
  const view = resultOf(events, {
    status: 'success',
    rows: undefined,
    message: 'view unchanged',
  } as const)
  reporter.emit({ type: 'node-finished', node: aggregates, result: reused, index: 9, total: 10 })
  reporter.emit({ type: 'node-finished', node: events, result: view, index: 10, total: 10 })
  expect(stdout()).toMatchInlineSnapshot(`
    "   9/10  reused  gold.aggregates               table           unchanged   0.00s
      10/10  ok      staging.stg_events            view         view unchanged   0.21s
    "
  `)
})

test('diagnostics go to stderr in groups, and are not said twice', async () => {
  const { reporter, stdout, stderr } = textReporter()
  const diagnostic = {
    severity: 'warning',
    code: 'empty-selection',
    message: 'expected a selector that matches something, found "nope"',
  } as const
  reporter.emit({ type: 'diagnostic', diagnostic })
  reporter.emit({ type: 'diagnostic', diagnostic: { ...diagnostic, message: 'another' } })
  expect(stderr()).toBe('')
  await new Promise(setImmediate)
  const once = stderr()
  reporter.invalid([diagnostic])
  reporter.end()
  expect(stderr()).toBe(once)
  expect(once).toMatchInlineSnapshot(`
    "warning[empty-selection]: expected a selector that matches something, found "nope"

    warning[empty-selection]: another

    2 warnings
    "
  `)
  expect(stdout()).toBe('')
})

test('watch: a fault that is still there after a change is said again', () => {
  const { reporter, stderr } = textReporter()
  const diagnostic = { severity: 'error', code: 'empty-model', message: 'm' } as const
  for (const path of ['a', 'a']) {
    reporter.emit({ type: 'files-changed', paths: [path] })
    reporter.emit({ type: 'diagnostic', diagnostic })
    reporter.end()
  }
  const once = 'error[empty-model]: m\n\n1 error\n'
  expect(stderr()).toBe(once + once)
})

test('watch: a separator with the time for each change', () => {
  const { reporter, stdout, host } = textReporter()
  reporter.emit({ type: 'watching', folders: ['models', 'seeds'] })
  reporter.emit({ type: 'files-changed', paths: ['models/a.sql', 'models/b.sql'] })
  reporter.emit({ type: 'log', message: 'hello', node: 'stg_events' })
  reporter.emit({ type: 'log', message: 'hello', node: undefined })
  const time = host.now()
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':')
  expect(stdout().replace(clock, '<time>')).toMatchInlineSnapshot(`
    "
    watching 2 folders, Ctrl-C ends

    -- <time>  models/a.sql and models/b.sql changed -----------------------------
    stg_events: hello
    hello
    "
  `)
})

test('a terminal has a live line, taken away before other lines and at the end', () => {
  vi.useFakeTimers()
  const { reporter, stdout } = textReporter({ isTerminal: true })
  reporter.emit({ type: 'node-started', node: aggregates, index: 1, total: 2 })
  reporter.emit({ type: 'node-started', node: posteriors, index: 2, total: 2 })
  expect(reporter.isBusy).toBe(true)
  reporter.emit({ type: 'log', message: 'hello', node: undefined })
  const result = resultOf(aggregates, {
    status: 'success',
    rows: 3,
    message: 'created table',
  } as const)
  reporter.emit({ type: 'node-finished', node: aggregates, result, index: 1, total: 2 })
  vi.advanceTimersByTime(500)
  reporter.end()
  expect(reporter.isBusy).toBe(false)
  expect(vi.getTimerCount()).toBe(0)
  expect(stdout().replaceAll('\r\u001b[2K', '<erase>')).toMatchInlineSnapshot(`
    "<erase>running 1: gold.aggregates 0.00s<erase>running 2: gold.aggregates 0.00s, gold.posterior_parameters 0.00s<erase>hello
    running 2: gold.aggregates 0.00s, gold.posterior_parameters 0.00s<erase>running 1: gold.posterior_parameters 0.00s<erase>  1/2  ok      gold.aggregates               table              3 rows   0.21s
    running 1: gold.posterior_parameters 0.00s<erase>"
  `)
})

test('without a terminal there is no live line', () => {
  const { reporter, stdout } = textReporter()
  reporter.emit({ type: 'node-started', node: aggregates, index: 1, total: 2 })
  expect([reporter.isBusy, stdout()]).toEqual([false, ''])
  reporter.end()
})

function jsonLines(events: Iterable<Event>, isQuiet = false): string {
  const lines: string[] = []
  const now = (): Date => new Date('2026-01-02T03:04:05.678Z')
  const reporter = new JsonReporter({ print: (line) => lines.push(line), isQuiet, now })
  for (const event of events) reporter.emit(event)
  reporter.invalid([{ severity: 'error', code: 'unknown-key', message: 'm', hint: 'h' }])
  reporter.end()
  return lines.map((line) => line.replace('"timestamp":"2026-01-02T03:04:05.678Z",', '')).join('\n')
}

test('L26: JSON lines of the same run', () => {
  expect(jsonLines(run())).toMatchInlineSnapshot(`
    "{"type":"project-read","root":"/nowhere"}
    {"type":"run-started","command":"build","target":"dev","database":"duckdb target/assay.duckdb","found":{"model":5,"seed":1,"test":3,"source":0},"total":9,"threads":4}
    {"type":"node-started","index":1,"total":9,"node":{"unique_id":"seed.growth.items","name":"items","resource_type":"seed","kind":"seed","relation":"raw.items","path":"seeds/items.csv"}}
    {"type":"node-finished","index":1,"total":9,"node":{"unique_id":"seed.growth.items","name":"items","resource_type":"seed","kind":"seed","relation":"raw.items","path":"seeds/items.csv"},"result":{"status":"success","started_at":"2026-01-02T03:04:05.000Z","elapsed_ms":210,"rows":1,"message":"created table"}}
    {"type":"node-started","index":2,"total":9,"node":{"unique_id":"model.growth.stg_events","name":"stg_events","resource_type":"model","kind":"view","relation":"staging.stg_events","path":"models/staging/stg_events.sql"}}
    {"type":"node-finished","index":2,"total":9,"node":{"unique_id":"model.growth.stg_events","name":"stg_events","resource_type":"model","kind":"view","relation":"staging.stg_events","path":"models/staging/stg_events.sql"},"result":{"status":"success","started_at":"2026-01-02T03:04:05.000Z","elapsed_ms":20,"rows":null,"message":"created view"}}
    {"type":"node-started","index":3,"total":9,"node":{"unique_id":"test.growth.not_null_impressions_impression_id.0123456789","name":"not_null_impressions_impression_id","resource_type":"test","kind":"test","path":"models/schema.yml"}}
    {"type":"node-finished","index":3,"total":9,"node":{"unique_id":"test.growth.not_null_impressions_impression_id.0123456789","name":"not_null_impressions_impression_id","resource_type":"test","kind":"test","path":"models/schema.yml"},"result":{"status":"pass","started_at":"2026-01-02T03:04:05.000Z","elapsed_ms":10}}
    {"type":"node-started","index":4,"total":9,"node":{"unique_id":"test.growth.unique_stg_events_event_id.0123456789","name":"unique_stg_events_event_id","resource_type":"test","kind":"test","path":"models/schema.yml"}}
    {"type":"node-finished","index":4,"total":9,"node":{"unique_id":"test.growth.unique_stg_events_event_id.0123456789","name":"unique_stg_events_event_id","resource_type":"test","kind":"test","path":"models/schema.yml"},"result":{"status":"fail","started_at":"2026-01-02T03:04:05.000Z","elapsed_ms":210,"failures":1200,"message":"expected no row, found 1,200","sample":[{"event_id":1,"note":"twice"},{"event_id":2,"note":null},{"event_id":3,"note":"twice"},{"event_id":4,"note":"twice"},{"event_id":5,"note":"twice"},{"event_id":6,"note":"twice"}]}}
    {"type":"node-started","index":5,"total":9,"node":{"unique_id":"test.growth.recent_events.0123456789","name":"recent_events","resource_type":"test","kind":"test","path":"models/schema.yml"}}
    {"type":"node-finished","index":5,"total":9,"node":{"unique_id":"test.growth.recent_events.0123456789","name":"recent_events","resource_type":"test","kind":"test","path":"models/schema.yml"},"result":{"status":"warn","started_at":"2026-01-02T03:04:05.000Z","elapsed_ms":210,"failures":1,"message":"expected no row, found 1","sample":[{"event_id":1,"note":"twice"}]}}
    {"type":"node-started","index":6,"total":9,"node":{"unique_id":"model.growth.impressions","name":"impressions","resource_type":"model","kind":"table","relation":"silver.impressions","path":"models/silver/impressions.sql"}}
    {"type":"node-finished","index":6,"total":9,"node":{"unique_id":"model.growth.impressions","name":"impressions","resource_type":"model","kind":"table","relation":"silver.impressions","path":"models/silver/impressions.sql"},"result":{"status":"success","started_at":"2026-01-02T03:04:05.000Z","elapsed_ms":63000,"rows":20000,"message":"swapped"}}
    {"type":"node-started","index":7,"total":9,"node":{"unique_id":"model.growth.conversions","name":"conversions","resource_type":"model","kind":"incremental","relation":"silver.conversions","path":"models/silver/conversions.sql"}}
    {"type":"node-finished","index":7,"total":9,"node":{"unique_id":"model.growth.conversions","name":"conversions","resource_type":"model","kind":"incremental","relation":"silver.conversions","path":"models/silver/conversions.sql"},"result":{"status":"error","started_at":"2026-01-02T03:04:05.000Z","elapsed_ms":210,"diagnostics":[{"severity":"error","code":"database-error","message":"column \\"clicked\\" does not exist","span":{"path":"models/silver/conversions.sql","line":3,"column":8,"length":7}}]}}
    {"type":"node-started","index":8,"total":9,"node":{"unique_id":"model.growth.aggregates","name":"aggregates","resource_type":"model","kind":"table","relation":"gold.aggregates","path":"models/gold/aggregates.sql"}}
    {"type":"node-finished","index":8,"total":9,"node":{"unique_id":"model.growth.aggregates","name":"aggregates","resource_type":"model","kind":"table","relation":"gold.aggregates","path":"models/gold/aggregates.sql"},"result":{"status":"skipped","started_at":"2026-01-02T03:04:05.000Z","elapsed_ms":0,"because":"model.growth.conversions"}}
    {"type":"node-started","index":9,"total":9,"node":{"unique_id":"model.growth.posterior_parameters","name":"posterior_parameters","resource_type":"model","kind":"table","relation":"gold.posterior_parameters","path":"models/gold/posterior_parameters.sql"}}
    {"type":"node-finished","index":9,"total":9,"node":{"unique_id":"model.growth.posterior_parameters","name":"posterior_parameters","resource_type":"model","kind":"table","relation":"gold.posterior_parameters","path":"models/gold/posterior_parameters.sql"},"result":{"status":"skipped","started_at":"2026-01-02T03:04:05.000Z","elapsed_ms":0,"because":"model.growth.not_shown"}}
    {"type":"run-finished","elapsed_ms":65100,"interrupted":false,"results":[{"unique_id":"seed.growth.items","status":"success"},{"unique_id":"model.growth.stg_events","status":"success"},{"unique_id":"test.growth.not_null_impressions_impression_id.0123456789","status":"pass"},{"unique_id":"test.growth.unique_stg_events_event_id.0123456789","status":"fail"},{"unique_id":"test.growth.recent_events.0123456789","status":"warn"},{"unique_id":"model.growth.impressions","status":"success"},{"unique_id":"model.growth.conversions","status":"error"},{"unique_id":"model.growth.aggregates","status":"skipped"},{"unique_id":"model.growth.posterior_parameters","status":"skipped"}]}
    {"type":"diagnostic","severity":"error","code":"unknown-key","message":"m","hint":"h"}"
  `)
})

test('JSON lines under --quiet', () => {
  expect(jsonLines(run(), true)).toMatchInlineSnapshot(`
    "{"type":"node-finished","index":4,"total":9,"node":{"unique_id":"test.growth.unique_stg_events_event_id.0123456789","name":"unique_stg_events_event_id","resource_type":"test","kind":"test","path":"models/schema.yml"},"result":{"status":"fail","started_at":"2026-01-02T03:04:05.000Z","elapsed_ms":210,"failures":1200,"message":"expected no row, found 1,200","sample":[{"event_id":1,"note":"twice"},{"event_id":2,"note":null},{"event_id":3,"note":"twice"},{"event_id":4,"note":"twice"},{"event_id":5,"note":"twice"},{"event_id":6,"note":"twice"}]}}
    {"type":"node-finished","index":7,"total":9,"node":{"unique_id":"model.growth.conversions","name":"conversions","resource_type":"model","kind":"incremental","relation":"silver.conversions","path":"models/silver/conversions.sql"},"result":{"status":"error","started_at":"2026-01-02T03:04:05.000Z","elapsed_ms":210,"diagnostics":[{"severity":"error","code":"database-error","message":"column \\"clicked\\" does not exist","span":{"path":"models/silver/conversions.sql","line":3,"column":8,"length":7}}]}}
    {"type":"run-finished","elapsed_ms":65100,"interrupted":false,"results":[{"unique_id":"seed.growth.items","status":"success"},{"unique_id":"model.growth.stg_events","status":"success"},{"unique_id":"test.growth.not_null_impressions_impression_id.0123456789","status":"pass"},{"unique_id":"test.growth.unique_stg_events_event_id.0123456789","status":"fail"},{"unique_id":"test.growth.recent_events.0123456789","status":"warn"},{"unique_id":"model.growth.impressions","status":"success"},{"unique_id":"model.growth.conversions","status":"error"},{"unique_id":"model.growth.aggregates","status":"skipped"},{"unique_id":"model.growth.posterior_parameters","status":"skipped"}]}
    {"type":"diagnostic","severity":"error","code":"unknown-key","message":"m","hint":"h"}"
  `)
})

test('JSON lines of watch', () => {
  expect(
    jsonLines([
      { type: 'watching', folders: ['models'] },
      { type: 'files-changed', paths: ['models/a.sql'] },
      { type: 'log', message: 'hello', node: undefined },
    ]),
  ).toMatchInlineSnapshot(`
    "{"type":"watching","folders":["models"]}
    {"type":"files-changed","paths":["models/a.sql"]}
    {"type":"log","message":"hello"}
    {"type":"diagnostic","severity":"error","code":"unknown-key","message":"m","hint":"h"}"
  `)
})
