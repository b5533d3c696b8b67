/** What is read again and again: when it is given as it is, when it is waited for, and when it may be old. */
import { expect, test } from 'vitest'
import { Fresh } from '../../../src/serve/fresh.ts'

function counting(more: { readonly lasts: boolean }) {
  const at = { ms: 0, version: 0, isAway: false, read: 0 }
  const faults: string[] = []
  const fresh = new Fresh({
    read: async () => {
      await Promise.resolve()
      if (at.isAway) throw new Error('away')
      return (at.read += 1)
    },
    now: () => new Date(at.ms),
    version: () => at.version,
    ...(more.lasts ? { lasts: { onFault: (error) => faults.push(String(error)) } } : {}),
  })
  return { at, fresh, faults }
}

test('those who ask together share one reading; after a publication all of them wait for the next', async () => {
  for (const lasts of [true, false]) {
    const { at, fresh } = counting({ lasts })
    expect(await Promise.all([fresh.get(), fresh.get()])).toEqual([1, 1])
    at.version += 1
    expect(await Promise.all([fresh.get(), fresh.get()])).toEqual([2, 2])
    const early = fresh.again()
    at.version += 1
    // The one under way began before: it is not what they heard of.
    expect(await Promise.all([early, fresh.get(), fresh.get()])).toEqual([3, 4, 4])
  }
})

test('what lasts is given while it is read again, and goes on to count when it cannot be', async () => {
  const { at, fresh, faults } = counting({ lasts: true })
  await fresh.get()
  at.ms = 2000
  expect(await fresh.get()).toBe(1)
  await new Promise(setImmediate)
  expect(await fresh.get()).toBe(2)
  at.ms = 10_000
  expect(await fresh.get()).toBe(3)
  at.ms = 20_000
  at.isAway = true
  expect(await fresh.get()).toBe(3)
  expect(faults).toEqual(['Error: away'])
  at.isAway = false
  at.ms += 1
  expect(await fresh.get()).toBe(3)
  await new Promise(setImmediate)
  expect(await fresh.get()).toBe(4)
})

test('what does not last is never given when it is old, and a fault is told', async () => {
  const { at, fresh } = counting({ lasts: false })
  await fresh.get()
  at.ms = 1001
  expect(await fresh.get()).toBe(2)
  at.ms = 3000
  at.isAway = true
  await expect(fresh.get()).rejects.toThrow('away')
  at.isAway = false
  expect(await fresh.get()).toBe(3)
})
