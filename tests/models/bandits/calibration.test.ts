/** Bandits played many times over, all in SQL: their intervals hold the truth as often as they say, and regret flattens. */
import { beforeAll, describe, expect, test } from 'vitest'
import { replaysFiles, replaysVars } from '../../../benchmarks/bandits/replays-project.ts'
import { testAdapters } from '../../support/adapters.ts'
import { createTestProject, testTargets, type TestProject } from '../../support/test-project.ts'
import { numberIn, readRows } from '../rows.ts'

const batches = 5
const replays = { replays: 40, visitors: 2000, seed: 3, truth: 'fixed' } as const

describe.each(testAdapters())('replays on $name', (adapter) => {
  let project: TestProject

  const rows = async (model: string, order: string) => {
    const query = `select * from {{ref "${model}"}} order by ${order}`
    return readRows(
      await project.assay(
        'show',
        '--inline',
        query,
        '--output',
        'json',
        '--numbers',
        '--limit',
        '-1',
      ),
    )
  }

  beforeAll(async () => {
    project = await createTestProject(adapter, {
      files: {
        'assay.yml': `name: replays\n${testTargets}${replaysVars(replays)}`,
        ...replaysFiles(),
      },
    })
    for (let batch = 1; batch <= batches; batch += 1) {
      const ran = await project.assay('run', ...(batch === 1 ? [] : ['--select', 'plays']))
      expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
    }
  }, 240_000)

  test('B5: intervals hold the truth as often as they say, though arms were drawn by what was learned', async () => {
    const found = await rows('calibration', 'level')
    expect(found.map((row) => row['level'])).toEqual([0.5, 0.95])
    for (const row of found) {
      const [level, intervals] = [numberIn(row, 'level'), numberIn(row, 'intervals')]
      expect(intervals).toBe(4 * replays.replays)
      const error = Math.sqrt((level * (1 - level)) / intervals)
      expect(Math.abs(numberIn(row, 'covering') / intervals - level)).toBeLessThan(3 * error)
    }
  })

  test('the price that is worth most is shown more and more, and less is given away', async () => {
    const found = await rows('progress', 'batch')
    expect(found.map((row) => numberIn(row, 'visitors'))).toEqual(
      Array.from({ length: batches }, () => replays.replays * replays.visitors),
    )
    const [first, last] = [found[0] ?? {}, found.at(-1) ?? {}]
    // Nothing is known of the first visitors: they see each price alike.
    expect(numberIn(first, 'best_share')).toBeCloseTo(0.25, 1)
    expect(numberIn(last, 'best_share')).toBeGreaterThan(0.4)
    expect(numberIn(last, 'regret')).toBeLessThan(0.6 * numberIn(first, 'regret'))
  })

  test('the same seed plays the same game, on every database', async () => {
    const [sums] = readRows(
      await project.assay(
        'show',
        '--inline',
        `select cast(sum(trials * cast(arm as integer) * (replay * 7 + batch)) as bigint) as shown, cast(sum(sales * cast(arm as integer) * (replay * 7 + batch)) as bigint) as sold from {{ref "plays"}}`,
        '--output',
        'json',
        '--numbers',
      ),
    )
    expect(sums).toEqual({ shown: 1_083_402_980, sold: 70_959_015 })
  })
})
