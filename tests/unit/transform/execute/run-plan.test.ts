import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Event } from '../../../../src/core/event.ts'
import type { Node } from '../../../../src/core/node.ts'
import { exitCodeOf, type RunResult } from '../../../../src/core/run-result.ts'
import type { RunContext } from '../../../../src/transform/execute/run-context.ts'
import { runPlan } from '../../../../src/transform/execute/run-plan.ts'
import { makePlan } from '../../../../src/transform/plan/make-plan.ts'
import { anyNodes, dataTest, manifestWith, model } from '../../project/node-builder.ts'
import { graphOf } from '../../project/parsed-project.ts'
import {
  badRows,
  Conflict,
  createFakeAdapter,
  type FakeAdapter,
  fails,
  type Script,
  takes,
} from './fake-adapter.ts'

/** Its SQL tells the fake database which test it is. */
function named(node: Node): Node {
  if (node.resourceType !== 'test') return node
  const text = `select '${node.name}' as test_name`
  return { ...node, code: { kind: 'file', path: node.path, text }, variant: { kind: 'singular' } }
}

interface Options extends Partial<Pick<RunContext, 'threads' | 'failFast' | 'signal'>> {
  readonly command?: 'build' | 'test'
}

interface Ran {
  readonly results: readonly RunResult[]
  readonly lines: readonly string[]
  readonly events: readonly Event[]
  readonly adapter: FakeAdapter
}

async function run(
  nodes: readonly Node[],
  script: Script,
  { command = 'build', ...options }: Options = {},
): Promise<Ran> {
  const manifest = manifestWith(nodes.map(named))
  const graph = graphOf(manifest)
  const plan = makePlan({
    manifest,
    graph,
    selected: new Set(graph.order),
    command,
    isFullRefresh: false,
  })
  const adapter = createFakeAdapter(script)
  const events: Event[] = []
  const results = await runPlan(plan, {
    manifest,
    adapter,
    run: {
      runId: 'run-1',
      command,
      target: 'dev',
      version: '0',
      startedAt: '2026-01-02T03:04:05.000Z',
      tokens: new Map(),
    },
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
    now: () => new Date(),
    runStartedAt: '2026-01-02T03:04:05.000Z',
    threads: 1,
    failFast: false,
    isFullRefresh: false,
    isAtomic: false,
    batchesTests: true,
    storesFailures: false,
    failingRows: new Map(),
    backfill: undefined,
    limit: undefined,
    order: { window: undefined, exactly: new Map() },
    followers: new Map(),
    onlyChanged: false,
    reusesUnitTests: false,
    owed: new Map(),
    versions: new Map(),
    codeColumns: new Map(),
    state: { schemas: new Set(['main']), relations: new Map() },
    publications: new Map(),
    keep: () => undefined,
    random: () => 0,
    ...options,
  })
  return { results, lines: results.map(lineOf), events, adapter }
}

/** `b skipped because of a`, `a error test-failed: ...` */
function lineOf(result: RunResult): string {
  const name = result.uniqueId.split('.').at(-1) ?? ''
  switch (result.status) {
    case 'skipped':
      return `${name} skipped because of ${result.because.split('.').at(-1) ?? ''}`
    case 'error':
    case 'partial success':
      return `${name} ${result.status} ${result.diagnostics.map(({ code, message }) => `${code}: ${message}`).join()}`
    case 'fail':
    case 'warn':
      return `${name} ${result.status} ${result.message}`
    case 'success':
    case 'reused':
    case 'pass':
      return `${name} ${result.status}`
  }
}

const a = model('a')
const b = model('b', ['model.shop.a'])
const c = model('c', ['model.shop.b'])
const other = model('z_other')
const onA = dataTest('on_a', ['model.shop.a'])

