import { describe, expect, test } from 'vitest'
import type { SourceNode } from '../../../../src/core/node.ts'
import { manifestOf, saidOf, settingsWith } from '../parsed-project.ts'

const postgres = `name: shop
targets:
  dev: { type: postgres, host: h, user: u, database: app }
`

function sourcesOf(yaml: string, settings = settingsWith('')): readonly SourceNode[] {
  const manifest = manifestOf({ 'assay.yml': settings, 'sources.yml': yaml })
  return [...manifest.nodes.values()].filter((node) => node.resourceType === 'source')
}

describe('K1: a source', () => {
  test('has its name as schema, and each table its name as identifier, unless it says otherwise', () => {
    const [other, plain] = sourcesOf(
      'sources: [{ name: raw, description: all, meta: { a: 1 }, loader: x, tables: [{ name: t, meta: { b: 2 } }, { name: o, identifier: O2, loader: y }] }]',
    )
    expect(plain).toMatchObject({
      relation: { schema: 'raw', identifier: 't' },
      sourceDescription: 'all',
      sourceMeta: { a: 1 },
      meta: { a: 1, b: 2 },
      loader: 'x',
    })
    expect(other).toMatchObject({ relation: { schema: 'raw', identifier: 'O2' }, loader: 'y' })
  })

  test('of another database is refused on Postgres', () => {
    const yaml = (database: string) =>
      `sources: [{ name: raw, database: ${database}, tables: [{ name: t }] }]`
    expect(saidOf({ 'assay.yml': postgres, 'sources.yml': yaml('other') })).toEqual([
      'sources.yml:1:34 invalid-value: expected the database of the target, "app", found "other", which Postgres cannot read from there = leave "database" out, or make its tables foreign tables of this one',
    ])
    expect(sourcesOf(yaml('app'), postgres)[0]?.relation).toEqual({
      schema: 'raw',
      identifier: 't',
    })
  })
})

describe('K2: freshness', () => {
  test('of a table overrides that of its source limit by limit; null disables one, or all', () => {
    const sources = sourcesOf(`
sources:
  - name: raw
    freshness: { warn_after: { count: 1, period: hour }, error_after: { count: 2, period: hour }, filter: a > 1 }
    loaded_at_field: at
    tables:
      - { name: a }
      - { name: b, freshness: { warn_after: { count: 5, period: minute } }, loaded_at_query: select 1 }
      - { name: c, freshness: { error_after: null }, loaded_at_field: other }
      - { name: d, freshness: null, loaded_at_field: null }
      - { name: e, freshness: { warn_after: null, error_after: null } }
`)
    const hour = (count: number) => ({ count, period: 'hour' })
    expect(sources.map(({ freshness }) => freshness)).toEqual([
      { warnAfter: hour(1), errorAfter: hour(2), filter: 'a > 1' },
      { warnAfter: { count: 5, period: 'minute' }, errorAfter: hour(2), filter: 'a > 1' },
      { warnAfter: hour(1), errorAfter: undefined, filter: 'a > 1' },
      undefined,
      undefined,
    ])
    expect(sources.map(({ loadedAt }) => loadedAt)).toMatchObject(
      [
        { kind: 'field', expression: 'at' },
        { kind: 'query', query: { text: 'select 1' } },
        { kind: 'field', expression: 'other' },
        {},
        { kind: 'field', expression: 'at' },
      ].map((each) => (Object.keys(each).length === 0 ? undefined : each)),
    )
  })
})

describe('K18: files', () => {
  const located = (location: string) =>
    sourcesOf(
      `sources: [{ name: raw, schema: s, config: { external_location: "${location}" }, tables: [{ name: t, identifier: i }] }]`,
    )[0]?.externalLocation

  test('are paths from the project, or calls with such paths', () => {
    expect([
      located('data/{name}.csv'),
      located('/tmp/{identifier}.parquet'),
      located('s3://bucket/{schema}/*.parquet'),
      located("read_csv(['a.csv', 'b.csv'], delim=';')"),
      located("it's/x.csv"),
    ]).toEqual([
      "'/project/data/t.csv'",
      "'/tmp/i.parquet'",
      "'s3://bucket/s/*.parquet'",
      "read_csv(['/project/a.csv', '/project/b.csv'], delim=';')",
      "'/project/it''s/x.csv'",
    ])
  })

  test('are refused on Postgres as a config; as meta they mean nothing there', () => {
    const yaml = (key: string) =>
      `sources: [{ name: raw, tables: [{ name: t, ${key}: { external_location: t.csv } }] }]`
    expect(saidOf({ 'assay.yml': postgres, 'sources.yml': yaml('config') })).toEqual([
      'sources.yml:1:73 invalid-value: expected a source that is a table, found "external_location", which DuckDB reads and postgres does not = load the files into raw.t, or give the location as "meta", which other databases leave alone',
    ])
    expect(sourcesOf(yaml('meta'), postgres)[0]?.externalLocation).toBeUndefined()
    expect(sourcesOf(yaml('meta'))[0]?.externalLocation).toBe("'/project/t.csv'")
  })
})
