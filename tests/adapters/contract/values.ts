/** Contract: the same data gives the same values and columns on every database. */
import { describe, expect, test } from 'vitest'
import type { SqlValue, TableColumn } from '../../../src/core/adapter.ts'
import type { Target } from '../../../src/core/target.ts'
import type { Subject } from '../contract.ts'

interface Sample {
  /** On both databases, or on each. */
  readonly sql: string | Readonly<Record<Target['type'], string>>
  readonly value: SqlValue
  readonly kind: TableColumn['kind']
}

const both = (duckdb: string, postgres: string) => ({ duckdb, postgres })

const samples: Readonly<Record<string, Sample>> = {
  null: { sql: 'cast(null as integer)', value: null, kind: 'integer' },
  smallint: { sql: 'cast(-7 as smallint)', value: -7, kind: 'integer' },
  integer: { sql: 'cast(2147483647 as integer)', value: 2147483647, kind: 'integer' },
  'bigint, safe': {
    sql: 'cast(9007199254740991 as bigint)',
    value: 9007199254740991,
    kind: 'integer',
  },
  'bigint, wide': {
    sql: 'cast(9007199254740993 as bigint)',
    value: '9007199254740993',
    kind: 'integer',
  },
  'sum of integers': {
    sql: both('sum(cast(1 as integer))::hugeint', 'sum(cast(1 as integer))'),
    value: 1,
    kind: 'integer',
  },
  decimal: {
    sql: 'cast(12345678901234.5 as decimal(18,4))',
    value: '12345678901234.5000',
    kind: 'decimal',
  },
  'decimal, negative': { sql: 'cast(-0.05 as decimal(4,2))', value: '-0.05', kind: 'decimal' },
  double: { sql: "cast('0.1' as double precision)", value: 0.1, kind: 'double' },
  real: { sql: "cast('0.1' as real)", value: 0.1, kind: 'double' },
  'double, tiny': { sql: "cast('1e-300' as double precision)", value: 1e-300, kind: 'double' },
  NaN: { sql: "cast('nan' as double precision)", value: 'NaN', kind: 'double' },
  infinity: { sql: "cast('infinity' as double precision)", value: 'Infinity', kind: 'double' },
  'minus infinity': {
    sql: "cast('-infinity' as double precision)",
    value: '-Infinity',
    kind: 'double',
  },
  true: { sql: 'cast(1 as boolean)', value: true, kind: 'boolean' },
  text: { sql: `cast('a "q" é 🦆' as varchar)`, value: 'a "q" é 🦆', kind: 'text' },
  uuid: {
    sql: "cast('47183823-2574-4bfd-b411-99ed177d3e43' as uuid)",
    value: '47183823-2574-4bfd-b411-99ed177d3e43',
    kind: 'text',
  },
  date: { sql: "cast('2026-02-28' as date)", value: '2026-02-28', kind: 'date' },
  'date, BC': {
    sql: both("cast('0044-03-15 (BC)' as date)", "cast('0044-03-15 BC' as date)"),
    value: '0044-03-15 BC',
    kind: 'date',
  },
  timestamp: {
    sql: "cast('2026-02-28 23:59:59' as timestamp)",
    value: '2026-02-28 23:59:59',
    kind: 'timestamp',
  },
  'timestamp, fraction': {
    sql: "cast('2026-02-28 23:59:59.5' as timestamp)",
    value: '2026-02-28 23:59:59.500000',
    kind: 'timestamp',
  },
  timestamptz: {
    sql: "cast('2026-02-28 23:59:59.123456-05:30' as timestamptz)",
    value: '2026-03-01 05:29:59.123456+00',
    kind: 'timestamp',
  },
  'timestamptz, infinity': {
    sql: "cast('infinity' as timestamptz)",
    value: 'infinity',
    kind: 'timestamp',
  },
  time: { sql: "cast('10:00:00.25' as time)", value: '10:00:00.250000', kind: 'other' },
  interval: {
    sql: "cast('14 months 3 days 04:05:06.5' as interval)",
    value: '1 year 2 mons 3 days 04:05:06.500000',
    kind: 'other',
  },
  blob: {
    sql: both("cast('a\\xFF' as blob)", "cast('\\x61ff' as bytea)"),
    value: '61ff',
    kind: 'other',
  },
  json: {
    sql: `cast('{"a": [1, null, "x"], "b": {"c": 1.5}}' as json)`,
    value: { a: [1, null, 'x'], b: { c: 1.5 } },
    kind: 'other',
  },
  list: { sql: both('[1, null, 3]', 'array[1, null, 3]'), value: [1, null, 3], kind: 'other' },
  'list of text': {
    sql: both(`['a,b', 'c"d', 'NULL', '', 'e\\f']`, `array['a,b', 'c"d', 'NULL', '', 'e\\f']`),
    value: ['a,b', 'c"d', 'NULL', '', 'e\\f'],
    kind: 'other',
  },
  'list of lists': {
    sql: both('[[1.5, 2.5], [3.5, 4.5]]::decimal(3,1)[][]', 'array[[1.5, 2.5], [3.5, 4.5]]'),
    value: [
      ['1.5', '2.5'],
      ['3.5', '4.5'],
    ],
    kind: 'other',
  },
  struct: {
    sql: both(
      "{'a': 1, 'b c': [date '2026-01-01']}",
      `json_build_object('a', 1, 'b c', json_build_array('2026-01-01'))`,
    ),
    value: { a: 1, 'b c': ['2026-01-01'] },
    kind: 'other',
  },
  map: {
    sql: both("map {'k': 1, 'l': 2}", `json_build_object('k', 1, 'l', 2)`),
    value: { k: 1, l: 2 },
    kind: 'other',
  },
}