describe('a failure', () => {
  test('skips what needs it, naming the node that is to blame, and nothing else', async () => {
    const onC = dataTest('on_c', ['model.shop.c'])
    const { lines, adapter, results } = await run([a, b, c, other, onC], {
      a: fails('no such thing'),
    })
    expect(lines).toEqual([
      'a error database-error: no such thing',
      'z_other success',
      'b skipped because of a',
      'on_c skipped because of a',
      'c skipped because of a',
    ])
    expect(adapter.log).toEqual([
      'a begins',
      'a rolls back',
      'ledger',
      'z_other begins',
      'z_other commits',
      'drop detached',
    ])
    expect(exitCodeOf(results)).toBe(1)
  })

  test('of a test rolls its node back; its sisters keep what they found', async () => {
    const { lines } = await run([a, b, onA, dataTest('also_a', ['model.shop.a'])], {
      on_a: badRows,
    })
    expect(lines).toEqual([
      'also_a pass',
      'on_a fail found 2 (fails if != 0)',
      'a error test-failed: expected every test to pass, found 1 failing: on_a',
      'b skipped because of a',
    ])
  })

  test('of a test that the database refuses ends the tests of the node', async () => {
    const { lines } = await run([a, dataTest('z_last', ['model.shop.a']), onA], {
      on_a: fails('bad SQL'),
    })
    expect(lines).toEqual([
      'on_a error database-error: bad SQL',
      'z_last skipped because of a',
      'a error test-failed: expected every test to pass, found 1 that could not run: on_a',
    ])
  })

  test('of a warning blocks nobody', async () => {
    const warns = dataTest('warns', ['model.shop.a'], { severity: 'warn' })
    const { lines, results } = await run([a, b, warns], { warns: badRows })
    expect(lines).toEqual(['a success', 'b success', 'warns warn found 2 (warns if != 0)'])
    expect(exitCodeOf(results)).toBe(0)
  })

  test('of one parent of a test of two: the test is skipped, the other parent is not', async () => {
    const both = dataTest('both', ['model.shop.a', 'model.shop.z_other'])
    const { lines } = await run([a, other, both], { a: fails('no') })
    expect(lines).toEqual([
      'a error database-error: no',
      'both skipped because of a',
      'z_other success',
    ])
  })

  test('of a test does not stop the others when nothing is built', async () => {
    const { lines } = await run(
      [a, b, onA, dataTest('on_b', ['model.shop.b'])],
      { on_a: badRows },
      {
        command: 'test',
      },
    )
    expect(lines).toEqual(['on_a fail found 2 (fails if != 0)', 'on_b pass'])
  })

  test('of the ledger after a failure does not hide the failure', async () => {
    const { lines } = await run([a], { a: fails('first') })
    expect(lines).toEqual(['a error database-error: first'])
  })
})

describe('a conflict', () => {
  const conflictsUntil = (last: number) => (attempt: number) => {
    if (attempt < last) throw new Conflict('could not serialize access')
  }

  test('is tried again, the whole node with its tests', async () => {
    const { lines, adapter } = await run([a, onA], { a: conflictsUntil(3) })
    expect(lines).toEqual(['on_a pass', 'a success'])
    expect(adapter.log).toEqual([
      'a begins',
      'a rolls back',
      'a begins',
      'a rolls back',
      'a begins',
      'on_a runs',
      'a commits',
      'drop detached',
    ])
  })

  test('is given up after three more tries', async () => {
    const { lines, adapter } = await run([a], { a: conflictsUntil(99) })
    expect(lines).toEqual(['a error database-error: could not serialize access'])
    expect(adapter.log.filter((line) => line === 'a begins')).toHaveLength(4)
  })

  test('in a test on its own is tried again too', async () => {
    const { lines, adapter } = await run([a, onA], { on_a: conflictsUntil(2) }, { command: 'test' })
    expect(lines).toEqual(['on_a pass'])
    expect(adapter.log).toEqual(['on_a runs', 'on_a runs', 'ledger'])
  })

  test('any other error is not', async () => {
    const { adapter } = await run([a], { a: fails('no') })
    expect(adapter.log).toEqual(['a begins', 'a rolls back', 'ledger'])
  })
})

describe('fail-fast', () => {
  test('stops what runs, skips what has not begun', async () => {
    const { lines, results } = await run(
      [a, b, model('slow'), model('zz_waiting')],
      { a: fails('no'), slow: takes(100_000) },
      { threads: 2, failFast: true },
    )
    expect(lines).toEqual([
      'a error database-error: no',
      'slow skipped because of fail-fast',
      'zz_waiting skipped because of fail-fast',
      'b skipped because of fail-fast',
    ])
    expect(exitCodeOf(results)).toBe(1)
  })

  test('a warning is no failure', async () => {
    const warns = dataTest('warns', [], { severity: 'warn' })
    const { lines } = await run([warns, a], { warns: badRows }, { failFast: true })
    expect(lines).toEqual(['warns warn found 2 (warns if != 0)', 'a success'])
  })
})

