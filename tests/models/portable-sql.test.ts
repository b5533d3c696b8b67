/** The small portable macros give the same on every database. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createLibrary, type Library, valuesOf } from './library.ts'
import { sortedBy } from './rows.ts'

const casts = {
  bigint: {
    '5': '5',
    '05': '5',
    '-7': '-7',
    ' 12 ': '12',
    '5.0': '5',
    '5.5': null,
    '': null,
    '1e3': null,
    '1234567890123456789': null,
  },
  'double precision': {
    '0.5': '0.5',
    '.5': '0.5',
    '-1E-5': '-1e-05',
    nan: null,
    inf: null,
    '1e999': null,
    '': null,
    abc: null,
  },
  boolean: {
    '0': 'false',
    '1': 'true',
    TRUE: 'true',
    f: 'false',
    '1.0': 'true',
    '2': null,
    yes: null,
    '': null,
  },
  timestamp: {
    '2019-11-24 00:01:03.979311+00:00': '2019-11-24 00:01:03.979311',
    '2019-11-24T00:01:03Z': '2019-11-24 00:01:03',
    '2019-11-24 00:01:03-03:30': '2019-11-24 03:31:03',
    '2019-11-24 00:01:03+02': '2019-11-23 22:01:03',
    '2019-11-24 00:01:03.9793119': '2019-11-24 00:01:03.979311',
    '2019-11-24': '2019-11-24 00:00:00',
    '2020-02-29': '2020-02-29 00:00:00',
    '2019-02-29': null,
    '2019-13-01': null,
    '2019-11-24 24:00:00': null,
    '24/11/2019': null,
    '1574553663': null,
    '': null,
  },
} as const

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'portable SQL on $name',
  ({ adapter }) => {
    let library: Library
    beforeAll(async () => {
      library = await createLibrary(adapter)
    })

    test.each(Object.entries(casts))('safe_cast to %s', async (type, known) => {
      const texts = Object.keys(known).map((text) => [`'${text}'`])
      const rows = await library.rows(
        `select given, cast({{safe_cast "given" "${type}"}} as varchar) as read from ${valuesOf(['given'], texts)} as texts`,
      )
      expect(Object.fromEntries(rows.map((row) => [row['given'], row['read']]))).toEqual(known)
    })

    test('safe_cast to a type it does not know', async () => {
      const ran = await library.show('select {{safe_cast "1" "money"}} as x')
      expect(ran.exitCode).not.toBe(0)
      expect(ran.stderr).toContain(
        'safe_cast: expected the type text, bigint, integer, double precision, numeric(28,6), boolean, date or timestamp, found "money"',
      )
    })

    test('safe_divide', async () => {
      const rel = valuesOf(
        ['a', 'b'],
        [
          ['1', '2'],
          ['1', '0'],
          ['1', 'null'],
          ['0', '3'],
        ],
      )
      const rows = await library.rows(
        `select a, b, {{safe_divide "a" "b"}} as x from ${rel} as given`,
      )
      expect(sortedBy(rows, 'a', 'b')).toEqual([
        { a: 0, b: 3, x: 0 },
        { a: 1, b: 0, x: null },
        { a: 1, b: 2, x: 0.5 },
        { a: 1, b: null, x: null },
      ])
    })

    test('surrogate_key has the digits of dbt_utils', async () => {
      const rel = valuesOf(
        ['id', 'a', 'b', 'c'],
        [
          ['1', "'a'", "'b'", "'c'"],
          ['2', 'null', 'null', 'null'],
        ],
      )
      const rows = await library.rows(
        `select id, {{surrogate_key (list "a")}} as one, {{surrogate_key (list "a" "b" "c")}} as three from ${rel} as given order by id`,
      )
      expect(rows).toEqual([
        {
          id: 1,
          one: '0cc175b9c0f1b6a831c399e269772661',
          three: '7b193b3d33184464106f41ddf733783b',
        },
        {
          id: 2,
          one: expect.stringMatching(/^f14cc5cd/),
          three: expect.stringMatching(/^2fa54919/),
        },
      ])
    })
  },
)
