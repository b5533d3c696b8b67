import { describe, expect, test } from 'vitest'
import { type Target, noExtras } from '../../../../src/core/target.ts'
import { nodeRelation, sourceRelation } from '../../../../src/project/parse/relation-names.ts'
import { manifestOf, saidOf, settingsWith } from '../parsed-project.ts'

const duckdb: Target = {
  type: 'duckdb',
  extras: noExtras,
  name: 'dev',
  schema: 'main',
  threads: 1,
  timezone: 'UTC',
  isAtomic: false,
  leaseTimeoutMs: 60_000,
  path: '/project/target/assay.duckdb',
}
const postgres: Target = {
  type: 'postgres',
  name: 'pg',
  schema: 'public',
  threads: 1,
  timezone: 'UTC',
  isAtomic: false,
  leaseTimeoutMs: 60_000,
  host: 'h',
  port: 1,
  user: 'u',
  database: 'silver',
  connectTimeoutMs: 1,
  swapTimeoutMs: 1,
}
const nothing = { schema: undefined, alias: undefined }

function sourceName(schema: string, identifier: string) {
  return { database: undefined, schema, identifier, quoting: {} }
}

describe('the relation of a node', () => {
  test('is the schema of the target and the name', () => {
    expect(nodeRelation(duckdb, nothing, 'a')).toEqual({ schema: 'main', identifier: 'a' })
    expect(nodeRelation(postgres, nothing, 'a')).toEqual({ schema: 'public', identifier: 'a' })
  })

  test('is a schema of its own as it is, and an alias', () => {
    expect(nodeRelation(duckdb, { schema: 'silver', alias: 'b' }, 'a')).toEqual({
      schema: 'silver',
      identifier: 'b',
    })
  })

  test('has the prefix before either schema; a source never has', () => {
    const mine = { ...duckdb, prefix: 'me' }
    expect([
      nodeRelation(mine, nothing, 'a').schema,
      nodeRelation(mine, { ...nothing, schema: 'silver' }, 'a').schema,
      sourceRelation(mine, sourceName('raw', 't')).schema,
    ]).toEqual(['me_main', 'me_silver', 'raw'])
  })

  test.each([
    ['/p/silver.duckdb', 'silver', 'silver'],
    ['/p/silver.prod.db', 'silver', 'silver'],
    ['C:\\data\\silver.duckdb', 'silver', 'silver'],
    ['/p/silver', 'silver', 'silver'],
    [':memory:', 'memory', 'memory'],
    ['/p/assay.duckdb', 'silver', undefined],
    ['/silver/assay.duckdb', 'silver', undefined],
  ])('names the database where %s and schema %s would be taken for one', (path, schema, named) => {
    const relation = { schema, identifier: 'a' }
    const expected = named === undefined ? relation : { database: named, ...relation }
    expect(nodeRelation({ ...duckdb, path }, { ...nothing, schema }, 'a')).toEqual(expected)
    expect(sourceRelation({ ...duckdb, path }, sourceName(schema, 'a'))).toEqual(expected)
  })

  test('K1: of a source, is the database it names, but for the one that is open', () => {
    const named = (database: string) => ({ ...sourceName('raw', 't'), database })
    expect([
      sourceRelation(duckdb, named('archive')),
      sourceRelation({ ...duckdb, path: '/p/archive.duckdb' }, named('archive')),
    ]).toEqual([
      { database: 'archive', schema: 'raw', identifier: 't' },
      { schema: 'raw', identifier: 't' },
    ])
  })

  test('K1: a part of a source that is not quoted is folded as Postgres folds it', () => {
    const unquoted = { ...sourceName('Raw', 'Events'), quoting: { identifier: false } }
    expect([sourceRelation(postgres, unquoted), sourceRelation(duckdb, unquoted)]).toEqual([
      { schema: 'Raw', identifier: 'events' },
      { schema: 'Raw', identifier: 'Events' },
    ])
  })

  test('never names it on Postgres', () => {
    expect(nodeRelation(postgres, { ...nothing, schema: 'silver' }, 'a')).toEqual({
      schema: 'silver',
      identifier: 'a',
    })
  })
})

