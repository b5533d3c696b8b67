/** The macros `beta_cdf`, `student_t_sf` and `chi2_sf` against reference values, against another library, and at their ends. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../../support/adapters.ts'
import { createLibrary, type Library, valuesOf } from '../library.ts'
import { numberIn } from '../rows.ts'
import truth from '../truth/distributions.json' with { type: 'json' }
import { literal } from './ask.ts'
import { betaCdf, chiSquareTail, studentTwoSided } from './oracle.ts'

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'distributions on $name',
  ({ adapter }) => {
    let library: Library
    beforeAll(async () => {
      library = await createLibrary(adapter)
    })

    async function valuesAt(macro: string, points: readonly (readonly number[])[]) {
      const columns = ['i', 'a', 'b', 'c'].slice(0, 1 + (points[0]?.length ?? 0))
      const rel = valuesOf(
        columns,
        points.map((point, i) => [String(i), ...point.map(literal)]),
      )
      const rows = await library.rows(`select i, ${macro} as y from ${rel} as points order by i`)
      expect(rows).toHaveLength(points.length)
      return rows.map((row) => numberIn(row, 'y'))
    }

    /** The greatest relative difference where the answer is not next to 1, and the greatest absolute one. */
    function worst(found: readonly number[], known: readonly number[]) {
      const absolute = found.map((value, i) => Math.abs(value - (known[i] ?? Number.NaN)))
      const relative = absolute.map((error, i) => error / (known[i] ?? Number.NaN))
      return {
        absolute: Math.max(...absolute),
        relative: Math.max(...relative.filter((_, i) => (known[i] ?? 0) > 1e-60)),
      }
    }

    test('student_t_sf', async () => {
      const { t, df, y } = truth.student_t_sf
      const points = t.map((each, i) => [each, df[i] ?? Number.NaN])
      const found = await valuesAt('{{student_t_sf "a" "b"}}', points)
      expect(worst(found, y).absolute).toBeLessThan(1e-12)
      expect(worst(found, y).relative).toBeLessThan(1e-11)
      // The other library loses digits next to 0.
      const far = points.flatMap(([at = 0, n = 0], i) =>
        Math.abs(at) < 1e-3 ? [] : [{ value: found[i] ?? 0, at, other: studentTwoSided(at, n) }],
      )
      const twice = far.map(({ value, at }) => 2 * (at > 0 ? value : 1 - value))
      const other = far.map((each) => each.other)
      expect(worst(twice, other).absolute).toBeLessThan(1e-12)
    })

    test('chi2_sf', async () => {
      const { x, df, y } = truth.chi2_sf
      const points = x.map((each, i) => [each, df[i] ?? Number.NaN])
      const found = await valuesAt('{{chi2_sf "a" "b"}}', points)
      expect(worst(found, y).absolute).toBeLessThan(1e-12)
      expect(worst(found, y).relative).toBeLessThan(1e-11)
      const other = points.map(([at = 0, n = 0]) => chiSquareTail(at, n))
      expect(worst(found, other).absolute).toBeLessThan(1e-12)
    })

    test('beta_cdf', async () => {
      const { x, alpha, beta, y } = truth.beta_cdf
      const points = x.map((each, i) => [each, alpha[i] ?? Number.NaN, beta[i] ?? Number.NaN])
      const found = await valuesAt('{{beta_cdf "a" "b" "c"}}', points)
      expect(worst(found, y).absolute).toBeLessThan(1e-11)
      expect(worst(found, y).relative).toBeLessThan(1e-10)
      const other = points.map(([at = 0, a = 0, b = 0]) => betaCdf(at, a, b))
      expect(worst(found, other).absolute).toBeLessThan(1e-11)
    })

    test('the quantile of Student that intervals are made of', async () => {
      const rel = valuesOf(
        ['df'],
        truth.student_t_critical
          .filter(({ level }) => level === 0.95)
          .map(({ df }) => [`cast(${df} as double precision)`]),
      )
      const queries = [0.8, 0.95, 0.999].map(
        (level) =>
          `select ${level} as level, df, critical from {{student_t_critical "${rel}" ${level}}} as t${level * 1000}`,
      )
      const rows = await library.rows(queries.join(' union all '))
      const found = new Map(
        rows.map((row) => [
          `${Number(row['level'])} ${numberIn(row, 'df')}`,
          numberIn(row, 'critical'),
        ]),
      )
      for (const { level, df, critical } of truth.student_t_critical) {
        const error = Math.abs((found.get(`${level} ${df}`) ?? Number.NaN) / critical - 1)
        expect(error, `${level} ${df}`).toBeLessThan(1e-12)
      }
    })

    test('at their ends, for NULL, and for parameters that are none', async () => {
      const [row] = await library.rows(
        `select
           {{beta_cdf "zero" "one" "one"}} as beta_0, {{beta_cdf "one" "one" "one"}} as beta_1,
           {{beta_cdf "2" "one" "one"}} as beta_2, {{beta_cdf "nothing" "one" "one"}} as beta_null,
           {{beta_cdf "one" "zero" "one"}} as beta_none,
           {{student_t_sf "zero" "one"}} as t_0, {{student_t_sf "1e200" "one"}} as t_far,
           {{student_t_sf "-1e200" "one"}} as t_far_below, {{student_t_sf "nothing" "one"}} as t_null,
           {{student_t_sf "one" "nothing"}} as t_df_null, {{student_t_sf "one" "zero"}} as t_none,
           {{chi2_sf "zero" "one"}} as chi_0, {{chi2_sf "-3" "one"}} as chi_below,
           {{chi2_sf "1e200" "one"}} as chi_far, {{chi2_sf "3000" "one"}} as chi_tiny,
           {{chi2_sf "nothing" "one"}} as chi_null, {{chi2_sf "one" "-1"}} as chi_none
         from (select 0 as zero, 1 as one, cast(null as integer) as nothing) as given`,
      )
      expect(row).toEqual({
        beta_0: 0,
        beta_1: 1,
        beta_2: 1,
        beta_null: null,
        beta_none: null,
        t_0: 0.5,
        t_far: 0,
        t_far_below: 1,
        t_null: null,
        t_df_null: null,
        t_none: null,
        chi_0: 1,
        chi_below: 1,
        chi_far: 0,
        chi_tiny: 0,
        chi_null: null,
        chi_none: null,
      })
    })
  },
)
