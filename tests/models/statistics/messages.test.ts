/** Every macro that gives rows of statistics has `message`, and says by it that rows of NULLs have no answer. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../../support/adapters.ts'
import { type Asked, createAsked } from './ask.ts'

const folder = join(import.meta.dirname, '../../../library/macros/statistics')

/** Those that take a relation and keys and have a page of their own: a comment right above them. */
const macros = readdirSync(folder)
  .toSorted()
  .flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8')
    const heads = text.matchAll(/--\}\}\s*\{\{#macro "(\w+)" "rel" "keys"((?: "\w+")*)/g)
    return [...heads].map(([, name = '', rest = '']) => ({
      name,
      columns: [...rest.matchAll(/"(\w+)"/g)].flatMap(([, column]) => column ?? []),
    }))
  })
  .filter(({ name }) => name !== 'plan_rows')

/** Columns that are numbers in all of them, so that one row is input to each. */
function callOf({ name, columns }: (typeof macros)[number]): string {
  const given = columns.map(
    (column) => `${column}=${column === 'covariates' ? '(list "x")' : '"x"'}`,
  )
  const rows = `(select 'a' as g, cast(null as double precision) as x)`
  return `${name} "${rows}" keys=(list "g") ${given.join(' ')}`
}

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'messages on $name',
  ({ adapter }) => {
    let asked: Asked
    beforeAll(async () => {
      asked = await createAsked(adapter)
    })

    test('these are all that the statistics have', () => {
      expect(macros.map(({ name }) => name).toSorted()).toEqual([
        'adjust_p_values',
        'bandit_weights',
        'beta_posterior',
        'cuped',
        'gaussian_posterior',
        'interaction_test',
        'logistic_regression',
        'minimum_detectable_effect',
        'off_policy_value',
        'ratio_metric_test',
        'ratio_moments_test',
        'sample_size',
        'sequential_interval',
        'srm_test',
        'test_power',
        'two_proportion_test',
        'welch_test',
      ])
    })

    test.each(macros)('$name: rows of NULLs have a message, and are no error', async (macro) => {
      const rows = await asked.ask(callOf(macro), '1')
      expect(rows.length).toBeGreaterThan(0)
      for (const row of rows) {
        expect(row['g']).toBe('a')
        expect(String(row['message'])).toMatch(/\w+ \w+/)
      }
    })
  },
)
