/** dbt's cross-database macros, and those of dates and numbers, give the same on every database. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createLibrary, type Library } from './library.ts'

/** Title, SQL expressions by what they give. Dates and times are compared as texts. */
const expressions: Readonly<Record<string, readonly (readonly [string, unknown])[]>> = {
  'C12: concat, length, replace, right, position, split_part': [
    [`{{dbt.concat (list "'a'" "'b'" "'c'")}}`, 'abc'],
    [`{{dbt.concat (list "'a'" "null")}}`, null],
    [`{{dbt.length "'grün'"}}`, 4],
    [`{{dbt.replace "'a,b,c'" "','" "'; '"}}`, 'a; b; c'],
    [`{{dbt.right "'12abcd34'" 2}}`, '34'],
    [`{{dbt.right "'fishtown'" 0}}`, ''],
    [`{{dbt.position "'land'" "'clover island'"}}`, 10],
    [`{{dbt.position "'x'" "'land'"}}`, 0],
    [`{{dbt.split_part "'a|b|c'" "'|'" 1}}`, 'a'],
    [`{{dbt.split_part "'a|b|c'" "'|'" -1}}`, 'c'],
    [`{{dbt.split_part "'a|b|c'" "'|'" 4}}`, ''],
  ],
  'C12: hash, cast, safe_cast, cast_bool_to_text, string_literal, escape_single_quotes, equals': [
    [`{{dbt.hash "'ab'"}}`, '187ef4436122d1cc2f40dc2b92f0eba0'],
    [`{{dbt.hash "1"}}`, 'c4ca4238a0b923820dcc509a6f75849b'],
    [`{{dbt.hash "null"}}`, null],
    [`{{dbt.cast "'12'" (dbt.type_int)}} + 1`, 13],
    [`{{dbt.safe_cast "'abc'" (dbt.type_string)}}`, 'abc'],
    [`{{dbt.safe_cast "'abc'" (dbt.type_int)}}`, null],
    [`{{dbt.safe_cast "'2147483648'" (dbt.type_int)}}`, null],
    [`{{dbt.safe_cast "' 42'" (dbt.type_bigint)}}`, 42],
    [`{{dbt.safe_cast "'1.5'" (dbt.type_float)}}`, 1.5],
    [`cast({{dbt.safe_cast "'1.25'" (dbt.type_numeric)}} as varchar)`, '1.250000'],
    [`cast({{dbt.safe_cast "'2024-02-30'" "date"}} as varchar)`, null],
    [`cast({{dbt.safe_cast "'2024-02-29 10:00'" "date"}} as varchar)`, '2024-02-29'],
    ['{{dbt.cast_bool_to_text "1 = 1"}}', 'true'],
    ['{{dbt.cast_bool_to_text "1 = 2"}}', 'false'],
    [`{{dbt.string_literal (dbt.escape_single_quotes "they're")}}`, "they're"],
    ['{{dbt.equals "null" "null"}}', true],
    ['{{dbt.equals "1" "null"}}', false],
    ['{{dbt.equals "1" "1"}}', true],
  ],
  'C12: type_* names a type that both engines have': [
    [`cast(cast('1.23456789012345' as {{dbt.type_float}}) * 1e14 as bigint)`, 123_456_789_012_345],
    [`cast(cast('1.1234567' as {{dbt.type_numeric}}) as varchar)`, '1.123457'],
    [`cast('x' as {{dbt.type_string}})`, 'x'],
    [`cast(cast('2024-01-01' as {{dbt.type_timestamp}}) as varchar)`, '2024-01-01 00:00:00'],
    ['cast(1 as {{dbt.type_boolean}})', true],
    ["{{dbt.current_timestamp}} > cast('2024-01-01' as timestamptz)", true],
  ],
  'C12: array_construct, array_append, array_concat': [
    [`array_to_string({{dbt.array_construct (list 1 2)}}, ',')`, '1,2'],
    [`array_to_string({{dbt.array_append (dbt.array_construct (list 1 2)) 3}}, ',')`, '1,2,3'],
    [`array_to_string({{dbt.array_append (dbt.array_construct) 3}}, ',')`, '3'],
    [
      `array_to_string({{dbt.array_concat (dbt.array_construct (list 1)) (dbt.array_construct (list 2 3))}}, ',')`,
      '1,2,3',
    ],
  ],
  'C12: dateadd, date_trunc, last_day, date': [
    [
      `cast({{dbt.dateadd "day" 10 "cast('2018-01-01' as date)"}} as varchar)`,
      '2018-01-11 00:00:00',
    ],
    [
      `cast({{dbt.dateadd "month" 1 "cast('2018-01-31' as timestamp)"}} as varchar)`,
      '2018-02-28 00:00:00',
    ],
    [
      `cast({{dbt.dateadd datepart="quarter" interval=-1 from_date_or_timestamp="cast('2018-05-31' as timestamp)"}} as varchar)`,
      '2018-02-28 00:00:00',
    ],
    [
      `cast({{dbt.date_trunc "day" "cast('2018-01-05 12:00:00' as timestamp)"}} as varchar)`,
      '2018-01-05 00:00:00',
    ],
    [
      `cast({{dbt.date_trunc "month" "cast('2018-01-05' as date)"}} as varchar)`,
      '2018-01-01 00:00:00',
    ],
    [`cast({{dbt.date_trunc "week" "'2024-09-01'"}} as varchar)`, '2024-08-26 00:00:00'],
    [`cast({{dbt.last_day "cast('2018-01-02' as date)" "month"}} as varchar)`, '2018-01-31'],
    [`cast({{dbt.last_day "cast('2018-01-02' as date)" "quarter"}} as varchar)`, '2018-03-31'],
    [`cast({{dbt.last_day "cast('2018-01-02' as date)" "year"}} as varchar)`, '2018-12-31'],
    ['cast({{dbt.date 2023 9 10}} as varchar)', '2023-09-10'],
  ],
  'C12: datediff counts the borders between': [
    ['2018-01-01 01:00:00', '2018-01-02 01:00:00', 'day', 1],
    ['2018-01-01 23:59:00', '2018-01-02 00:01:00', 'day', 1],
    ['2018-01-01 01:00:00', '2018-02-01 01:00:00', 'month', 1],
    ['2018-01-31 01:00:00', '2018-02-01 01:00:00', 'month', 1],
    ['2018-01-01 01:00:00', '2019-01-01 01:00:00', 'year', 1],
    ['2018-12-31 01:00:00', '2018-10-01 01:00:00', 'quarter', 0],
    ['2018-12-31 01:00:00', '2019-01-01 00:00:00', 'quarter', 1],
    ['2018-01-01 01:00:00', '2018-01-01 02:00:00', 'hour', 1],
    ['1969-12-31 23:30:00', '1970-01-01 00:15:00', 'hour', 1],
    ['2018-01-01 01:00:00', '2018-01-01 02:01:00', 'minute', 61],
    ['2018-01-01 01:00:00', '2018-01-01 02:00:01', 'second', 3601],
    ['2018-01-01 00:00:00.9995', '2018-01-01 00:00:01', 'millisecond', 1],
    ['2018-01-01 00:00:00.5', '2018-01-01 00:00:00.500007', 'microsecond', 7],
    ['2019-12-31 00:00:00', '2019-12-27 00:00:00', 'week', -1],
    ['2019-12-31 00:00:00', '2019-12-30 00:00:00', 'week', 0],
    ['2019-12-31 00:00:00', '2020-01-02 00:00:00', 'week', 0],
    ['2019-12-31 00:00:00', '2020-01-06 02:00:00', 'week', 1],
  ].map(([from, to, part, expected]) => [
    `{{dbt.datediff "'${from}'" "'${to}'" "${part}"}}`,
    expected,
  ]),
  'M9: safe_add, safe_subtract, safe_divide': [
    ['{{dbt_utils.safe_add (list "1" "null" "3")}}', 4],
    ['{{dbt_utils.safe_subtract (list "null" "2" "3")}}', -5],
    ['{{dbt_utils.safe_divide "6" "4"}}', 1.5],
    ['{{dbt_utils.safe_divide "10 - 4" "2 + 2"}}', 1.5],
    ['{{dbt_utils.safe_divide "6" "0"}}', null],
    ['{{dbt_utils.safe_divide "6" "null"}}', null],
  ],
  'M9: width_bucket': [
    [190_000, 0],
    [200_000, 1],
    [290_000, 1],
    [320_000, 2],
    [399_999.99, 2],
    [400_000, 3],
    [470_000, 3],
    [510_000, 4],
    [600_000, 5],
    [610_000, 5],
  ].map(([amount, bucket]) => [
    `{{dbt_utils.width_bucket "cast(${amount} as numeric(12, 2))" 200000 600000 4}}`,
    bucket,
  ]),
  'M9: haversine_distance in miles and kilometres': [
    ['round({{dbt_utils.haversine_distance 48.864716 2.349014 52.379189 4.899431}})', 267],
    [
      'round({{dbt_utils.haversine_distance 48.864716 2.349014 52.379189 4.899431 unit="km"}})',
      430,
    ],
  ],
  'M9: get_url_host, get_url_path, get_url_parameter': [
    [`{{dbt_utils.get_url_host "'https://www.example.com/a/b?x=1'"}}`, 'www.example.com'],
    [`{{dbt_utils.get_url_host "'android-app://m.facebook.com/'"}}`, 'm.facebook.com'],
    [`{{dbt_utils.get_url_host "'www.example.com?x=1'"}}`, 'www.example.com'],
    [`{{dbt_utils.get_url_path "'https://www.example.com/a/b?x=1'"}}`, 'a/b'],
    [`{{dbt_utils.get_url_path "'www.example.com?x=/y'"}}`, ''],
    [`{{dbt_utils.get_url_path "'www.example.com'"}}`, ''],
    [
      `{{dbt_utils.get_url_parameter "'http://a.b/c?utm_source=x&utm_medium=y'" "utm_medium"}}`,
      'y',
    ],
    [`{{dbt_utils.get_url_parameter "'http://a.b/c?utm_source='" "utm_source"}}`, null],
    [`{{dbt_utils.get_url_parameter "'http://a.b/c'" "utm_source"}}`, null],
  ],
  'M9: slugify, pretty_log_format': [
    [`'{{dbt_utils.slugify "0Hell0 world-hi"}}'`, '_0hell0_world_hi'],
    [`length('{{dbt_utils.pretty_time format="%H"}}')`, 2],
    [`substr('{{dbt_utils.pretty_log_format "hello"}}', 9)`, ' + hello'],
  ],
  json_field: [
    [
      `{{json_field "cast('{\\"a\\": {\\"b\\": [1, \\"x\\"]}, \\"n\\": null}' as json)" "a.b[1]"}}`,
      'x',
    ],
    [`{{json_field "'{\\"a\\": {\\"b\\": [1, \\"x\\"]}, \\"n\\": null}'" "a.b[0]"}}`, '1'],
    [`{{json_field "'{\\"n\\": null}'" "n"}}`, null],
    [`{{json_field "'{\\"n\\": null}'" "m"}}`, null],
    [`{{json_field "'{\\"n\\": true}'" "n"}}`, 'true'],
  ],
}

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'cross-database macros on $name',
  ({ adapter }) => {
    let library: Library
    beforeAll(async () => {
      library = await createLibrary(adapter)
    })

    test.each(Object.entries(expressions))('%s', async (_, known) => {
      const columns = known.map(([sql], index) => `${sql} as c${index}`)
      const [row = {}] = await library.rows(`select ${columns.join(', ')}`)
      expect(Object.values(row).map((value, index) => [known[index]?.[0], value])).toEqual(known)
    })
  },
)
