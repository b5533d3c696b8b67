/** The macros `norm_cdf` and `norm_ppf` against reference values. */
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createLibrary, valuesOf } from './library.ts'
import { numberIn } from './rows.ts'
import truth from './truth/distribution_cases.json' with { type: 'json' }

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'the normal distribution on $name',
  ({ adapter }) => {
    test('norm_cdf', async () => {
      const library = await createLibrary(adapter)
      const rows = await library.rows(
        `select i, {{norm_cdf "x"}} as y from ${numbered(truth.normcdf.x)} as points order by i`,
      )
      expect(rows).toHaveLength(truth.normcdf.x.length)
      for (const row of rows) {
        const known = truth.normcdf.y[numberIn(row, 'i')] ?? Number.NaN
        const error = Math.abs(numberIn(row, 'y') - known)
        expect(error).toBeLessThan(3e-16)
        expect(error / known).toBeLessThan(1e-12)
      }
    })

    test('norm_ppf', async () => {
      const library = await createLibrary(adapter)
      const rows = await library.rows(
        `select i, {{norm_ppf "x"}} as y from ${numbered(truth.norminv.p)} as points order by i`,
      )
      expect(rows).toHaveLength(truth.norminv.p.length)
      for (const row of rows) {
        const known = truth.norminv.y[numberIn(row, 'i')] ?? Number.NaN
        expect(Math.abs(numberIn(row, 'y') - known)).toBeLessThanOrEqual(Math.abs(known) * 2e-15)
      }
    })

    test('beyond their range', async () => {
      const library = await createLibrary(adapter)
      const [row] = await library.rows(
        `select {{norm_cdf "low"}} as low, {{norm_cdf "high"}} as high, {{norm_cdf "nothing"}} as unknown,
           {{norm_ppf "zero"}} as at_zero, {{norm_ppf "one"}} as at_one, {{norm_ppf "nothing"}} as at_null
         from (select -1e10 as low, 40 as high, 0 as zero, 1 as one, cast(null as integer) as nothing) as given`,
      )
      expect(row).toEqual({
        low: 0,
        high: 1,
        unknown: null,
        at_zero: null,
        at_one: null,
        at_null: null,
      })
    })
  },
)

function numbered(values: readonly number[]): string {
  const rows = values.map((value, index) => [String(index), `cast('${value}' as double precision)`])
  return valuesOf(['i', 'x'], rows)
}
