/** What a statement changes of what is known of tables and views. */
import { expect, test } from 'vitest'
import { effectOf } from '../../../../src/adapters/duckdb/reading/statement-effect.ts'

const orders = { text: '"gold"."orders"', identifier: 'orders' }

test.each([
  ['insert into "gold"."orders" ("a") select "a" from "gold"."b"', 1],
  ['insert into "gold"."orders" select 1 on conflict do nothing', undefined],
  ['insert into "gold"."orders" values (1) returning a', undefined],
  ['delete from "gold"."orders"\nwhere a in (select a from "gold"."b")', -1],
  ['delete from "gold"."orders" using "gold"."b" where true', undefined],
  ['update "gold"."orders" set a = 1;', 0],
  ['merge into "gold"."orders" as target using "gold"."b" as batch on true', undefined],
  ['truncate table "gold"."orders"', undefined],
])('rows of one table: %s', (sql, sign) => {
  expect(effectOf(sql)).toEqual({ kind: 'rows', name: orders, sign })
})

test.each([
  ['create table "gold"."orders" as\n-- a comment\nselect 1', 'table made'],
  ['create table "gold"."orders" (\n  a integer\n)', 'table made'],
  ['create view "gold"."orders" as\nselect 1', 'view made'],
  ['create or replace view "gold"."orders" as\nselect 1', 'view made'],
  ['drop table if exists "gold"."orders"', 'dropped'],
  ['drop view "gold"."orders";', 'dropped'],
])('what is made and what is gone: %s', (sql, kind) => {
  expect(effectOf(sql)).toEqual({ kind, name: orders })
})

test('a table under another name is the same table, in its schema', () => {
  expect(effectOf('alter table "gold"."orders" rename to "O""x"')).toEqual({
    kind: 'table renamed',
    name: orders,
    to: { text: '"gold"."O""x"', identifier: 'O"x' },
  })
})

test.each([
  'select 1',
  'select * from "gold"."orders" where note = \'delete from x\'',
  '/* of a node */ from "gold"."orders"',
  'insert into _assay.node_runs (run_id) values ($1)',
  'comment on table "gold"."orders" is \'new\'',
])('nothing: %s', (sql) => {
  expect(effectOf(sql)).toEqual({ kind: 'nothing' })
})

test.each([
  'create or replace table "gold"."orders" as select 1',
  'create table if not exists "gold"."orders" as select 1',
  'create schema other',
  'alter table "gold"."orders" add column b integer',
  'alter table "gold"."orders" rename a to b',
  'drop table "gold"."orders" cascade',
  'drop schema "gold"',
  'with old as (select 1) delete from "gold"."orders"',
  '/* of a hook */ insert into "gold"."orders" values (1)',
  'select 1; drop table "gold"."orders"',
  'insert into "gold"."orders" values (1); drop table "gold"."orders"',
  'insert or replace into "gold"."orders" values (1)',
  "attach 'other.duckdb' as other",
  'use other',
  'copy "gold"."orders" from \'orders.csv\'',
])('anything: %s', (sql) => {
  expect(effectOf(sql)).toEqual({ kind: 'anything' })
})
