import { describe, expect, test } from 'vitest'
import { duckdbDialect } from '../../../../src/adapters/duckdb/dialect.ts'
import { postgresDialect } from '../../../../src/adapters/postgres/dialect.ts'
import type { RelationState } from '../../../../src/core/database/warehouse-state.ts'
import type { Incremental } from '../../../../src/core/node/incremental.ts'
import type { Materialization } from '../../../../src/core/node.ts'
import {
  checkNameLength,
  isFullRefresh,
  makePublishUnit,
} from '../../../../src/transform/plan/make-publish-unit.ts'
import { checkBatch } from '../../../../src/transform/plan/materializations/incremental/key-checks.ts'
import type { PublishUnit } from '../../../../src/transform/plan/publish-unit.ts'
import { lineOf } from '../../project/parsed-project.ts'
import { model } from '../../project/node-builder.ts'
import { inputOf, shown } from './publish-input.ts'

const relation = { schema: 'main', identifier: 'a' }
const id = { name: 'id', dataType: 'INTEGER' }
const table: RelationState = { relation, kind: 'table', columns: [id] }
const view: RelationState = { relation, kind: 'view', columns: [id] }

function incremental(
  strategy: 'append' | 'merge' | 'delete+insert',
  uniqueKey: readonly string[] = ['id'],
): Incremental {
  const shared = {
    name: 'incremental',
    onSchemaChange: 'ignore',
    fullRefresh: undefined,
    widensText: true,
  } as const
  const keyed = { ...shared, uniqueKey, predicates: [] }
  switch (strategy) {
    case 'append':
      return { ...shared, strategy }
    case 'merge':
      return { ...keyed, strategy, update: { kind: 'all' } }
    case 'delete+insert':
      return { ...keyed, strategy }
  }
}

function unitOf(
  materialization: Materialization,
  changes: Parameters<typeof inputOf>[0] = {},
): PublishUnit {
  return makePublishUnit(model('a', [], materialization), inputOf(changes))
}

describe('a table', () => {
  test('is built beside and swapped in', () => {
    expect(shown(unitOf({ name: 'table' }))).toMatchInlineSnapshot(`
      {
        "action": "create table",
        "batch": undefined,
        "because": "first build",
        "build": [
          "create table "main"."a__assay_new" as
      select 1 as id",
        ],
        "candidate": "a__assay_new",
        "effect": "rewrite",
        "publish": [
          "swap a__assay_new for a",
        ],
        "testsRun": "before-publish",
      }
    `)
  })

  test.each([
    [undefined, 'create table: first build'],
    [table, 'replace table: a table is rebuilt in every run'],
    [view, 'replace table: a table is rebuilt in every run'],
  ])('in place of %o', (existing, expected) => {
    const { action, because } = unitOf({ name: 'table' }, { existing })
    expect(`${action}: ${because}`).toBe(expected)
  })
})

describe('a view', () => {
  test('without tests is only replaced', () => {
    expect(shown(unitOf({ name: 'view' }))).toMatchInlineSnapshot(`
      {
        "action": "create view",
        "batch": undefined,
        "because": "first build",
        "build": [],
        "candidate": "a",
        "effect": "view",
        "publish": [
          "replace view a: select 1 as id",
        ],
        "testsRun": "before-publish",
      }
    `)
  })

  test('with tests is tried under another name first', () => {
    expect(
      shown(unitOf({ name: 'view' }, { needsCandidate: true, existing: view })),
    ).toMatchInlineSnapshot(`
      {
        "action": "replace view",
        "batch": undefined,
        "because": "not built by assay before",
        "build": [
          "create view "main"."a__assay_new" as
      select 1 as id",
        ],
        "candidate": "a__assay_new",
        "effect": "view",
        "publish": [
          "drop view if exists "main"."a__assay_new"",
          "replace view a: select 1 as id",
        ],
        "testsRun": "before-publish",
      }
    `)
  })

  test('is left alone when neither its SQL nor the columns it reads changed', () => {
    const { fingerprint } = unitOf({ name: 'view' }, { inputsSignature: 'b(x)' })
    const again = { existing: view, lastFingerprint: fingerprint, needsCandidate: true }
    expect(
      shown(unitOf({ name: 'view' }, { ...again, inputsSignature: 'b(x)' })),
    ).toMatchInlineSnapshot(`
      {
        "action": "view unchanged",
        "batch": undefined,
        "because": "its SQL and the columns it reads are as before",
        "build": [],
        "candidate": "a",
        "effect": "view",
        "publish": [
          "reuse: its SQL and the columns it reads are as before",
        ],
        "testsRun": "before-publish",
      }
    `)
    const reasons = [
      { ...again, inputsSignature: 'b(x, y)' },
      { ...again, inputsSignature: 'b(x)', compiled: { sql: 'select 2', map: [], logs: [] } },
      { ...again, inputsSignature: 'b(x)', existing: undefined },
      { ...again, inputsSignature: 'b(x)', existing: table },
      { existing: view },
    ].map((changes) => {
      const { action, because } = unitOf({ name: 'view' }, changes)
      return `${action}: ${because}`
    })
    expect(reasons).toEqual([
      'replace view: its SQL or what it reads changed',
      'replace view: its SQL or what it reads changed',
      'create view: first build',
      'replace view: it is a table now',
      'replace view: not built by assay before',
    ])
  })
})

