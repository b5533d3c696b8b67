import { expect, test } from 'vitest'
import { rowStates } from '../../../scripts/dbt-rows/row-states.ts'

const row = { weight: 'must', feature: 'x' } as const

test('a row is covered by the tests that name it, alone, in a list or in a range', () => {
  const rows = { D5: row, D6: row, D7: row, H1: row, K2: row }
  const states = rowStates(rows, ['cases > incremental [D5-D6, H1]', 'D6: merges', 'K20: other'])
  expect(states.map(({ id, state }) => [id, state])).toEqual([
    ['D5', { kind: 'covered', tests: 1 }],
    ['D6', { kind: 'covered', tests: 2 }],
    ['D7', { kind: 'missing' }],
    ['H1', { kind: 'covered', tests: 1 }],
    ['K2', { kind: 'missing' }],
  ])
})

test('a status counts with its reason only', () => {
  const rows = {
    A1: { ...row, status: 'later', why: 'part 9' },
    A2: { ...row, status: 'different' },
  } as const
  expect(rowStates(rows, []).map(({ state }) => state)).toEqual([
    { kind: 'reason', status: 'later', why: 'part 9' },
    { kind: 'missing' },
  ])
})
