import { describe, expect, test } from 'vitest'
import { duckdbDialect } from '../../../../src/adapters/duckdb/dialect.ts'
import type { Node, UniqueId } from '../../../../src/core/node.ts'
import type { Relation } from '../../../../src/core/relation.ts'
import type { Manifest } from '../../../../src/project/parse/manifest.ts'
import { compileNode } from '../../../../src/transform/plan/compile-node.ts'
import { sqlPath } from '../../../../src/transform/plan/sql/sql-path.ts'
import { limitedRows, testQuery } from '../../../../src/transform/plan/data-tests/test-query.ts'
import { dataTest } from '../../project/node-builder.ts'
import { lineOf, manifestOf } from '../../project/parsed-project.ts'

interface Options {
  readonly isIncremental?: boolean
  readonly standIns?: ReadonlyMap<UniqueId, Relation>
}

function compiled(manifest: Manifest, name: string, options: Options = {}) {
  const node = [...manifest.nodes.values()].find((candidate) => candidate.name === name)
  if (node === undefined || !('code' in node)) throw new Error(`there is no ${name}`)
  const result = compileNode(
    {
      manifest,
      dialect: duckdbDialect,
      invocationId: 'run-1',
      runStartedAt: '2026-01-02T03:04:05.000Z',
      standIns: new Map(),
      isIncremental: false,
      reads: new Map(),
      ...options,
    },
    node,
  )
  return result.ok ? result.value.sql : result.diagnostics.map(lineOf)
}

const sqlOf = (files: Readonly<Record<string, string>>, name: string, options: Options = {}) =>
  compiled(manifestOf(files), name, options)

describe('compileNode', () => {
  test('refs, this and is_incremental', () => {
    const files = {
      'models/a.sql': '{{config schema="silver" alias="x"}}select 1 as id',
      'models/b.sql': `{{config materialized="incremental"}}
select * from {{ref "a"}}
{{#if (is_incremental)}}where id > (select max(id) from {{this}}){{/if}};
`,
    }
    expect(sqlOf(files, 'b')).toBe('select * from "silver"."x"')
    expect(sqlOf(files, 'b', { isIncremental: true })).toBe(
      'select * from "silver"."x"\nwhere id > (select max(id) from "main"."b")',
    )
  })

  test('ephemeral models come as CTEs, each once, what is read first', () => {
    const files = {
      'models/t.sql': 'select 1 as id',
      'models/e1.sql': '{{config materialized="ephemeral"}}select * from {{ref "t"}};',
      'models/e2.sql': '{{config materialized="ephemeral"}}select * from {{ref "e1"}} -- two',
      'models/plain.sql': 'select * from {{ref "e2"}} join {{ref "e1"}} using (id)',
      'models/with_own.sql': '-- why\nwith x as (select 1) select * from x, {{ref "e1"}}',
      'models/recursive.sql':
        'WITH RECURSIVE x as (select 1 union all select * from x) select * from x, {{ref "e1"}}',
    }
    const manifest = manifestOf(files)
    expect(compiled(manifest, 'plain')).toMatchInlineSnapshot(`
      "with "__assay__cte__e1" as (
      select * from "main"."t"
      ), "__assay__cte__e2" as (
      select * from "__assay__cte__e1"
      )
      select * from "__assay__cte__e2" join "__assay__cte__e1" using (id)"
    `)
    expect(compiled(manifest, 'with_own')).toMatchInlineSnapshot(`
      "-- why
      with "__assay__cte__e1" as (
      select * from "main"."t"
      ), x as (select 1) select * from x, "__assay__cte__e1""
    `)
    expect(compiled(manifest, 'recursive')).toMatchInlineSnapshot(`
      "WITH RECURSIVE "__assay__cte__e1" as (
      select * from "main"."t"
      ), x as (select 1 union all select * from x) select * from x, "__assay__cte__e1""
    `)
  })

  test('is_incremental is false inside an ephemeral model', () => {
    const files = {
      'models/e.sql':
        '{{config materialized="ephemeral"}}select {{#if (is_incremental)}}1{{else}}2{{/if}} as n',
      'models/b.sql': '{{config materialized="incremental"}}select * from {{ref "e"}}',
    }
    expect(sqlOf(files, 'b', { isIncremental: true })).toBe(
      'with "__assay__cte__e" as (\nselect 2 as n\n)\nselect * from "__assay__cte__e"',
    )
  })

  test('a fault in an ephemeral model is placed in its file', () => {
    const files = {
      'models/e.sql': '{{config materialized="ephemeral"}}select 1;\nselect 2',
      'models/b.sql': 'select * from {{ref "e"}}',
    }
    expect(sqlOf(files, 'b')).toEqual([
      'models/e.sql:1:44 several-statements: expected one SELECT, found a second statement behind ";" = a model is one SELECT; move the other statement to a model of its own',
    ])
  })

  test('blank, and with a semicolon in a string', () => {
    const files = { 'models/a.sql': '-- x\n', 'models/b.sql': "select ';' as s; -- end" }
    expect(sqlOf(files, 'a')).toBe('')
    expect(sqlOf(files, 'b')).toBe("select ';' as s")
  })

  test('tests: arguments, where, and the candidate in place of what is tested', () => {
    const manifest = manifestOf({
      'models/a.sql': 'select 1 as id',
      'models/b.sql': 'select 1 as id',
      'models/b.yml': `models:
  - name: b
    columns:
      - name: id
        data_tests:
          - unique: { name: u, config: { where: id > 0 } }
          - relationships: { name: r, arguments: { to: ref('a'), field: id } }
          - accepted_values: { name: v, arguments: { values: [1, 2], quote: false } }
          - not_null: { name: n }
`,
    })
    const standIns = new Map([
      ['model.shop.b', { schema: 'main', identifier: 'b__assay_new' }],
    ] as const)
    expect({
      u: compiled(manifest, 'u'),
      r: compiled(manifest, 'r', { standIns }),
      v: compiled(manifest, 'v'),
      n: compiled(manifest, 'n', { standIns }),
    }).toMatchInlineSnapshot(`
      {
        "n": "select *
      from "main"."b__assay_new" as tested
      where id is null",
        "r": "select id as from_field
      from "main"."b__assay_new" as tested
      where id is not null
        and not exists (
          select 1
          from (select id as assay_to_field from "main"."a" as referenced) as assay_parent
          where assay_parent.assay_to_field = id
        )",
        "u": "with "__assay__filtered" as (
      select *
      from "main"."b"
      where id > 0
      )
      select
        id,
        count(*) as n_records
      from "__assay__filtered" as tested
      where id is not null
      group by id
      having count(*) > 1",
        "v": "select
        id as value_field,
        count(*) as n_records
      from "main"."b" as tested
      where id not in (1, 2)
      group by id",
      }
    `)
  })
})

