/** The folder that a pattern is in, whatever its wildcards match. */
import { expect, test } from 'vitest'
import { fixedFolder } from '../../../src/load/loaders/files/missing-folders.ts'

test.each([
  ['incoming/*.jsonl', 'incoming'],
  ['incoming/orders/2026-??/a.csv', 'incoming/orders'],
  ['incoming/**/*.csv', 'incoming'],
  ['incoming/{a,b}/x.csv', 'incoming'],
  ['incoming/orders.csv', 'incoming'],
  ['orders.csv', '.'],
  ['*.csv', '.'],
  ['**/orders.csv', '.'],
  ['../drop/[ab]/*.csv', '../drop'],
  ['/mnt/drop/orders_*.csv', '/mnt/drop'],
  ['/*.csv', '/'],
])('%s is in %s', (pattern, folder) => {
  expect(fixedFolder(pattern)).toBe(folder)
})