export function valueContract(get: () => Subject): void {
  describe('values', () => {
    test.each(Object.entries(samples))('%s', async (_, sample) => {
      const { adapter, target } = get()
      const sql = typeof sample.sql === 'string' ? sample.sql : sample.sql[target.type]
      const table = await adapter.session({}, (session) =>
        session.queryTable(`select ${sql} as "v"`),
      )
      expect(table.rows).toEqual([[sample.value]])
      expect(table.columns).toMatchObject([{ name: 'v', kind: sample.kind }])
    })

    test('a row has its values by name, a table keeps columns that share one', async () => {
      const { adapter } = get()
      const sql = `select 1 as "a", 'x' as "b", 2 as "a"`
      await adapter.session({}, async (session) => {
        expect(await session.query(`select 1 as "a", 'x' as "B"`)).toEqual([{ a: 1, B: 'x' }])
        const table = await session.queryTable(sql)
        expect(table.columns.map((column) => column.name)).toEqual(['a', 'b', 'a'])
        expect(table.rows).toEqual([[1, 'x', 2]])
      })
    })

    test('types are spelled as the database spells them', async () => {
      const { adapter, target } = get()
      const table = await adapter.session({}, (session) =>
        session.queryTable(
          `select cast(1 as decimal(10,2)) as a, cast('x' as varchar) as b, cast(1 as bigint) as c, cast('2026-01-01' as timestamptz) as d`,
        ),
      )
      const spelled = {
        duckdb: ['DECIMAL(10,2)', 'VARCHAR', 'BIGINT', 'TIMESTAMP WITH TIME ZONE'],
        postgres: ['numeric(10,2)', 'character varying', 'bigint', 'timestamp with time zone'],
      }
      expect(table.columns.map((column) => column.dataType)).toEqual(spelled[target.type])
    })

    test('parameters of every kind', async () => {
      const { adapter } = get()
      const rows = await adapter.session({}, (session) =>
        session.query(
          'select cast($1 as varchar) as a, cast($2 as integer) as b, cast($3 as double precision) as c, cast($4 as boolean) as d, cast($5 as varchar) as e',
          ["o'k", 7, 1.5, true, null],
        ),
      )
      expect(rows).toEqual([{ a: "o'k", b: 7, c: 1.5, d: true, e: null }])
    })

    test('timestamps with a zone do not depend on the time zone of the session', async () => {
      const { adapter } = get()
      const rows = await adapter.transaction({}, async (session) => {
        await session.execute("set timezone = 'America/New_York'")
        const found = await session.query(
          "select cast('1883-11-18 12:00:00+00' as timestamptz) as a, cast('2026-07-01 00:00:00' as timestamptz) as b",
        )
        await session.execute("set timezone = 'UTC'")
        return found
      })
      expect(rows).toEqual([{ a: '1883-11-18 12:00:00+00', b: '2026-07-01 04:00:00+00' }])
    })
  })
}