describe('one relation, one node', () => {
  test('two models of one name, in different folders', () => {
    expect(saidOf({ 'models/x/a.sql': 'select 1', 'models/y/a.sql': 'select 1' })).toEqual([
      'models/y/a.sql:1:1 duplicate-name: expected one node named "a", found a second one in models/y/a.sql = rename one of them; use "alias" if both should have the same table name (models/x/a.sql:1:1 first defined here)',
    ])
  })

  test('a model and a seed of one name', () => {
    expect(saidOf({ 'models/a.sql': 'select 1', 'seeds/a.csv': 'id\n' })).toEqual([
      'seeds/a.csv:1:1 duplicate-name: expected one node named "a", found a second one in seeds/a.csv = rename one of them; use "alias" if both should have the same table name (models/a.sql:1:1 first defined here)',
    ])
  })

  test('two names, one alias', () => {
    const text = '{{config alias="orders"}}select 1'
    expect(saidOf({ 'models/a.sql': text, 'models/b.sql': text })).toEqual([
      'models/b.sql:1:1 duplicate-relation: expected one node to build "main.orders", found "a" and "b" = give one of them another "alias" or "schema" (models/a.sql:1:1 the other one)',
    ])
  })

  test('one alias in two schemas, or of an ephemeral model, is fine', () => {
    const files = {
      'models/a.sql': '{{config alias="orders" schema="one"}}select 1',
      'models/b.sql': '{{config alias="orders" schema="two"}}select 1',
      'models/c.sql': '{{config alias="orders" schema="two" materialized="ephemeral"}}select 1',
    }
    expect(saidOf(files)).toEqual([])
  })

  test('a ref keeps the name of the file', () => {
    const manifest = manifestOf({
      'models/a.sql': '{{config alias="orders"}}select 1',
      'models/b.sql': 'select * from {{ref "a"}}',
    })
    expect(manifest.nodes.get('model.shop.b')?.dependsOn).toEqual(['model.shop.a'])
  })

  test('names that only differ in case, which DuckDB takes for one', () => {
    expect(saidOf({ 'models/a.sql': 'select 1', 'models/A.sql': 'select 1' })).toEqual([
      'models/A.sql:1:1 duplicate-relation: expected one node to build "main.a", found "a" and "A" = give one of them another "alias" or "schema" (models/a.sql:1:1 the other one)',
    ])
  })

  test('H5: the same definition of a test twice', () => {
    expect(
      saidOf({
        'models/a.sql': 'select 1 as id',
        'models/a.yml':
          'models: [{ name: a, columns: [{ name: id, data_tests: [unique, unique: { config: { severity: warn } }] }] }]',
      }),
    ).toMatchInlineSnapshot(`
      [
        "models/a.yml:1:64 duplicate-name: expected one test named "unique_a_id", found a second one in models/a.yml = remove one of them, or give it a "name" of its own (models/a.yml:1:56 first defined here)",
      ]
    `)
  })

  test('two tables of one source, and a source declared twice', () => {
    expect(
      saidOf({
        'sources.yml': 'sources: [{ name: raw, tables: [{ name: t }, { name: t }] }]',
        'models/s.yml': 'sources: [{ name: raw, tables: [{ name: t }] }]',
      }),
    ).toMatchInlineSnapshot(`
      [
        "models/s.yml:1:41 duplicate-name: expected one source table named "raw.t", found a second one in models/s.yml = declare it once (sources.yml:1:41 first defined here)",
        "sources.yml:1:54 duplicate-name: expected one source table named "raw.t", found a second one in sources.yml = declare it once (sources.yml:1:41 first defined here)",
      ]
    `)
  })

  test('a prefix is part of the name', () => {
    const files = {
      'assay.yml': settingsWith('').replace('type: duckdb,', 'type: duckdb, prefix: me,'),
      'models/a.sql': '{{config schema="silver"}}select 1',
    }
    const node = manifestOf(files).nodes.get('model.shop.a')
    expect(node?.resourceType === 'model' && node.relation).toEqual({
      schema: 'me_silver',
      identifier: 'a',
    })
  })
})