describe('an interrupt', () => {
  test('stops what runs, skips the rest, still says everything', async () => {
    const stop = new AbortController()
    const { lines, events } = await run(
      [a, b, c, onA],
      {
        b: async (attempt, signal) => {
          setTimeout(() => stop.abort(), 10)
          await takes(100_000)(attempt, signal)
        },
      },
      { signal: stop.signal },
    )
    expect(lines).toEqual([
      'on_a pass',
      'a success',
      'b error interrupted: expected to finish, was stopped and rolled back',
      'c skipped because of interrupted',
    ])
    expect(events.filter((event) => event.type === 'node-finished')).toHaveLength(4)
  })

  test('before anything began', async () => {
    const { lines, adapter } = await run([a, onA], {}, { signal: AbortSignal.abort() })
    expect(lines).toEqual([
      'on_a skipped because of interrupted',
      'a skipped because of interrupted',
    ])
    expect(adapter.log).toEqual([])
  })

  test('ends the tries', async () => {
    const stop = new AbortController()
    const { lines, adapter } = await run(
      [a],
      {
        a: () => {
          stop.abort()
          throw new Conflict('again')
        },
      },
      { signal: stop.signal },
    )
    expect(lines).toEqual(['a error interrupted: expected to finish, was stopped and rolled back'])
    expect(adapter.log.filter((line) => line === 'a begins')).toHaveLength(1)
  })
})

describe('threads', () => {
  test('work side by side, never more than asked for', async () => {
    const nodes = Array.from({ length: 6 }, (_, index) => model(`m${index}`))
    const script = Object.fromEntries(nodes.map(({ name }) => [name, takes(20)]))
    const { adapter, lines } = await run(nodes, script, { threads: 3 })
    expect(lines).toHaveLength(6)
    expect(adapter.mostAtOnce()).toBe(3)
  })

  test('those that found nothing to do are woken when something is ready', async () => {
    const children = ['x', 'y', 'z'].map((name) => model(name, ['model.shop.a']))
    const script = { a: takes(20), x: takes(30), y: takes(30), z: takes(30) }
    const { adapter } = await run([a, ...children], script, { threads: 3 })
    expect(adapter.mostAtOnce()).toBe(3)
  })

  test('a node that a test waits for comes first, even when it is slow or fails', async () => {
    const both = dataTest('both', ['model.shop.a', 'model.shop.z_other'])
    const { adapter } = await run([a, other, both], { a: takes(30) }, { threads: 4 })
    expect(adapter.log).toEqual([
      'a begins',
      'a commits',
      'z_other begins',
      'both runs',
      'z_other commits',
      'drop detached',
    ])
  })

  test('any graph, any failures: everything is said once, and blame is always a node that failed', async () => {
    const outcomes = fc.array(fc.constantFrom('fine', 'fails', 'slow', 'conflict'), {
      minLength: 12,
      maxLength: 12,
    })
    await fc.assert(
      fc.asyncProperty(
        anyNodes,
        outcomes,
        fc.integer({ min: 1, max: 4 }),
        async (nodes, kinds, threads) => {
          const script: Script = Object.fromEntries(
            nodes.map(({ name }, index) => {
              const kind = kinds[index % kinds.length]
              if (kind === 'fails') return [name, fails(name)]
              if (kind === 'slow') return [name, takes(1)]
              return [name, () => undefined]
            }),
          )
          const { results, events } = await run(nodes, script, { threads })
          const built = nodes.filter(
            (node) =>
              node.resourceType === 'test' ||
              (node.resourceType === 'model' && node.materialization.name !== 'ephemeral'),
          )
          expect(results.map((result) => result.uniqueId).toSorted()).toEqual(
            built.map((node) => node.uniqueId).toSorted(),
          )
          const finished = events.filter((event) => event.type === 'node-finished')
          expect(finished.map(({ index }) => index)).toEqual(results.map((_, index) => index + 1))
          const failed = new Set(
            results
              .filter(({ status }) => status === 'error' || status === 'fail')
              .map(({ uniqueId }) => uniqueId),
          )
          for (const result of results) {
            if (result.status === 'skipped') expect([...failed]).toContain(result.because)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('the end of a run', () => {
  test('what cannot be tidied up is said and does not undo the run', async () => {
    const { lines, events } = await run([a], { 'drop detached': fails('the server is gone') })
    expect(lines).toEqual(['a success'])
    expect(events.at(-1)).toEqual({
      type: 'log',
      message: 'tables left behind by swaps were not dropped: the server is gone',
      node: undefined,
    })
  })
})
