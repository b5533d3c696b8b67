/** The short form of `npm run test:faults`: a few kills on each database, and a look at whether a fault would be seen. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { duckdbEngine } from './engines/duckdb.ts'
import type { Engine } from './engines/engine.ts'
import { createPostgresEngine } from './engines/postgres.ts'
import { createProgram, type Program } from './program.ts'
import { scenarios } from './scenarios.ts'
import { judgeWhole } from './world/judge.ts'
import type { Play } from './world/play.ts'
import { batchesPlay } from './world/plays/batches.ts'
import { everythingPlay } from './world/plays/everything.ts'
import { allowedStates, relations, textOf } from './world/relations.ts'
import type { Look } from './world/world.ts'

let program: Program
beforeAll(() => {
  program = createProgram()
})
afterAll(() => program.remove())

function engineOf(name: Engine['name']): Engine {
  const postgres = inject('postgres')
  return name === 'postgres' && postgres !== null ? createPostgresEngine(postgres) : duckdbEngine
}

describe.each(testAdapters())('killed on $name', ({ name }) => {
  test.each([
    'kill-next-build',
    'kill-everything',
    'kill-ingest',
    'kill-ingest-build',
    'kill-typescript',
    'kill-export',
    'kill-erase',
  ])(
    'at a few of its statements, the same command converges: %s',
    async (wanted) => {
      const scenario = scenarios.find((candidate) => candidate.name === wanted)
      const engine = engineOf(name)
      const quiet = { say: () => {}, reportLost: () => {} }
      const bench = { program, engine, length: 'short', every: 1, points: [], ...quiet } as const
      expect(await scenario?.run(bench)).toEqual({ tried: 3, survived: 3, lost: [] })
    },
    600_000,
  )
})

describe('what the fault tests look for in what is published in other ways', () => {
  const lookAt = (play: Play, versions: Readonly<Record<string, number>>) =>
    new Map(
      play.relations.map((one) => {
        const version = versions[one.name] ?? 2
        return [one.name, textOf(one.rows(version, version))] as const
      }),
    )
  const judge = (play: Play, look: Look) => {
    const between = { before: 1, after: 2 }
    const allowed = new Map(
      play.relations.map((one) => [one.name, allowedStates(one, between)] as const),
    )
    return judgeWhole(look, { ...play, allowed, isAtomic: false })
  }

  test('rows at fault of another version than the others, and a hook before its commit', () => {
    const play = everythingPlay('duckdb')
    expect(judge(play, lookAt(play, {}))).toEqual([])
    expect(judge(play, lookAt(play, { 'silver.checked__quarantine': 1 }))).toEqual([
      'not one moment: version 2 of silver.checked; version 1 of silver.checked__quarantine',
    ])
    expect(judge(play, lookAt(play, { 'gold.noted': 1 }))).toEqual([
      'what was noted after: before gold.noted',
    ])
  })

  test('a batch that is skipped, where the first ones may be newer', () => {
    const play = batchesPlay()
    const [clicks] = play.relations
    const rows = (version: number, days: readonly number[]) =>
      (clicks?.rows(version, version) ?? []).filter(([, day = -1]) => days.includes(day))
    const lookWith = (newer: readonly number[], older: readonly number[]) =>
      new Map(lookAt(play, {})).set(
        'silver.day_clicks',
        textOf([...rows(2, newer), ...rows(1, older)]),
      )
    expect(judge(play, lookWith([0, 1], [2, 3]))).toEqual([])
    expect(judge(play, lookWith([0, 2], [1, 3]))).toHaveLength(1)
    expect(judge(play, lookWith([0, 1], [2]))).toHaveLength(1)
  })
})

describe('what the fault tests look for', () => {
  const between = { before: 1, after: 2 }
  const allowed = new Map(relations.map((one) => [one.name, allowedStates(one, between)] as const))
  const lookOf = (change: (name: string, rows: readonly (readonly number[])[]) => string) =>
    new Map(relations.map((one) => [one.name, change(one.name, one.rows(2, 2))] as const))
  const judge = (change: Parameters<typeof lookOf>[0], isAtomic = false) =>
    judgeWhole(lookOf(change), { allowed, isAtomic }).map((fault) => fault.split(':')[0])
  const names = relations.map(({ name }) => name)

  test('a whole state is none', () => {
    expect(judge((_, rows) => textOf(rows))).toEqual([])
  })

  test.each([
    [
      'a row twice',
      (rows: readonly (readonly number[])[]) => textOf([...rows, ...rows.slice(0, 1)]),
    ],
    ['all rows twice', (rows: readonly (readonly number[])[]) => textOf([...rows, ...rows])],
    ['a row that is lost', (rows: readonly (readonly number[])[]) => textOf(rows.slice(1))],
    ['an empty table', () => ''],
    ['a table that is gone', () => 'absent'],
  ])('%s is one, in every relation', (_, change) => {
    expect(judge((_, rows) => change(rows))).toEqual(names)
  })

  test('rows of two versions are one, and two moments where there must be one', () => {
    const mixtures = new Map(
      relations.map((one) => {
        const rows = [...one.rows(1, 1).slice(0, 1), ...one.rows(2, 2).slice(1)]
        return [one.name, textOf(rows)] as const
      }),
    )
    const mixed = judge((name, rows) =>
      name === 'silver.user_totals' ? (mixtures.get(name) ?? '') : textOf(rows),
    )
    expect(mixed).toEqual(['silver.user_totals'])
    const older = new Map(relations.map((one) => [one.name, textOf(one.rows(1, 1))] as const))
    const twoMoments = (name: string, rows: readonly (readonly number[])[]) =>
      name === 'silver.event_log' ? (older.get(name) ?? '') : textOf(rows)
    expect(judge(twoMoments)).toEqual([])
    expect(judge(twoMoments, true)).toEqual(['not one moment'])
  })
})
