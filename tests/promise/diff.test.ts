/** `assay diff` on each database, between its schemas, and across databases: values, keys, columns, samples, exit codes. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { execute } from './rows.ts'

const settings = `name: shop\ntarget: duckdb\n${testTargets}`

interface NodeJson {
  readonly name: string
  readonly status: string
  readonly [key: string]: unknown
}

/** The answer of `--output json`, which stands alone on stdout. */
async function diffJson(project: TestProject, ...argv: readonly string[]) {
  const { exitCode, stdout, stderr } = await project.assay('diff', ...argv, '--output', 'json')
  expect(stderr).toBe('')
  const value: { readonly a: string; readonly b: string; readonly nodes: readonly NodeJson[] } =
    JSON.parse(stdout)
  return { exitCode, nodes: value.nodes }
}

/** Two schemas of one table, `old` and `new`, made of these values lists. */
async function twoSchemas(
  adapter: (typeof adapters)[number],
  input: {
    readonly config?: string
    readonly columns: string
    readonly old: string
    readonly new: string
  },
): Promise<TestProject> {
  const project = await createTestProject(adapter, {
    files: {
      'assay.yml': settings,
      'models/orders.sql': `{{config schema="old" materialized="table" ${input.config ?? ''}}}select 1 as never_built`,
      'models/elsewhere.sql': '{{config schema="gold"}}select 1 as one',
    },
  })
  const fill = async (schema: string, rows: string) =>
    execute(
      project,
      `create schema ${schema}`,
      `create table ${schema}.orders as select ${input.columns} from (values ${rows}) as v (id, amount, word)`,
    )
  await fill('old', input.old)
  await fill('new', input.new)
  return project
}

const adapters = testAdapters()
const typed =
  'cast(id as integer) as id, cast(amount as double precision) as amount, cast(word as text) as word'
const noColumns = { only_in_a: [], only_in_b: [], types: [], volatile: [] }