describe('an incremental model', () => {
  test.each([
    ['first build', {}],
    ['it is a view now', { existing: view }],
    ['full refresh', { existing: table, isFullRefresh: true }],
  ])('%s: a table, its key checked', (because, changes) => {
    expect(shown(unitOf(incremental('merge'), changes))).toEqual({
      ...shown(unitOf({ name: 'table' }, changes)),
      because,
      build: [
        'create table "main"."a__assay_new" as\nselect 1 as id',
        expect.stringMatching(/^null-key\? /),
        expect.stringMatching(/^duplicate-key\? /),
      ],
    })
  })

  test('append', () => {
    expect(shown(unitOf(incremental('append'), { existing: table }))).toMatchInlineSnapshot(`
      {
        "action": "append",
        "batch": "a__assay_new",
        "because": "it is incremental and its table exists",
        "build": [
          "create table "main"."a__assay_new" as
      select 1 as id",
        ],
        "candidate": "a",
        "effect": "batch",
        "publish": [
          "insert into "main"."a" ("id")
      select "id"
      from "main"."a__assay_new"",
          "drop table if exists "main"."a__assay_new"",
        ],
        "testsRun": "after-publish",
      }
    `)
  })

  test('merge', () => {
    const unit = unitOf(incremental('merge', ['id', 'day']), {
      existing: {
        ...table,
        columns: [id, { name: 'day', dataType: 'DATE' }, { name: 'n', dataType: 'INTEGER' }],
      },
    })
    expect(shown(unit, ['n', 'day', 'id'])).toMatchInlineSnapshot(`
      {
        "action": "merge",
        "batch": "a__assay_new",
        "because": "it is incremental and its table exists",
        "build": [
          "create table "main"."a__assay_new" as
      select 1 as id",
          "null-key? select *
      from "main"."a__assay_new"
      where "id" is null or "day" is null
      limit 5",
          "duplicate-key? select "id", "day", count(*) as n_rows
      from "main"."a__assay_new"
      group by "id", "day"
      having count(*) > 1
      order by count(*) desc, "id", "day"
      limit 5",
        ],
        "candidate": "a",
        "effect": "batch",
        "publish": [
          "merge into "main"."a" as target
      using "main"."a__assay_new" as batch
      on target."id" = batch."id" and target."day" = batch."day"
      when matched then update set "n" = batch."n"
      when not matched then insert ("id", "day", "n")
      values (batch."id", batch."day", batch."n")",
          "drop table if exists "main"."a__assay_new"",
        ],
        "testsRun": "after-publish",
      }
    `)
  })

  test('merge of nothing but a key updates nothing', () => {
    const unit = unitOf(incremental('merge'), { existing: table })
    expect(shown(unit).publish).toMatchInlineSnapshot(`
      [
        "merge into "main"."a" as target
      using "main"."a__assay_new" as batch
      on target."id" = batch."id"
      when not matched then insert ("id")
      values (batch."id")",
        "drop table if exists "main"."a__assay_new"",
      ]
    `)
  })

  test('delete+insert', () => {
    expect(shown(unitOf(incremental('delete+insert'), { existing: table }))).toMatchInlineSnapshot(`
      {
        "action": "delete+insert",
        "batch": "a__assay_new",
        "because": "it is incremental and its table exists",
        "build": [
          "create table "main"."a__assay_new" as
      select 1 as id",
          "null-key? select *
      from "main"."a__assay_new"
      where "id" is null
      limit 5",
        ],
        "candidate": "a",
        "effect": "batch",
        "publish": [
          "delete from "main"."a"
      where ("id") in (select "id" from "main"."a__assay_new")",
          "insert into "main"."a" ("id")
      select "id"
      from "main"."a__assay_new"",
          "drop table if exists "main"."a__assay_new"",
        ],
        "testsRun": "after-publish",
      }
    `)
  })

  test('a batch without a column is refused', () => {
    const result = unitOf(incremental('append'), { existing: table }).publish([])
    expect(result.ok ? [] : result.diagnostics.map(lineOf)).toEqual([
      'schema-changed: expected the columns of the table, found missing: "id" INTEGER = rebuild with --full-refresh, or set on_schema_change to "append_new_columns" or "sync_all_columns"',
    ])
  })

  test.each([
    [undefined, false, false],
    [undefined, true, true],
    [false, true, false],
    [true, false, true],
  ])('full_refresh %s in the config and %s as a flag: %s', (config, flag, expected) => {
    const materialization = { ...incremental('append'), fullRefresh: config }
    expect(isFullRefresh(model('a', [], materialization), flag)).toBe(expected)
    expect(isFullRefresh(model('a'), flag)).toBe(false)
  })
})

