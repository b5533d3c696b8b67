/** The statements both dialects write. */
import { expect, test } from 'vitest'
import { duckdbDialect } from '../../../src/adapters/duckdb/dialect.ts'
import { postgresDialect } from '../../../src/adapters/postgres/dialect.ts'

const relation = { schema: 's', identifier: 'a"b' }
const batch = { schema: 's', identifier: 'batch' }
const column = { name: 'c d', dataType: 'integer' }

test.each([duckdbDialect, postgresDialect])('$name writes its statements', (dialect) => {
  expect([
    dialect.createSchema('s'),
    dialect.createTableAs(relation, 'select 1'),
    dialect.createTable(relation, [column, { name: 'e', dataType: 'text' }]),
    dialect.createView(relation, 'select 1'),
    dialect.createOrReplaceView(relation, 'select 1'),
    dialect.drop('materialized view', relation),
    dialect.rename('view', relation, 'new'),
    dialect.addColumn(relation, column),
    dialect.dropColumn(relation, 'c d'),
    dialect.alterColumnType(relation, column),
    dialect.insertSelect(relation, ['x', 'y'], batch),
    dialect.deleteWhere(relation, 'x = 1'),
    dialect.merge({
      into: relation,
      batch,
      key: ['x', 'y'],
      predicates: [],
      insertColumns: ['x', 'y', 'z'],
      updateColumns: ['z'],
    }),
  ]).toEqual([
    'create schema if not exists "s"',
    'create table "s"."a""b" as\nselect 1',
    'create table "s"."a""b" (\n  "c d" integer,\n  "e" text\n)',
    'create view "s"."a""b" as\nselect 1',
    'create or replace view "s"."a""b" as\nselect 1',
    'drop materialized view if exists "s"."a""b"',
    'alter view "s"."a""b" rename to "new"',
    'alter table "s"."a""b" add column "c d" integer',
    'alter table "s"."a""b" drop column "c d"',
    'alter table "s"."a""b" alter column "c d" type integer using cast("c d" as integer)',
    'insert into "s"."a""b" ("x", "y")\nselect "x", "y"\nfrom "s"."batch"',
    'delete from "s"."a""b"\nwhere x = 1',
    `merge into "s"."a""b" as target
using "s"."batch" as batch
on target."x" = batch."x" and target."y" = batch."y"
when matched then update set "z" = batch."z"
when not matched then insert ("x", "y", "z")
values (batch."x", batch."y", batch."z")`,
  ])
})

test('a relation in another database names it', () => {
  expect(duckdbDialect.relation({ database: 'lake', schema: 's', identifier: 't' })).toBe(
    '"lake"."s"."t"',
  )
})

test('seed columns have types of the database', () => {
  const types = [
    'integer',
    'bigint',
    'double',
    'boolean',
    'date',
    'timestamp',
    'timestamptz',
    'text',
  ] as const
  expect(types.map((type) => duckdbDialect.seedType(type))).toEqual([
    'integer',
    'bigint',
    'double',
    'boolean',
    'date',
    'timestamp',
    'timestamp with time zone',
    'varchar',
  ])
  expect(types.map((type) => postgresDialect.seedType(type))).toEqual([
    'integer',
    'bigint',
    'double precision',
    'boolean',
    'date',
    'timestamp',
    'timestamp with time zone',
    'text',
  ])
})