describe.each(adapters)('two schemas of $name', (adapter) => {
  const sides = [`${adapter.name}:old`, `${adapter.name}:new`] as const

  test('counts, keys on one side, matches by column and samples', async () => {
    const project = await twoSchemas(adapter, {
      config: 'unique_key="id"',
      columns: typed,
      old: `(1, 1.5, 'a'), (2, 2.5, null), (10, 3, 'c'), (3, 4, 'd')`,
      new: `(1, 1.5, 'a'), (2, 2.5, ''), (10, 3.5, 'x'), (4, 4, 'd'), (5, 5, 'e')`,
    })
    expect(await diffJson(project, ...sides)).toEqual({
      exitCode: 1,
      nodes: [
        {
          unique_id: 'model.shop.orders',
          name: 'orders',
          relation_a: 'old.orders',
          relation_b: 'new.orders',
          status: 'different',
          columns: noColumns,
          rows: {
            key: ['id'],
            key_from: 'unique_key',
            tolerance: 1e-9,
            count_a: 4,
            count_b: 5,
            repeated_keys_a: 0,
            repeated_keys_b: 0,
            common: 3,
            different: 2,
            only_in_a: 1,
            only_in_b: 2,
            columns: [
              { name: 'word', equal: 1 },
              { name: 'amount', equal: 2 },
            ],
          },
          samples: {
            columns: ['id', 'amount', 'word'],
            different: [
              { a: ['2', '2.5', null], b: ['2', '2.5', ''], equal: [true, true, false] },
              { a: ['10', '3', 'c'], b: ['10', '3.5', 'x'], equal: [true, false, false] },
            ],
            only_in_a: [['3', '4', 'd']],
            only_in_b: [
              ['4', '4', 'd'],
              ['5', '5', 'e'],
            ],
          },
        },
      ],
    })
    const text = await project.assay('diff', ...sides, '--limit', '1')
    expect(text).toEqual({
      exitCode: 1,
      stderr: '',
      stdout: `differs  old.orders / new.orders  2 of 3 rows differ, 1 only in A, 2 only in B

old.orders / new.orders
  rows     4 in A (${adapter.name}:old), 5 in B (${adapter.name}:new)
  key      id (unique_key)
  match    word     33.33%  2 of 3 rows differ
           amount   66.67%  1 of 3 rows differ

  only in A: 1 row
    id  amount  word
    --  ------  ----
    3   4       d

  only in B: 2 rows, the first 1 (--limit -1 shows all)
    id  amount  word
    --  ------  ----
    4   4       d

  rows that differ: 2, the first 1 (--limit -1 shows all)
    id  column  A     B
    --  ------  ----  --
    2   word    NULL  ''

1 relation of ${adapter.name}:old (A) and ${adapter.name}:new (B): 1 differs
`,
    })
  })

  test('floats within the tolerance are equal, NaN is NaN, and no other number is near it', async () => {
    const project = await twoSchemas(adapter, {
      config: 'unique_key="id"',
      columns: typed,
      old: `(1, '0.1', 'x'), (2, 'NaN', 'x'), (3, 'Infinity', 'x'), (4, '1e308', 'x'), (5, '1e-320', 'x'), (6, '0', 'x'), (7, null, 'x'), (8, 'NaN', 'x'), (9, '5', 'x')`,
      new: `(1, '0.10000000000000002', 'x'), (2, 'NaN', 'x'), (3, '5', 'x'), (4, '-1e308', 'x'), (5, '2e-320', 'x'), (6, '-0', 'x'), (7, '0', 'x'), (8, '5', 'x'), (9, '5.04', 'x')`,
    })
    const different = async (...argv: readonly string[]) => {
      const { nodes } = await diffJson(project, ...sides, '--limit', '-1', ...argv)
      const samples: { readonly different: readonly { readonly a: readonly string[] }[] } =
        JSON.parse(JSON.stringify(nodes[0]?.['samples']))
      return samples.different.map(({ a }) => a[0])
    }
    expect(await different()).toEqual(['3', '4', '5', '7', '8', '9'])
    expect(await different('--tolerance', '0.01')).toEqual(['3', '4', '5', '7', '8'])
    expect(await different('--tolerance', '0')).toEqual(['1', '3', '4', '5', '7', '8', '9'])
  })

  test('a repeated key is said, and its rows are compared as a set', async () => {
    const project = await twoSchemas(adapter, {
      columns: typed,
      old: `(1, 1, 'x'), (1, 1, 'y'), (1, 1, 'y'), (null, 2, 'n'), (2, 2, 'z')`,
      new: `(1, 1, 'y'), (1, 1, 'q'), (1, 1.0000000000000002, 'y'), (null, 2, 'n'), (2, 2, 'z'), (2, 2, 'z')`,
    })
    const { exitCode, nodes } = await diffJson(project, ...sides, '--key', 'ID')
    expect(exitCode).toBe(1)
    expect(nodes.map(({ rows, samples }) => ({ rows, samples }))).toEqual([
      {
        rows: {
          key: ['id'],
          key_from: '--key',
          tolerance: 1e-9,
          count_a: 5,
          count_b: 6,
          repeated_keys_a: 1,
          repeated_keys_b: 2,
          common: 5,
          different: 1,
          only_in_a: 0,
          only_in_b: 1,
          columns: [
            { name: 'word', equal: 4 },
            { name: 'amount', equal: 5 },
          ],
        },
        samples: {
          columns: ['id', 'amount', 'word'],
          different: [{ a: ['1', '1', 'x'], b: ['1', '1', 'q'], equal: [true, true, false] }],
          only_in_a: [],
          only_in_b: [['2', '2', 'z']],
        },
      },
    ])
    const { stdout } = await project.assay('diff', ...sides, '--key', 'id')
    expect(stdout.split('\n').slice(2, 6)).toEqual([
      'old.orders / new.orders',
      `  rows     5 in A (${adapter.name}:old), 6 in B (${adapter.name}:new)`,
      '  key      id (--key)',
      '           in several rows: 1 key in A, 2 keys in B; the rows of such a key are compared as a set',
    ])
  })

  test('without a key rows are compared whole, copies counted, floats within the tolerance', async () => {
    const project = await twoSchemas(adapter, {
      columns: typed,
      old: `(1, 0.3, 'a'), (1, 0.3, 'a'), (2, 1, null), (3, 0.99999999949999, 'c'), (3, 7, 'c')`,
      new: `(1, 0.30000000000000004, 'a'), (2, 1, null), (2, 1, null), (3, 0.9999999995, 'c'), (3, 7, 'c')`,
    })
    const { exitCode, nodes } = await diffJson(project, ...sides)
    expect(exitCode).toBe(1)
    expect(nodes.map(({ rows, samples }) => ({ rows, samples }))).toEqual([
      {
        rows: {
          key: [],
          key_from: 'none',
          tolerance: 1e-9,
          count_a: 5,
          count_b: 5,
          repeated_keys_a: 0,
          repeated_keys_b: 0,
          common: 4,
          different: 0,
          only_in_a: 1,
          only_in_b: 1,
          columns: [],
        },
        samples: {
          columns: ['id', 'amount', 'word'],
          different: [],
          only_in_a: [['1', '0.3', 'a']],
          only_in_b: [['2', '1', null]],
        },
      },
    ])
  })

  test('columns and types that differ, and volatile columns left out and named', async () => {
    const project = await twoSchemas(adapter, {
      config: 'unique_key="id" volatile_columns="word"',
      columns: typed,
      old: `(1, 1, 'a')`,
      new: `(1, 1, 'b')`,
    })
    expect((await project.assay('diff', ...sides)).stdout).toBe(
      `same     old.orders / new.orders  1 row, without word\n\n1 relation of ${sides[0]} (A) and ${sides[1]} (B): 1 the same\n`,
    )
    await execute(
      project,
      'alter table new.orders alter column id type bigint',
      'alter table new.orders add column extra text',
      'alter table old.orders add column gone date',
    )
    const [integer, bigint] =
      adapter.name === 'duckdb' ? ['INTEGER', 'BIGINT'] : ['integer', 'bigint']
    const [text, date] = adapter.name === 'duckdb' ? ['VARCHAR', 'DATE'] : ['text', 'date']
    const { exitCode, nodes } = await diffJson(project, ...sides)
    expect({ exitCode, columns: nodes[0]?.['columns'] }).toEqual({
      exitCode: 1,
      columns: {
        only_in_a: [{ name: 'gone', type: date }],
        only_in_b: [{ name: 'extra', type: text }],
        types: [{ name: 'id', a: integer, b: bigint }],
        volatile: ['word'],
      },
    })
    expect((await project.assay('diff', ...sides)).stdout.split('\n')[0]).toBe(
      'differs  old.orders / new.orders  1 row alike, 2 columns only on one side, 1 type differs',
    )
  })

  test('a relation on one side only is a difference; in neither is none', async () => {
    const project = await twoSchemas(adapter, {
      columns: typed,
      old: `(1, 1, 'a')`,
      new: `(1, 1, 'a')`,
    })
    await execute(project, 'drop table new.orders')
    expect(await project.assay('diff', ...sides, '--select', 'orders', 'elsewhere')).toEqual({
      exitCode: 1,
      stderr: '',
      stdout: `missing  old.orders / new.orders  only in A (${sides[0]})

2 relations of ${sides[0]} (A) and ${sides[1]} (B): 1 missing on one side and 1 in neither
`,
    })
  })

  test('without a column in common rows are counted', async () => {
    const project = await twoSchemas(adapter, {
      columns: typed,
      old: `(1, 1, 'a'), (2, 2, 'b')`,
      new: `(1, 1, 'a')`,
    })
    await execute(project, 'drop table new.orders', 'create table new.orders as select 1 as other')
    const { exitCode, nodes } = await diffJson(project, ...sides)
    expect({ exitCode, rows: nodes[0]?.['rows'] }).toEqual({
      exitCode: 1,
      rows: {
        key: [],
        key_from: 'none',
        tolerance: 1e-9,
        count_a: 2,
        count_b: 1,
        repeated_keys_a: 0,
        repeated_keys_b: 0,
        common: 1,
        different: 0,
        only_in_a: 1,
        only_in_b: 0,
        columns: [],
      },
    })
  })

  test('what cannot begin is exit code 2 and says the nearest name', async () => {
    const project = await twoSchemas(adapter, {
      columns: typed,
      old: `(1, 1, 'a')`,
      new: `(1, 1, 'a')`,
    })
    const refused = async (...argv: readonly string[]) => {
      const { exitCode, stdout, stderr } = await project.assay('diff', ...argv)
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
      return stderr.split('\n').filter((line) => /error(?:\[|:)|hint:/.test(line))
    }
    const { name } = adapter
    expect(await refused('old', 'nw')).toEqual([
      `error[unknown-schema]: expected a target ("duckdb", "postgres") or a schema of "${name}", found "nw"`,
      '  = hint: did you mean "new"?',
    ])
    expect(await refused('old', `${name}s:new`)).toEqual([
      `error[unknown-target]: expected one of the targets "duckdb", "postgres", found "${name}s"`,
      `  = hint: did you mean "${name}"?`,
    ])
    expect(await refused('old', 'old')).toEqual([
      'error[invalid-value]: expected two different sides, found "old" twice',
      `  = hint: name another target, or a schema: assay diff ${name} ${name}:other_schema`,
    ])
    expect(await refused('old')).toEqual([
      'error: expected A and B after "assay diff", found "old"',
      '  = hint: "assay diff --help" shows what there is',
    ])
    expect(await refused('old', 'new', '--key', 'id,nr')).toEqual([
      'error[unknown-column]: expected the columns of --key in "orders" of old and new, found no "nr" in both',
      '   = hint: both have id, amount, word; name the nodes that have the key with --select',
    ])
    await execute(project, 'drop table old.orders', 'drop table new.orders')
    expect(await refused('old', 'new')).toEqual([
      'error[nothing-to-compare]: expected tables or views of old or new to compare, found none of 1 selected in either database',
      '  = hint: if nothing was built yet: assay build --target <name>',
    ])
  })

  test('a view that cannot be read fails alone', async () => {
    const project = await twoSchemas(adapter, {
      columns: typed,
      old: `(1, 1, 'a')`,
      new: `(1, 1, 'a')`,
    })
    await project.write({ 'models/broken.sql': '{{config schema="old"}}select 1 as id' })
    const view = (schema: string) =>
      `create view ${schema}.broken as select cast(word as integer) as id from ${schema}.orders`
    await execute(project, view('old'), view('new'))
    const { exitCode, stdout, stderr } = await project.assay('diff', ...sides)
    expect({ exitCode, stdout }).toEqual({
      exitCode: 1,
      stdout: `error    old.broken / new.broken  could not be read
same     old.orders / new.orders  1 row

2 relations of ${sides[0]} (A) and ${sides[1]} (B): 1 the same and 1 could not be read
`,
    })
    expect(stderr.split('\n')[0]).toMatch(/^error\[database-error\]: could not compare "broken": /)
  })
})

/** One row a kind of value, written so that both databases read it. */
const everyType = `{{config materialized="table" unique_key="id"}}
select
  id,
  cast(id as bigint) as wide,
  cast(1.50 as decimal(10, 2)) as price,
  sum(cast(id as bigint)) over () as total,
  cast(number as double precision) as number,
  cast(single as real) as single,
  id = 2 as flag,
  cast('2026-02-28' as date) as day,
  cast('2026-02-28 12:34:56.789' as timestamp) as at_local,
  cast('2026-02-28 12:34:56.000001+02:00' as timestamptz) as at_utc,
  cast('12:30:00' as time) as at_time,
  cast('0b1c2d3e-0000-4000-8000-00000000000a' as uuid) as uid,
  cast(document as json) as document,
  array[id, 2] as list,
  word
from (
  values
    (1, '0.1', '0.1', '{"b": 1, "a": [1.0, null]}', 'plain'),
    (2, 'NaN', '16777216', '{"a": "x\\u00e9", "n": 12345678901234567890}', ''),
    (3, 'Infinity', '1e-7', '[]', 'tab	back\\slash ''quote'' é漢'),
    (4, '-0', '3', 'null', null),
    (5, '1e15', '2.5', '{}', 'NULL'),
    (6, '123456789.125', '0', '"text"', '\\N'),
    (7, '1e-300', null, null, 'line
end')
) as v (id, number, single, document, word)`

const both = adapters.filter(({ name }) => name === 'postgres' && inject('postgres') !== null)

describe.each(both.length === 0 || adapters.length < 2 ? [] : both)(
  'duckdb and $name',
  (adapter) => {
    const files = {
      'assay.yml': settings,
      'seeds/items.csv': 'id,name,price\n1,a,1.5\n2,b,\n3,"c ",3\n',
      'models/types.sql': everyType,
      'models/keyless.sql': 'select name, price * 3 as price from {{ref "items"}}',
      'models/float_key.sql':
        '{{config materialized="table" unique_key="n"}}select cast(id as double precision) * 1e15 as n, name from {{ref "items"}}',
      'models/per_target.sql': `{{config materialized="table" unique_key="id"}}
select id, id * {{var "factor" 1}} as n from {{ref "items"}}{{#if (eq target.type "duckdb")}} where id > 1{{/if}}`,
    }
    const build = async (project: TestProject, ...argv: readonly string[]) => {
      const built = await project.assay('build', ...argv)
      expect(built.exitCode, built.stdout + built.stderr).toBe(0)
    }

    test('equal values of every type are equal, whichever database holds them', async () => {
      const project = await createTestProject(adapter, { files })
      await build(project, '-t', 'duckdb')
      await build(project, '-t', 'postgres')
      const { exitCode, stdout, stderr } = await project.assay(
        'diff',
        'duckdb:main',
        'postgres:public',
        '--exclude',
        'per_target',
      )
      expect({ exitCode, stdout, stderr }).toEqual({
        exitCode: 0,
        stderr: '',
        stdout: `same     main.types / public.types          7 rows
same     main.items / public.items          3 rows
same     main.float_key / public.float_key  3 rows
same     main.keyless / public.keyless      3 rows

4 relations of duckdb:main (A) and postgres:public (B): 4 the same
`,
      })
    })

    test('what differs is found, and nothing is left behind', async () => {
      const project = await createTestProject(adapter, { files })
      await build(project, '-t', 'duckdb', '--select', '+per_target')
      await build(project, '-t', 'postgres', '--select', '+per_target', '--vars', '{factor: 2}')
      const { exitCode, nodes } = await diffJson(
        project,
        'duckdb',
        'postgres',
        '--select',
        'per_target',
      )
      expect(exitCode).toBe(1)
      expect(nodes.map(({ rows, samples }) => ({ rows, samples }))).toEqual([
        {
          rows: {
            key: ['id'],
            key_from: 'unique_key',
            tolerance: 1e-9,
            count_a: 2,
            count_b: 3,
            repeated_keys_a: 0,
            repeated_keys_b: 0,
            common: 2,
            different: 2,
            only_in_a: 0,
            only_in_b: 1,
            columns: [{ name: 'n', equal: 0 }],
          },
          samples: {
            columns: ['id', 'n'],
            different: [
              { a: ['2', '2'], b: ['2', '4'], equal: [true, false] },
              { a: ['3', '3'], b: ['3', '6'], equal: [true, false] },
            ],
            only_in_a: [],
            only_in_b: [['1', '2']],
          },
        },
      ])
      const left = await readdir(join(project.folder, 'target'))
      expect(left.filter((name) => name.startsWith('diff'))).toEqual([])
    })
  },
)
