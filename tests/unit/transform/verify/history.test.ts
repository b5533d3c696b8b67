/** Histories: decided by seed and number alone, each root for itself; shrunk as far as they still fail. */
import { describe, expect, test } from 'vitest'
import type { UniqueId } from '../../../../src/core/node.ts'
import {
  generateHistory,
  type History,
  type HistoryFacts,
} from '../../../../src/transform/verify/history/history.ts'
import { shrinkHistory } from '../../../../src/transform/verify/history/shrink-history.ts'

const root = (id: UniqueId, more: Partial<HistoryFacts['roots'][number]> = {}) => ({
  id,
  rowCount: 40,
  isStatic: false,
  isAtLeastOnce: false,
  ...more,
})
const events = root('source.p.raw.events')
const facts: HistoryFacts = {
  roots: [
    events,
    root('source.p.raw.twice', { isAtLeastOnce: true }),
    root('seed.p.items', { isStatic: true, rowCount: 12 }),
  ],
  published: ['seed.p.items', 'model.p.a', 'model.p.b'],
  incremental: ['model.p.a', 'model.p.b'],
}
const some = Array.from({ length: 60 }, (_, index) => index + 1)
const rowsIn = (history: History, id: string) =>
  history.flatMap((step) => (step.kind === 'arrive' && step.root === id ? [...step.rows] : []))

describe('generateHistory', () => {
  test('gives the same for the same seed and number, and others for others', () => {
    const texts = some.map((number) => JSON.stringify(generateHistory(5, number, facts)))
    expect(some.map((number) => JSON.stringify(generateHistory(5, number, facts)))).toEqual(texts)
    expect(new Set(texts).size).toBe(some.length)
    expect(JSON.stringify(generateHistory(6, 1, facts))).not.toBe(texts[0])
  })

  test('lets the rows of a root arrive alike whatever else there is', () => {
    const alone = { ...facts, roots: [events] }
    for (const number of some) {
      const own = generateHistory(5, number, alone)
      expect(rowsIn(own, events.id)).toEqual(rowsIn(generateHistory(5, number, facts), events.id))
      expect(own.filter(({ kind }) => kind !== 'arrive')).toEqual(
        generateHistory(5, number, facts).filter(({ kind }) => kind !== 'arrive'),
      )
    }
  })

  test('chooses the same node among fewer, if it is there', () => {
    const fewer = {
      ...facts,
      published: facts.published.slice(1),
      incremental: ['model.p.b'],
    } as const
    const namesOf = (history: History) =>
      history.flatMap((step) =>
        step.kind === 'killed build'
          ? [step.before]
          : step.kind === 'full refresh'
            ? [step.node]
            : [],
      )
    let kept = 0
    for (const number of some) {
      const all = namesOf(generateHistory(5, number, facts))
      const rest = namesOf(generateHistory(5, number, fewer))
      expect(rest).toHaveLength(all.length)
      for (const [index, name] of all.entries()) {
        if (name === 'model.p.b') kept += 1
        if (name === 'model.p.b') expect(rest[index]).toBe(name)
      }
    }
    expect(kept).toBeGreaterThan(10)
  })

  test('delivers twice only what may be, static rows before the first build, and ends with a build', () => {
    let twice = 0
    for (const number of some) {
      const history = generateHistory(5, number, facts)
      expect(history.at(-1)).toEqual({ kind: 'build' })
      const once = rowsIn(history, events.id)
      expect(new Set(once).size).toBe(once.length)
      expect(once.length).toBeGreaterThanOrEqual(8)
      const delivered = rowsIn(history, 'source.p.raw.twice')
      twice += delivered.length - new Set(delivered).size
      const before = history.slice(
        0,
        history.findIndex(({ kind }) => kind !== 'arrive'),
      )
      expect(rowsIn(before, 'seed.p.items').toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: 12 }, (_, index) => index),
      )
      expect(rowsIn(history, 'seed.p.items')).toHaveLength(12)
    }
    expect(twice).toBeGreaterThan(0)
  })

  test('has every kind of step', () => {
    const kinds = some.flatMap((number) =>
      generateHistory(5, number, facts).map(({ kind }) => kind),
    )
    expect([...new Set(kinds)].toSorted()).toEqual([
      'arrive',
      'build',
      'full refresh',
      'killed build',
    ])
  })
})

describe('shrinkHistory', () => {
  /** A late row: 3 is built before 7 arrives. */
  const isLost = async (history: History) => {
    let built = new Set<number>()
    let arrived = new Set<number>()
    for (const step of history) {
      if (step.kind === 'build' && arrived.has(7) && built.has(3) && !built.has(7)) return true
      if (step.kind === 'arrive') arrived = new Set([...arrived, ...step.rows])
      if (step.kind === 'build') built = new Set(arrived)
    }
    return false
  }
  const long: History = [
    { kind: 'arrive', root: 'source.p.raw.other', rows: [1, 2, 3] },
    { kind: 'arrive', root: events.id, rows: [9, 3, 8, 5] },
    { kind: 'killed build', before: 'model.p.a' },
    { kind: 'build' },
    { kind: 'build' },
    { kind: 'full refresh', node: 'model.p.a' },
    { kind: 'arrive', root: events.id, rows: [4, 6] },
    { kind: 'arrive', root: events.id, rows: [2, 7, 1] },
    { kind: 'build' },
  ]

  test('leaves what it takes to fail', async () => {
    expect(await isLost(long)).toBe(true)
    expect(await shrinkHistory(long, { fails: isLost, goOn: () => true })).toEqual([
      { kind: 'arrive', root: events.id, rows: [3] },
      { kind: 'build' },
      { kind: 'arrive', root: events.id, rows: [7] },
      { kind: 'build' },
    ])
  })

  test('stops when time is over, with what still fails', async () => {
    let plays = 0
    const smaller = await shrinkHistory(long, {
      fails: async (history) => {
        plays += 1
        return await isLost(history)
      },
      goOn: () => plays < 3,
    })
    expect(plays).toBe(3)
    expect(await isLost(smaller)).toBe(true)
  })
})