describe('testQuery', () => {
  const select = 'select 1 as id'
  const query = (changes: object) => {
    const node = { ...dataTest('t', []), ...changes }
    const { sql, start } = testQuery(node, select)
    expect(sql.slice(start, start + select.length)).toBe(select)
    return sql
  }

  test('counts and compares', () => {
    expect(query({})).toMatchInlineSnapshot(`
      "select
        count(*) as failures,
        (count(*)) != 0 as should_warn,
        (count(*)) != 0 as should_error
      from (
      select 1 as id
      ) as assay_test"
    `)
  })

  test('limit caps the failing rows, fail_calc and both conditions are as written', () => {
    expect(
      query({ limit: 5, failCalc: 'sum(n)', warnIf: '> 1', errorIf: '>= 10' }),
    ).toMatchInlineSnapshot(`
      "select
        sum(n) as failures,
        (sum(n)) > 1 as should_warn,
        (sum(n)) >= 10 as should_error
      from (
      select * from (
      select 1 as id
      ) as assay_rows
      limit 5
      ) as assay_test"
    `)
  })

  test('a sample', () => {
    expect(limitedRows(select, 3)).toBe('select * from (\nselect 1 as id\n) as assay_test\nlimit 3')
  })
})

describe('sqlPath', () => {
  test('lies where the file of the node does; a generic test below its YAML file', () => {
    const manifest = manifestOf({
      'models/x/a.sql': 'select 1 as id',
      'models/x/a.yml': 'models: [{ name: a, columns: [{ name: id, data_tests: [unique] }] }]',
      'seeds/s.csv': 'id\n',
      'tests/one.sql': 'select 1',
    })
    expect([...manifest.nodes.values()].map((node: Node) => sqlPath(node)).toSorted()).toEqual([
      'shop/models/x/a.sql',
      'shop/models/x/a.yml/unique_a_id.sql',
      'shop/seeds/s.csv.sql',
      'shop/tests/one.sql',
    ])
  })
})
