/** A table in its three forms: text, JSON, CSV. */
import { expect, test } from 'vitest'
import { paintWith } from '../../../src/cli/render/colours.ts'
import { tableCsv } from '../../../src/cli/render/data/table-csv.ts'
import { tableJson } from '../../../src/cli/render/data/table-json.ts'
import { renderTable } from '../../../src/cli/render/data/table-text.ts'
import { uniqueNames } from '../../../src/cli/render/data/unique-names.ts'
import type { Table } from '../../../src/core/adapter.ts'
import { column, trickyTable } from './sample-nodes.ts'

const empty: Table = { columns: [column('a', 'integer')], rows: [] }

function text(table: Table, width?: number): string {
  return renderTable(table, { paint: paintWith(false), width }).join('\n')
}

test('text: aligned, numbers to the right, escapes for control characters', () => {
  expect(text(trickyTable)).toMatchInlineSnapshot(`
    "   id  name                 price       rate  is_on                     id  7
    -----  ------------------  ------  ---------  -----  ---------------------  ----------------
        1  plain                10.50       0.25  true     9223372036854775807  NULL
    20000  a "b", c              NULL        NaN  false                   NULL  ["x","Infinity"]
     NULL                         NaN  -Infinity  NULL                       3  {"key":"金"}
        4  日本語\\nzwei\\tdrei  -0.001      1e+21  true   -12345678901234567890  é"
  `)
})

test('text: an empty table has its header', () => {
  expect(text(empty)).toMatchInlineSnapshot(`
    "a
    -"
  `)
})

test('text: cut to a terminal, the widest columns first', () => {
  const table: Table = {
    columns: [column('id', 'integer'), column('note', 'text'), column('word', 'text')],
    rows: [
      [1, 'x'.repeat(60), 'short'],
      [2, '日本語'.repeat(20), null],
    ],
  }
  expect(text(table, 40)).toMatchInlineSnapshot(`
    "id  note                           word
    --  -----------------------------  -----
     1  xxxxxxxxxxxxxxxxxxxxxxxxxxxx…  short
     2  日本語日本語日本語日本語日本…  NULL"
  `)
})

test('text: NULL is dim, the text "NULL" is not', () => {
  const table: Table = { columns: [column('a', 'text')], rows: [[null], ['NULL']] }
  const lines = renderTable(table, { paint: paintWith(true), width: undefined })
  expect(lines.slice(2)).toEqual(['\u001b[2mNULL\u001b[22m', 'NULL'])
})

test('JSON: keys in select order, doubled names made unique, wide numbers as text', () => {
  const pieces = [...tableJson({ node: 'tricky', table: trickyTable, asNumbers: false })]
  expect(pieces.join('')).toMatchInlineSnapshot(`
    "{"node": "tricky", "show": [
      {"id": 1, "name": "plain", "price": "10.50", "rate": 0.25, "is_on": true, "id_1": "9223372036854775807", "7": null},
      {"id": 20000, "name": "a \\"b\\", c", "price": null, "rate": "NaN", "is_on": false, "id_1": null, "7": ["x","Infinity"]},
      {"id": null, "name": "", "price": "NaN", "rate": "-Infinity", "is_on": null, "id_1": 3, "7": {"key":"金"}},
      {"id": 4, "name": "日本語\\nzwei\\tdrei", "price": "-0.001", "rate": 1e+21, "is_on": true, "id_1": "-12345678901234567890", "7": "é"}
    ]}
    "
  `)
  const parsed: unknown = JSON.parse(pieces.join(''))
  expect(parsed).toMatchObject({ node: 'tricky', show: [{ id: 1 }, {}, {}, {}] })
})

test('JSON: --numbers keeps every digit', () => {
  const pieces = [...tableJson({ node: 'tricky', table: trickyTable, asNumbers: true })]
  expect(pieces.join('')).toMatchInlineSnapshot(`
    "{"node": "tricky", "show": [
      {"id": 1, "name": "plain", "price": 10.50, "rate": 0.25, "is_on": true, "id_1": 9223372036854775807, "7": null},
      {"id": 20000, "name": "a \\"b\\", c", "price": null, "rate": "NaN", "is_on": false, "id_1": null, "7": ["x","Infinity"]},
      {"id": null, "name": "", "price": "NaN", "rate": "-Infinity", "is_on": null, "id_1": 3, "7": {"key":"金"}},
      {"id": 4, "name": "日本語\\nzwei\\tdrei", "price": -0.001, "rate": 1e+21, "is_on": true, "id_1": -12345678901234567890, "7": "é"}
    ]}
    "
  `)
})

test('JSON: no rows', () => {
  expect([...tableJson({ node: 'none', table: empty, asNumbers: false })].join('')).toBe(
    '{"node": "none", "show": []}\n',
  )
})

test('CSV: NULL is empty, empty text is quoted', () => {
  expect([...tableCsv(trickyTable)].join('')).toMatchInlineSnapshot(`
    "id,name,price,rate,is_on,id_1,7
    1,plain,10.50,0.25,true,9223372036854775807,
    20000,"a ""b"", c",,NaN,false,,"[""x"",""Infinity""]"
    ,"",NaN,-Infinity,,3,"{""key"":""金""}"
    4,"日本語
    zwei	drei",-0.001,1e+21,true,-12345678901234567890,é
    "
  `)
})

test('CSV: in pieces of a thousand rows', () => {
  const rows = Array.from({ length: 2500 }, (_, index) => [index])
  const pieces = [...tableCsv({ columns: empty.columns, rows })]
  expect(pieces.length).toBe(4)
  expect(pieces.join('').trimEnd().split('\n').length).toBe(2501)
})

test('names that are unique already keep their names', () => {
  expect(uniqueNames(['a', 'a', 'a_1', 'a', 'b'])).toEqual(['a', 'a_2', 'a_1', 'a_3', 'b'])
})
