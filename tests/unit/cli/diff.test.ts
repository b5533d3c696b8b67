/** `assay diff`: its words and flags to options, its value to text. */
import { expect, test } from 'vitest'
import { parseCommandLine } from '../../../src/cli/arguments/parse-command-line.ts'
import { UsageError } from '../../../src/cli/arguments/usage-error.ts'
import { paintWith } from '../../../src/cli/render/colours.ts'
import { diffText } from '../../../src/cli/render/data/diff.ts'

function callOf(words: string) {
  const line = { argv: words.split(' '), env: {}, version: '9.9.9', width: 80 }
  const parsed = parseCommandLine(line)
  return parsed.kind === 'request' ? parsed.request.call : undefined
}

function refusal(words: string): string {
  try {
    callOf(words)
    return 'not refused'
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return error.message
  }
}

const none = {
  select: [],
  exclude: [],
  indirectSelection: 'eager',
  resourceTypes: [],
  excludeResourceTypes: [],
}

test('words and flags', () => {
  expect(callOf('diff dev ci')).toEqual({
    name: 'diff',
    options: { ...none, a: 'dev', b: 'ci', key: [], limit: 5 },
    output: 'text',
  })
  expect(
    callOf('diff dev:silver ci -s orders --key day,shop --limit -1 --tolerance 1e-6 --output json'),
  ).toEqual({
    name: 'diff',
    options: {
      ...none,
      select: ['orders'],
      a: 'dev:silver',
      b: 'ci',
      key: ['day', 'shop'],
      limit: -1,
      tolerance: 1e-6,
    },
    output: 'json',
  })
})

test.each([
  ['diff', 'expected A and B after "assay diff", found nothing'],
  ['diff dev', 'expected A and B after "assay diff", found "dev"'],
  ['diff a b c', 'expected A and B after "assay diff", found "a", "b", "c"'],
  ['diff a b --limit -2', 'expected a whole number from -1 for --limit, found "-2"'],
  ['diff a b --tolerance -1', 'expected a number from 0 for --tolerance, found "-1"'],
  ['diff a b --tolerance x', 'expected a number from 0 for --tolerance, found "x"'],
  ['build dev', 'expected flags after "assay build", found "dev"'],
])('%s is refused', (words, message) => {
  expect(refusal(words)).toBe(message)
})

test('a column that differs in one row of a million is not said to match', () => {
  const base = {
    uniqueId: 'model.shop.orders',
    name: 'orders',
    relations: { a: 'silver.orders', b: 'silver.orders' },
  } as const
  const rows = {
    key: { columns: ['id'], from: '--key' },
    tolerance: 1e-9,
    counts: { a: 1_000_000, b: 1_000_000 },
    repeatedKeys: { a: 0, b: 0 },
    common: 1_000_000,
    different: 1_000_000,
    onlyInA: { count: 0, rows: [] },
    onlyInB: { count: 0, rows: [] },
    columns: [
      { name: 'never', equal: 0 },
      { name: 'once', equal: 1 },
      { name: 'nearly', equal: 999_999 },
      { name: 'always', equal: 1_000_000 },
    ],
    names: ['id', 'never', 'once', 'nearly', 'always'],
    samples: [],
  } as const
  const columns = { onlyInA: [], onlyInB: [], types: [], volatile: ['loaded_at'] }
  const value = {
    a: 'dev',
    b: 'ci',
    nodes: [
      { ...base, status: 'different', columns, rows },
      { ...base, status: 'missing', missingIn: 'a' },
    ],
  } as const
  expect([...diffText(value, { paint: paintWith(false), width: undefined })]).toEqual([
    'differs  silver.orders  1,000,000 of 1,000,000 rows differ',
    'missing  silver.orders  only in B (ci)',
    '',
    'silver.orders',
    '  rows     1,000,000 in A (dev), 1,000,000 in B (ci)',
    '  key      id (--key)',
    '  left out loaded_at (volatile)',
    '  match    never     0.00%  1,000,000 of 1,000,000 rows differ',
    '           once      0.01%  999,999 of 1,000,000 rows differ',
    '           nearly   99.99%  1 of 1,000,000 rows differ',
    '           1 other column matches everywhere',
    '',
    '  rows that differ: 1,000,000',
    '',
    '2 relations of dev (A) and ci (B): 1 differs and 1 missing on one side',
  ])
})
