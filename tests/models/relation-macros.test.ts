/** Macros that look at tables before they write SQL give what dbt_utils gives, on every database. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, testTargets, type TestProject } from '../support/test-project.ts'
import { type Row, readRows } from './rows.ts'

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'relation macros on $name',
  ({ adapter }) => {
    let project: TestProject
    const rows = async (query: string, ...more: readonly string[]): Promise<readonly Row[]> =>
      readRows(
        await project.assay(
          'show',
          '--inline',
          query,
          '--output',
          'json',
          '--limit',
          '-1',
          ...more,
        ),
      )
    const list = async (value: string) => {
      const [row] = await rows(`select '{{join ${value} "|"}}' as found`)
      return row?.['found']
    }

    beforeAll(async () => {
      project = await createTestProject(adapter, {
        files: {
          'assay.yml': `name: library\n${testTargets}`,
          'seeds/events_1.csv': 'id,name,favorite_color\n1,drew,red\n2,bob,\n3,alice,red\n',
          'seeds/events_2.csv': 'id,favorite_color,amount\n3,green,1.5\n4,"it\'s",2.5\n',
          'models/empty_one.sql': "select cast(1 as integer) as id, cast('' as varchar) as name",
          'models/late.sql': 'select cast(1 as bigint) as id, \'x\' as "Name", true as is_on',
        },
      })
      const built = await project.assay('build')
      if (built.exitCode !== 0) throw new Error(built.stderr + built.stdout)
    })

    test('M9: generate_surrogate_key, with NULLs as a text of their own or as empty texts', async () => {
      const query = `select {{dbt_utils.generate_surrogate_key (list "a")}} as one, {{generate_surrogate_key (list "a" "b" "c")}} as three from (values ('a', 'b', 'c'), (null, null, null)) as given(a, b, c) order by a`
      expect(await rows(query)).toEqual([
        { one: '0cc175b9c0f1b6a831c399e269772661', three: '7b193b3d33184464106f41ddf733783b' },
        {
          one: expect.stringMatching(/^f14cc5cd/),
          three: expect.stringMatching(/^2fa54919/),
        },
      ])
      const vars = ['--vars', '{surrogate_key_treat_nulls_as_empty_strings: true}']
      expect((await rows(query, ...vars))[1]).toEqual({
        // md5('') and md5('--')
        one: 'd41d8cd98f00b204e9800998ecf8427e',
        three: 'cfab1ba8c67c7c838db98d666f02a132',
      })
    })

    test('M9: star with alias, except, prefix, suffix and rename', async () => {
      const star = async (call: string) =>
        Object.keys(
          (
            await rows(`select {{dbt_utils.star ${call}}} from {{ref "events_1"}} as e limit 1`)
          )[0] ?? {},
        )
      expect(await star('from=(ref "events_1")')).toEqual(['id', 'name', 'favorite_color'])
      expect(await star('(ref "events_1") except=(list "NAME") relation_alias="e"')).toEqual([
        'id',
        'favorite_color',
      ])
      expect(await star('(ref "events_1") prefix="p_" suffix="_S"')).toEqual([
        'p_id_S',
        'p_name_S',
        'p_favorite_color_S',
      ])
      expect(
        await star(
          '(ref "events_1") rename=(dict name="who") except=(list "id") quote_identifiers=false',
        ),
      ).toEqual(['who', 'favorite_color'])
      expect(
        await rows(
          'select 1 as x {{star (ref "events_1") except=(list "id" "name" "favorite_color")}}',
        ),
      ).toEqual([{ x: 1 }])
    })

    test('M9: union_relations has all columns in the order of their first mention', async () => {
      const union = '(list (ref "events_1") (ref "events_2"))'
      const found = await rows(
        `select * from ({{dbt_utils.union_relations relations=${union}}}) as u order by id, favorite_color`,
      )
      const from = (name: string) => expect.stringMatching(new RegExp(`"${name}"$`))
      expect(found).toEqual([
        {
          _dbt_source_relation: from('events_1'),
          id: 1,
          name: 'drew',
          favorite_color: 'red',
          amount: null,
        },
        {
          _dbt_source_relation: from('events_1'),
          id: 2,
          name: 'bob',
          favorite_color: null,
          amount: null,
        },
        {
          _dbt_source_relation: from('events_2'),
          id: 3,
          name: null,
          favorite_color: 'green',
          amount: 1.5,
        },
        {
          _dbt_source_relation: from('events_1'),
          id: 3,
          name: 'alice',
          favorite_color: 'red',
          amount: null,
        },
        {
          _dbt_source_relation: from('events_2'),
          id: 4,
          name: null,
          favorite_color: "it's",
          amount: 2.5,
        },
      ])
      const chosen = await rows(
        `select * from ({{union_relations ${union} exclude=(list "NAME" "amount") source_column_name="" where="id > 2" column_override=(dict id="varchar")}}) as u order by id, favorite_color`,
      )
      expect(chosen).toEqual([
        { id: '3', favorite_color: 'green' },
        { id: '3', favorite_color: 'red' },
        { id: '4', favorite_color: "it's" },
      ])
      const widest = await rows(
        'select * from ({{union_relations (list (ref "empty_one") (ref "late")) include=(list "id" "name") source_column_name=""}}) as u order by name',
      )
      expect(widest).toEqual([
        { id: 1, name: '' },
        { id: 1, name: 'x' },
      ])
      const both = await project.assay(
        'show',
        '--inline',
        `{{union_relations ${union} include=(list "a") exclude=(list "b")}}`,
      )
      expect(both.stderr).toContain('union_relations: expected include or exclude, found both')
    })

    test('M9: date_spine ends before its end; generate_series does not', async () => {
      const days = await rows(
        `select cast(date_day as varchar) as d from ({{dbt_utils.date_spine "day" "cast('2018-01-01' as date)" "cast('2018-01-10' as date)"}}) as s order by 1`,
      )
      expect(days.map((row) => row['d'])).toEqual(
        [1, 2, 3, 4, 5, 6, 7, 8, 9].map((day) => `2018-01-0${day} 00:00:00`),
      )
      const months = await rows(
        `select cast(date_month as varchar) as d from ({{date_spine "month" "'2018-01-31'" "(select max(d) from (values (date '2018-04-01')) as x(d))"}}) as s order by 1`,
      )
      expect(months.map((row) => row['d'])).toEqual([
        '2018-01-31 00:00:00',
        '2018-02-28 00:00:00',
        '2018-03-31 00:00:00',
      ])
      expect(await rows('{{date_spine "day" "\'2018-01-10\'" "\'2018-01-01\'"}}')).toEqual([])
      const numbers = await rows(
        'select sum(generated_number) as n, count(*) as c from ({{dbt_utils.generate_series 10}}) as s',
      )
      expect(numbers.map(({ n, c }) => [Number(n), Number(c)])).toEqual([[55, 10]])
    })

    test('M9: pivot over get_column_values, with quotes and prefixes', async () => {
      const columns =
        '{{dbt_utils.pivot "favorite_color" (dbt_utils.get_column_values (ref "events_2") "favorite_color" order_by="favorite_color") prefix="n "}}'
      expect(await rows(`select ${columns} from {{ref "events_2"}}`)).toEqual([
        { 'n green': 1, "n it's": 1 },
      ])
      expect(
        await rows(
          'select {{pivot "favorite_color" (get_column_values (ref "events_1") "favorite_color") agg="max" then_value="id" else_value="null" quote_identifiers=false suffix="-id"}} from {{ref "events_1"}}',
        ),
      ).toEqual([{ red_id: 3, null_id: 2 }])
    })

    test('M9: unpivot', async () => {
      expect(
        await rows(
          'select * from ({{dbt_utils.unpivot relation=(ref "events_1") cast_to="varchar" exclude=(list "ID") remove=(list "name") field_name="prop" value_name="val"}}) as u order by id',
        ),
      ).toEqual([
        { id: 1, prop: 'favorite_color', val: 'red' },
        { id: 2, prop: 'favorite_color', val: null },
        { id: 3, prop: 'favorite_color', val: 'red' },
      ])
      expect(
        await rows(
          'select field_name, value from ({{unpivot (ref "late")}}) as u order by field_name',
        ),
      ).toEqual([
        { field_name: 'Name', value: 'x' },
        { field_name: 'id', value: '1' },
        { field_name: 'is_on', value: 'true' },
      ])
    })

    test('M9: deduplicate keeps the first row of each group', async () => {
      expect(
        await rows(
          'with e as (select id, coalesce(favorite_color, \'none\') as color from {{ref "events_1"}}) select id, color from ({{dbt_utils.deduplicate relation="e" partition_by="color" order_by="id desc"}}) as d order by id',
        ),
      ).toEqual([
        { id: 2, color: 'none' },
        { id: 3, color: 'red' },
      ])
    })

    test('M9: get_column_values by count, with where, max_records and a default', async () => {
      expect(
        await list(
          '(get_column_values table=(ref "events_1") column="favorite_color" where="favorite_color is not null")',
        ),
      ).toBe('red')
      expect(
        await list('(get_column_values (ref "events_1") "coalesce(favorite_color, \'none\')")'),
      ).toBe('red|none')
      expect(
        await list(
          '(get_column_values (ref "events_1") "name" order_by="min(id) desc" max_records=2)',
        ),
      ).toBe('alice|bob')
      expect(
        await list(
          '(dbt_utils.get_column_values (relation_named "nowhere" "gone") "x" default=(list "a" "b"))',
        ),
      ).toBe('a|b')
      const missing = await project.assay(
        'show',
        '--inline',
        'select \'{{join (get_column_values (relation_named "nowhere" "gone") "x")}}\'',
      )
      expect(missing.exitCode).not.toBe(0)
    })

    test('M9: get_single_value, get_query_results_as_dict, get_filtered_columns_in_relation', async () => {
      expect(
        await rows(
          'select {{get_single_value (concat "select max(id) from " (ref "events_1"))}} as x',
        ),
      ).toEqual([{ x: 3 }])
      expect(
        await rows(
          'select {{dbt_utils.get_single_value "select 1 as a where 1 = 2" default=7}} as x',
        ),
      ).toEqual([{ x: 7 }])
      expect(
        await list(
          '(lookup (get_query_results_as_dict (concat "select id, name from " (ref "events_1") " order by id")) "name")',
        ),
      ).toBe('drew|bob|alice')
      expect(
        await list('(get_filtered_columns_in_relation from=(ref "events_1") except=(list "Name"))'),
      ).toBe('id|favorite_color')
    })

    test('M9: get_relations_by_pattern and by_prefix', async () => {
      const schema = 'target.schema'
      const union = `select count(*) as n from ({{union_relations (dbt_utils.get_relations_by_prefix ${schema} "EVENTS_" exclude="%2")}}) as u`
      expect((await rows(union)).map(({ n }) => Number(n))).toEqual([3])
      const all = `select count(*) as n from ({{union_relations (get_relations_by_pattern ${schema} "events%")}}) as u`
      expect((await rows(all)).map(({ n }) => Number(n))).toEqual([5])
    })

    test('M9: nullcheck_table, group_by; C12: listagg, any_value, bool_or, except, intersect', async () => {
      expect(await rows('{{dbt_utils.nullcheck_table (ref "empty_one")}}')).toEqual([
        { id: 1, name: null },
      ])
      expect(
        await rows(
          'select favorite_color, id > 2 as late, count(*) as n from {{ref "events_1"}} where id <> 2 {{dbt_utils.group_by 2}} order by 2',
        ),
      ).toEqual([
        { favorite_color: 'red', late: false, n: 1 },
        { favorite_color: 'red', late: true, n: 1 },
      ])
      expect(
        await rows(
          `select {{dbt.listagg "name" "','" "order by id desc"}} as l, {{dbt.listagg measure="name" delimiter_text="'_|_'" order_by_clause="order by id" limit_num=2}} as two, {{dbt.any_value "favorite_color"}} as some, {{dbt.bool_or "id > 2"}} as b, {{percentile "id" 0.25}} as p from {{ref "events_1"}}`,
        ),
      ).toEqual([{ l: 'alice,bob,drew', two: 'drew_|_bob', some: 'red', b: true, p: 1.5 }])
      const ids =
        'select id from {{ref "events_1"}} {{dbt.OP}} select id from {{ref "events_2"}} order by id'
      expect(await rows(ids.replace('OP', 'except'))).toEqual([{ id: 1 }, { id: 2 }])
      expect(await rows(ids.replace('OP', 'intersect'))).toEqual([{ id: 3 }])
    })

    test('M9: log_info writes the time before the message', async () => {
      const ran = await project.assay('run-operation', 'log_info', '--args', '{message: half way}')
      expect(ran.stdout + ran.stderr).toMatch(/\d\d:\d\d:\d\d \+ half way/)
    })
  },
)
