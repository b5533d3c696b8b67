import { expect, test } from 'vitest'
import { duckdbDialect } from '../../../../src/adapters/duckdb/dialect.ts'
import type { JsonObject } from '../../../../src/core/json.ts'
import { cellReader } from '../../../../src/load/records/cell.ts'
import { shapeCheck, shapeOf } from '../../../../src/load/records/record-shape.ts'
import { compileRecordCheck } from '../../../../src/project/read/compile-schema.ts'

const types = [
  'integer',
  'numeric(10, 2)',
  'double precision',
  'boolean',
  'date',
  'timestamp',
  'timestamptz',
  'uuid',
  'text',
  'json',
  'integer[]',
  'inet',
]
const values = [undefined, null, 1, 1.5, true, '', 'x', '2026-01-31', [], [1], {}, { a: null }]

test('the check by hand takes what the published schema takes, and nothing else', () => {
  for (const dataType of types) {
    for (const isRequired of [false, true]) {
      for (const extraFields of ['ignore', 'dead_letter'] as const) {
        const columns = [
          { name: 'a', dataType, isRequired, read: cellReader(dataType, duckdbDialect.listText) },
        ]
        const bySchema = compileRecordCheck(shapeOf({ columns, extraFields }))
        const byHand = shapeCheck(columns, extraFields)
        for (const value of values) {
          for (const more of [{}, { b: 1 }]) {
            const fields: JsonObject = value === undefined ? more : { a: value, ...more }
            const isTaken = byHand(fields) === undefined
            expect({ dataType, isRequired, extraFields, fields, isTaken }).toEqual({
              dataType,
              isRequired,
              extraFields,
              fields,
              isTaken: bySchema(fields) === undefined,
            })
          }
        }
      }
    }
  }
})
