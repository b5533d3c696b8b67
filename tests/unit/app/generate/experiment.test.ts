/** The raw files of a made-up A/B test: whole, split in halves, the same for one seed, dirt on top. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { productsOf } from '../../../../src/app/generate/experiment/trial.ts'
import { tableFiles, writeTables } from '../../../../src/app/generate/experiment/write-tables.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-experiment-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function written(name: string, options: { seed?: number; dirt?: number; lift?: number }) {
  const output = mkdtempSync(join(folder, name))
  const trial = {
    seed: options.seed ?? 1,
    users: 3000,
    startMs: Date.UTC(2025, 0, 1),
    days: 30,
    lift: options.lift ?? 0,
    products: productsOf(options.seed ?? 1, 20),
  }
  const { signal } = new AbortController()
  const result = await writeTables(trial, { output, dirt: options.dirt ?? 0, signal })
  const files = Object.fromEntries(
    tableFiles.map((file) => [file, readFileSync(join(output, file), 'utf8')]),
  )
  const rows = (table: string) =>
    (files[`${table}.csv`] ?? '')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','))
  return { result, files, rows }
}

test('users are split in halves, and every key is there', async () => {
  const { rows } = await written('whole', {})
  const users = new Set(rows('users').map(([id]) => id))
  const products = new Set(rows('products').map(([id]) => id))
  const sessions = new Set(rows('sessions').map(([id]) => id))
  const treated = rows('experiment_assignments').filter(([, , variant]) => variant === 'treatment')
  expect(users.size).toBe(3000)
  // Four standard errors of a fair coin.
  expect(Math.abs(treated.length - 1500)).toBeLessThan(4 * Math.sqrt(750))
  for (const [, userId, sessionId, productId] of rows('events')) {
    const isKnown =
      users.has(userId ?? '') && sessions.has(sessionId ?? '') && products.has(productId ?? '')
    if (!isKnown) expect.unreachable(`a key of ${String(userId)} is not there`)
  }
  const ids = rows('events').map(([id]) => id)
  expect(new Set(ids).size).toBe(ids.length)
})

test('the same seed gives the same bytes, another one others', async () => {
  const first = await written('first', { seed: 5, dirt: 0.1 })
  const again = await written('again', { seed: 5, dirt: 0.1 })
  const other = await written('other', { seed: 6, dirt: 0.1 })
  expect(again.files).toEqual(first.files)
  expect(other.files).not.toEqual(first.files)
})

test('dirt comes on top: what was right is there as it was', async () => {
  const clean = await written('clean', { seed: 5 })
  const dirty = await written('dirty', { seed: 5, dirt: 0.2 })
  const count = Object.values(dirty.result.dirt).reduce((sum, each) => sum + each, 0)
  expect(count).toBeGreaterThan(400)
  expect(dirty.result.lines).toBe(clean.result.lines + count)
  // Numbers of events go on behind dirt, so the rest of the row is compared.
  const withoutId = (lines: readonly (readonly string[])[]) =>
    lines.map((cells) => cells.slice(1).join(','))
  const kept = new Set(withoutId(dirty.rows('events')))
  expect(withoutId(clean.rows('events')).filter((line) => !kept.has(line))).toEqual([])
})

test('a lift shows in purchases of the treated after their assignment', async () => {
  const buyers = async (lift: number) => {
    const { rows } = await written('lift', { lift })
    const variants = new Map(
      rows('experiment_assignments').map(([, user, variant]) => [user, variant] as const),
    )
    const bought = rows('events').filter(([, , , , type]) => type === 'purchase')
    return bought.filter(([, user]) => variants.get(user) === 'treatment').length
  }
  expect(await buyers(1)).toBeGreaterThan(1.4 * (await buyers(0)))
})
