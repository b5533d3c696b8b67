/** The select that gives every column as text in one form. */
import { expect, test } from 'vitest'
import { duckdbDialect } from '../../../../src/adapters/duckdb/dialect.ts'
import { postgresDialect } from '../../../../src/adapters/postgres/dialect.ts'
import { canonicalSelect, readLock } from '../../../../src/transform/diff/canonical-select.ts'
import { compareColumns } from '../../../../src/transform/diff/compare-columns.ts'

const relation = { schema: 'gold', identifier: 'say "hi"' }
const columns = (types: Readonly<Record<string, readonly [string, string]>>) =>
  compareColumns({
    a: Object.entries(types).map(([name, [dataType]]) => ({ name, dataType })),
    b: Object.entries(types).map(([name, [, dataType]]) => ({ name, dataType })),
    volatileColumns: [],
    isSameEngine: false,
  }).compared

test('names are quoted, each side by its own types', () => {
  const compared = columns({
    'a"b': ['VARCHAR', 'text'],
    n: ['DECIMAL(10,2)', 'numeric'],
    day: ['DATE', 'timestamp without time zone'],
    at: ['TIMESTAMP WITH TIME ZONE', 'timestamp with time zone'],
    raw: ['BLOB', 'bytea'],
    doc: ['JSON', 'jsonb'],
  })
  expect(canonicalSelect({ dialect: duckdbDialect, relation, side: 'a', columns: compared })).toBe(
    `select
  cast("a""b" as text) as c0,
  case when contains(cast("n" as text), '.') then rtrim(rtrim(cast("n" as text), '0'), '.') else cast("n" as text) end as c1,
  cast(cast("day" as timestamp) as text) as c2,
  cast("at" at time zone 'UTC' as text) as c3,
  lower(hex("raw")) as c4,
  cast("doc" as text) as c5
from "gold"."say ""hi"""`,
  )
  expect(
    canonicalSelect({ dialect: postgresDialect, relation, side: 'b', columns: compared }),
  ).toBe(
    `select
  cast("a""b" as text) as c0,
  cast(trim_scale("n") as text) as c1,
  cast(cast("day" as timestamp) as text) as c2,
  cast("at" at time zone 'UTC' as text) as c3,
  encode("raw", 'hex') as c4,
  cast(cast("doc" as jsonb) as text) as c5
from "gold"."say ""hi"""`,
  )
})

test('without a column in common rows can still be counted', () => {
  expect(canonicalSelect({ dialect: duckdbDialect, relation, side: 'a', columns: [] })).toBe(
    `select\n  '' as c0\nfrom "gold"."say ""hi"""`,
  )
})

test('only Postgres readers lock, and never a materialized view', () => {
  const state = (identifier: string, kind: 'table' | 'view' | 'materialized view') => ({
    relation: { schema: 's', identifier },
    kind,
    columns: [],
  })
  const states = [state('t', 'table'), state('v', 'view'), state('m', 'materialized view')]
  expect(readLock(postgresDialect, states)).toBe('lock table "s"."t", "s"."v" in access share mode')
  expect(readLock(postgresDialect, [state('m', 'materialized view')])).toBeUndefined()
  expect(readLock(duckdbDialect, states)).toBeUndefined()
})