describe('checkBatch', () => {
  const checksOf = (strategy: 'append' | 'merge' | 'delete+insert', key: readonly string[]) => {
    const checked = checkBatch(duckdbDialect, incremental(strategy, key), {
      batch: relation,
      columns: undefined,
    })
    return checked.ok ? checked.value : []
  }

  test('append has none', () => {
    expect(checksOf('append', ['id'])).toEqual([])
  })

  test('delete+insert minds NULL, merge duplicates too; five are named', () => {
    expect(checksOf('delete+insert', ['a', 'b'])).toEqual(checksOf('merge', ['a', 'b']).slice(0, 1))
    expect(checksOf('merge', ['a', 'odd "b"'])).toMatchInlineSnapshot(`
      [
        {
          "code": "null-key",
          "configs": [
            "unique_key",
            "partition_by",
          ],
          "hint": "filter such rows out, or give them a key",
          "kind": "refuse-rows",
          "message": "expected no NULL in the unique key ("a", "odd "b""), found",
          "sql": "select *
      from "main"."a"
      where "a" is null or "odd ""b""" is null
      limit 5",
        },
        {
          "code": "duplicate-key",
          "configs": [
            "unique_key",
            "partition_by",
          ],
          "hint": "deduplicate in the SELECT, or use delete+insert if the key is a group of rows",
          "kind": "refuse-rows",
          "message": "expected each unique key ("a", "odd "b"") once in the batch, found",
          "sql": "select "a", "odd ""b""", count(*) as n_rows
      from "main"."a"
      group by "a", "odd ""b"""
      having count(*) > 1
      order by count(*) desc, "a", "odd ""b"""
      limit 5",
        },
      ]
    `)
  })
})

describe('checkNameLength', () => {
  const nodeOf = (name: string, schema = 'main') => ({
    ...model('a'),
    name,
    relation: { schema, identifier: name },
  })
  const said = (name: string, schema?: string) => {
    const fault = checkNameLength(postgresDialect, nodeOf(name, schema))
    return fault === undefined ? undefined : lineOf(fault)
  }

  test('counts bytes, with room for what publishing adds', () => {
    expect(said('x'.repeat(50))).toBeUndefined()
    expect(said('x'.repeat(51))).toMatchInlineSnapshot(
      `"models/a.sql:1:1 name-too-long: expected a name of at most 50 bytes, found "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" with 51 = postgres allows 63 bytes and publishing needs 13 of them; set a shorter "alias""`,
    )
    expect(said('é'.repeat(25))).toBeUndefined()
    expect(said('é'.repeat(26))).toMatchInlineSnapshot(
      `"models/a.sql:1:1 name-too-long: expected a name of at most 50 bytes, found "éééééééééééééééééééééééééé" with 52 = postgres allows 63 bytes and publishing needs 13 of them; set a shorter "alias""`,
    )
    expect(said('x', 's'.repeat(63))).toBeUndefined()
    expect(said('x', 's'.repeat(64))).toMatchInlineSnapshot(
      `"models/a.sql:1:1 name-too-long: expected a schema of at most 63 bytes, found "ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss" with 64 = set a shorter "schema""`,
    )
  })

  test('DuckDB has no limit', () => {
    expect(checkNameLength(duckdbDialect, nodeOf('x'.repeat(500)))).toBeUndefined()
  })
})
