import { describe, expect, test } from 'vitest'
import { duckdbDialect } from '../../../../src/adapters/duckdb/dialect.ts'
import { postgresDialect } from '../../../../src/adapters/postgres/dialect.ts'
import type { OnSchemaChange } from '../../../../src/core/node/incremental.ts'
import type { Column } from '../../../../src/core/relation.ts'
import { changeSchema } from '../../../../src/transform/plan/materializations/incremental/change-schema.ts'

const columns = (...texts: readonly string[]): readonly Column[] =>
  texts.map((text) => {
    const [name = '', dataType = ''] = text.split(' ')
    return { name, dataType }
  })

function change(
  onSchemaChange: OnSchemaChange,
  table: readonly Column[],
  batch: readonly Column[],
  dialect = duckdbDialect,
) {
  const materialization = { onSchemaChange, widensText: true }
  const relation = { schema: 'main', identifier: 'a' }
  const result = changeSchema(dialect, relation, { materialization, table, batch })
  return result.ok
    ? {
        alterations: result.value.alter.flatMap((step) =>
          step.kind === 'alter' ? step.statements : [],
        ),
        insertColumns: result.value.insertColumns.map(({ name }) => name),
      }
    : result.diagnostics.map(({ code, message, hint }) => `${code}: ${message} = ${hint ?? ''}`)
}

const table = columns('id INTEGER', 'name VARCHAR', 'old DATE')
const added = columns('new DOUBLE', 'old DATE', 'id INTEGER', 'name VARCHAR')
const removed = columns('name VARCHAR', 'id INTEGER')
const retyped = columns('id BIGINT', 'name VARCHAR', 'old DATE')
const hint =
  'rebuild with --full-refresh, or set on_schema_change to "append_new_columns" or "sync_all_columns"'

describe('nothing changed', () => {
  test.each(['ignore', 'fail', 'append_new_columns', 'sync_all_columns'] as const)('%s', (mode) => {
    const same = change(mode, table, table.toReversed())
    expect('insertColumns' in same && [same.alterations, same.insertColumns.toSorted()]).toEqual([
      [],
      ['id', 'name', 'old'],
    ])
  })
})

describe('ignore', () => {
  test('a new column is left out, a new order does no harm', () => {
    expect(change('ignore', table, added)).toEqual({
      alterations: [],
      insertColumns: ['id', 'name', 'old'],
    })
  })

  test('a missing one is refused before the database would', () => {
    expect(change('ignore', table, removed)).toEqual([
      `schema-changed: expected the columns of the table, found missing: "old" DATE = ${hint}`,
    ])
  })

  test('another type is left to the database', () => {
    expect(change('ignore', table, retyped)).toEqual({
      alterations: [],
      insertColumns: ['id', 'name', 'old'],
    })
  })
})

describe('fail', () => {
  test.each([
    ['new: "new" DOUBLE', added],
    ['missing: "old" DATE', removed],
    ['of another type: "id" BIGINT', retyped],
    [
      'new: "x" DATE, "y" DATE; missing: "name" VARCHAR, "old" DATE; of another type: "id" BIGINT',
      columns('id BIGINT', 'x DATE', 'y DATE'),
    ],
  ])('%s', (found, batch) => {
    expect(change('fail', table, batch)).toEqual([
      `schema-changed: expected the columns of the table, found ${found} = ${hint}`,
    ])
  })
})

describe('append_new_columns', () => {
  test('new ones are added, missing ones stay and are not written', () => {
    expect(change('append_new_columns', table, columns('new DOUBLE', 'id INTEGER'))).toEqual({
      alterations: ['alter table "main"."a" add column "new" DOUBLE'],
      insertColumns: ['new', 'id'],
    })
  })

  test('types are left as they are', () => {
    expect(change('append_new_columns', table, retyped)).toEqual({
      alterations: [],
      insertColumns: ['id', 'name', 'old'],
    })
  })
})

describe('sync_all_columns', () => {
  test('adds, drops and changes types, in this order', () => {
    expect(
      change('sync_all_columns', table, columns('id BIGINT', 'new DOUBLE', 'name VARCHAR')),
    ).toMatchInlineSnapshot(`
        {
          "alterations": [
            "alter table "main"."a" add column "new" DOUBLE",
            "alter table "main"."a" drop column "old"",
            "alter table "main"."a" alter column "id" type BIGINT using cast("id" as BIGINT)",
          ],
          "insertColumns": [
            "id",
            "new",
            "name",
          ],
        }
      `)
  })

  test('on Postgres', () => {
    expect(
      change(
        'sync_all_columns',
        columns('id integer', 'old date'),
        columns('id numeric', 'new text'),
        postgresDialect,
      ),
    ).toMatchInlineSnapshot(`
      {
        "alterations": [
          "alter table "main"."a" add column "new" text",
          "alter table "main"."a" drop column "old"",
          "alter table "main"."a" alter column "id" type numeric using cast("id" as numeric)",
        ],
        "insertColumns": [
          "id",
          "new",
        ],
      }
    `)
  })
})

test('names that differ in case are one column on DuckDB, two on Postgres', () => {
  expect(change('fail', columns('Id INTEGER'), columns('id INTEGER'))).toEqual({
    alterations: [],
    insertColumns: ['id'],
  })
  expect(change('fail', columns('Id integer'), columns('id integer'), postgresDialect)).toEqual([
    `schema-changed: expected the columns of the table, found new: "id" integer; missing: "Id" integer = ${hint}`,
  ])
})

describe('D22: a text that the batch needs more room for', () => {
  const text = (dataType: string) => [{ name: 'code', dataType }]
  const grown = (held: string, needed: string, mode: OnSchemaChange = 'ignore') =>
    change(mode, text(held), text(needed), postgresDialect)
  const altered = (dataType: string) => ({
    alterations: [
      `alter table "main"."a" alter column "code" type ${dataType} using cast("code" as ${dataType})`,
    ],
    insertColumns: ['code'],
  })
  const kept = { alterations: [], insertColumns: ['code'] }

  test.each(['ignore', 'fail', 'append_new_columns', 'sync_all_columns'] as const)(
    'grows, and is no change: %s',
    (mode) => {
      expect(grown('character varying(3)', 'character varying(5)', mode)).toEqual(
        altered('character varying(5)'),
      )
      expect(grown('character(3)', 'character(5)', mode)).toEqual(altered('character varying(5)'))
      expect(grown('character varying(3)', 'text', mode)).toEqual(altered('text'))
    },
  )

  test('never shrinks, and a number is no text', () => {
    expect(grown('character varying(5)', 'character varying(3)', 'sync_all_columns')).toEqual(kept)
    expect(grown('text', 'character varying(3)', 'fail')).toEqual(kept)
    expect(grown('integer', 'text')).toEqual(kept)
  })

  test('not where a contract says what it is', () => {
    const result = changeSchema(
      postgresDialect,
      { schema: 'main', identifier: 'a' },
      {
        materialization: { onSchemaChange: 'fail', widensText: false },
        table: text('character varying(3)'),
        batch: text('character varying(5)'),
      },
    )
    expect(result.ok ? [] : result.diagnostics.map(({ message }) => message)).toEqual([
      'expected the columns of the table, found of another type: "code" character varying(5)',
    ])
  })
})
