/** Rows to text, cell by cell: nothing is lost between NULL, empty, quotes, line ends and wide numbers. */
import { describe, expect, test } from 'vitest'
import type { SqlValue, TableColumn } from '../../../../src/core/adapter.ts'
import { partitionFolder } from '../../../../src/serve/export/files/partition-folder.ts'
import { chooseTextFormat } from '../../../../src/serve/export/formats/choose-text-format.ts'

const columns: readonly TableColumn[] = [
  { name: '2', dataType: 'text', kind: 'text' },
  { name: '1', dataType: 'numeric', kind: 'decimal' },
  { name: 'doc "x"', dataType: 'json', kind: 'other' },
]
const rows: readonly (readonly SqlValue[])[] = [
  ['a,"b"\r\nc', '1.50', '{ "k" : [1, 2.00],\n "t": " a  b " }'],
  ['', null, null],
  [null, '12345678901234567890', 'not json'],
]

function written(name: 'csv' | 'json' | 'jsonl', asNumbers = false): string {
  const format = chooseTextFormat(name, { asNumbers, jsonColumns: new Set(['doc "x"']) })
  const [first, ...rest] = rows
  return [
    format.head(columns),
    format.rows({ columns, rows: first === undefined ? [] : [first] }, true),
    format.rows({ columns, rows: rest }, false),
    format.foot(false),
  ].join('')
}

describe('formats', () => {
  test('CSV: NULL is nothing, empty text is quoted', () => {
    expect(written('csv')).toBe(`2,1,"doc ""x"""
"a,""b""\r\nc",1.50,"{ ""k"" : [1, 2.00],
 ""t"": "" a  b "" }"
"",,
,12345678901234567890,not json
`)
  })

  test('JSONL: keys in order, JSON columns as they are on one line, what is no JSON a text', () => {
    expect(
      written('jsonl'),
    ).toBe(`{"2": "a,\\"b\\"\\r\\nc", "1": "1.50", "doc \\"x\\"": {"k":[1,2.00],"t":" a  b "}}
{"2": "", "1": null, "doc \\"x\\"": null}
{"2": null, "1": "12345678901234567890", "doc \\"x\\"": "not json"}
`)
  })

  test('JSON: one array, whatever the pieces; --numbers keeps every digit', () => {
    const text = written('json', true)
    expect(text).toContain('"1": 1.50,')
    expect(text).toContain('"1": 12345678901234567890,')
    expect(JSON.parse(text)).toHaveLength(3)
    const format = chooseTextFormat('json', { asNumbers: false, jsonColumns: new Set() })
    const none = format.head(columns) + format.rows({ columns, rows: [] }, true) + format.foot(true)
    expect(JSON.parse(none)).toEqual([])
  })

  test('negative zero and what JSON has no numbers for', () => {
    const doubles: readonly TableColumn[] = [{ name: 'n', dataType: 'double', kind: 'double' }]
    const format = chooseTextFormat('jsonl', { asNumbers: false, jsonColumns: new Set() })
    const piece = { columns: doubles, rows: [[-0], ['NaN'], [1e300]] }
    expect(format.rows(piece, true)).toBe('{"n": -0.0}\n{"n": "NaN"}\n{"n": 1e+300}\n')
  })
})

test('folders of partitions hold what a path may not', () => {
  expect(partitionFolder([{ column: 'day', text: '2026-01-03' }])).toBe('day=2026-01-03')
  expect(
    partitionFolder([
      { column: 'a/b', text: 'x=y/..%' },
      { column: 'c', text: null },
      { column: 'd', text: '' },
      { column: 'e', text: 'Ünïcode \n' },
    ]),
  ).toBe('a%2Fb=x%3Dy%2F..%25/c=__HIVE_DEFAULT_PARTITION__/d=/e=Ünïcode %0A')
})
