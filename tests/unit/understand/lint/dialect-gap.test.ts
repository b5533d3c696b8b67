/** `dialect-gap` is said of projects with targets on several databases, of what their SQL shows, and of nothing else. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { dialectGaps } from '../../../../src/understand/lint/dialect-gaps.ts'
import { settingsWith } from '../../project/parsed-project.ts'
import { lintOf } from './lint-of.ts'

const both = settingsWith(
  '  pg: { type: postgres, host: localhost, user: me, database: shop }\ntarget: dev\n',
)

function gapsOf(sql: string, macros = '', settings = both): readonly string[] {
  const files = { 'assay.yml': settings, 'models/m.sql': sql, 'macros/m.sql': macros }
  return lintOf(files).filter((line) => line.includes('dialect-gap'))
}

describe('dialect-gap', () => {
  const found = [
    'select a, b from x qualify row_number() over (partition by a order by b) = 1',
    'select a, count(*) as n from x group by all',
    'select a from x order by all',
    'select * from x asof join y using (at)',
    'select 1 union all by name select 2',
    'select * exclude (a) from x',
    'select x.* replace (1 as a) from x',
    'select a, b, from x',
    'select a == 1 as b from x',
    "select a ~ 'b' as c from x",
    "select a ~* 'b' as c from x",
    "select a similar to 'b' as c from x",
    'select 1 / 2 as h from x',
    'select 100 * count(*) / 7 as h from x',
    'select count(a) / nullif(count(*), 0) as h from x',
    'select sum(case when a then 1 else 0 end) / count(*) as h from x',
    'select cast(a as float) as b from x',
    'select a::numeric as b from x',
    "select format('{}', a) as b from x",
    'select median(a) as b from x',
    "select to_char(a, 'YYYY') as b from x",
  ]
  test.each(found)('%s', (sql) => expect(gapsOf(sql)).toHaveLength(1))

  const fine = [
    'select qualify, x.qualify as q from x where qualify order by qualify',
    "select a * replace(b, 'c', '1')::integer as d from x",
    'select exclude from x',
    'select 1.0 / 2 as h from x',
    'select 1.0 * count(*) / 2 as h from x',
    'select count(*) / 2.0 as h, count(*) / count(*)::numeric(9, 2) as i from x',
    'select count(*)::double precision / 2 as h, a / 2 as i, sum(a) / count(*) as j from x',
    'select sum(case when a then 1 else 0.5 end) / count(*) as h from x',
    'select cast(a as numeric(9, 2)) as b, a::varchar as c, a::varchar(3) as e, a::double precision as d from x',
    'select x.median, m.list(a) as b, median from x',
    "select 'group by all' as a -- qualify x\nfrom x",
    'select {{safe_divide "count(*)" "2"}} as h, {{datediff "a" "b" "day"}} as d from x',
    '{{#if (eq target.type "duckdb")}}select median(a) as b from x{{else}}select 1 as b{{/if}}',
    '{{config lint_off=(list "dialect-gap")}}select median(a) as b from x',
  ]
  test.each(fine)('not %s', (sql) => expect(gapsOf(sql)).toEqual([]))

  test('not in a project on one database', () => {
    expect(gapsOf('select median(a) as b from x', '', settingsWith(''))).toEqual([])
    expect(
      gapsOf(
        'select median(a) as b from x',
        '',
        settingsWith('  two: { type: duckdb, path: b.duckdb }\ntarget: dev\n'),
      ),
    ).toEqual([])
  })

  test('what the variant of a macro for one database writes is meant for that one', () => {
    const macro = (head: string) => `{{#macro "middle" "x" ${head}}}\nmedian({{x}})\n{{/macro}}`
    const sql = 'select {{middle "a"}} as b from x'
    expect(gapsOf(sql, `${macro('adapter="duckdb"')}\n${macro('adapter="postgres"')}`)).toEqual([])
    expect(gapsOf(sql, macro(''))).toEqual([
      'models/m.sql:1:8 dialect-gap: expected SQL that all targets read alike, found "median": Postgres has none = use {{percentile "x" 0.5}} (macros/m.sql:2:1 the SQL stands here)',
    ])
  })

  test('docs/dialect-gaps.md lists each', () => {
    const here = dirname(fileURLToPath(import.meta.url))
    const page = readFileSync(join(here, '..', '..', '..', '..', 'docs', 'dialect-gaps.md'), 'utf8')
    const missing = Object.keys(dialectGaps).filter((name) => !page.includes(`\`${name}\``))
    expect(missing).toEqual([])
  })
})
