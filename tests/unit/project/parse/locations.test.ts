/** Models written to files, each of which needs a place of its own. */
import { describe, expect, test } from 'vitest'
import { saidOf } from '../parsed-project.ts'

const external = (location: string, more = '') =>
  `{{config materialized="external" location="${location}" ${more}}}select 1 as id, 2 as day`

describe('D28: a model that is written to a file', () => {
  test('has a place of its own: not that of another, not in its folder, not that of the database or of a file of the project', () => {
    expect(
      saidOf({
        'assay.yml': `name: shop
targets:
  dev:
    type: duckdb
    path: target/shop.duckdb
    publish_copy: target/copy.duckdb
    attach: [{ path: other.duckdb, alias: other }]
`,
        'seeds/codes.csv': 'id\n1\n',
        'models/a.sql': external('exports/a.parquet'),
        'models/b.sql': external('./exports/../exports/a.parquet'),
        'models/by_day.sql': external('exports/days', 'partition_by="day"'),
        'models/inside.sql': external('exports/days/x.parquet'),
        'models/around.sql': external('exports', 'partition_by="day"'),
        'models/copy.sql': external('target/copy.duckdb'),
        'models/database.sql': external('target/shop.duckdb'),
        'models/log.sql': external('target/shop.duckdb.wal'),
        'models/other.sql': external('other.duckdb'),
        'models/seed.sql': external('seeds/codes.csv'),
        'models/target.sql': external('target', 'partition_by="day"'),
        'models/off.sql': external('exports/a.parquet', 'enabled=false'),
        'models/fine.sql': external('exports_of_a/a.parquet'),
      }),
    ).toMatchInlineSnapshot(`
      [
        "models/around.sql:1:43 duplicate-location: expected a place of its own for model "around", found "exports", where model "a" lies at "exports/a.parquet" = give it another "location" (models/a.sql:1:43 the other one)",
        "models/b.sql:1:43 duplicate-location: expected a place of its own for model "b", found "exports/a.parquet", where model "a" lies too = give it another "location" (models/a.sql:1:43 the other one)",
        "models/copy.sql:1:43 duplicate-location: expected a place of its own for model "copy", found "target/copy.duckdb", where its published copy lies too = give it another "location"",
        "models/database.sql:1:43 duplicate-location: expected a place of its own for model "database", found "target/shop.duckdb", where the database of target "dev" lies too = give it another "location"",
        "models/inside.sql:1:43 duplicate-location: expected a place of its own for model "inside", found "exports/days/x.parquet", where model "by_day" lies at "exports/days" = give it another "location" (models/by_day.sql:1:43 the other one)",
        "models/log.sql:1:43 duplicate-location: expected a place of its own for model "log", found "target/shop.duckdb.wal", where the database of target "dev" lies too = give it another "location"",
        "models/other.sql:1:43 duplicate-location: expected a place of its own for model "other", found "other.duckdb", where the database "other" lies too = give it another "location"",
        "models/seed.sql:1:43 duplicate-location: expected a place of its own for model "seed", found "seeds/codes.csv", where a file of the project lies too = give it another "location"",
        "models/target.sql:1:43 duplicate-location: expected a place of its own for model "target", found "target", where model "copy" lies at "target/copy.duckdb" = give it another "location" (models/copy.sql:1:43 the other one)",
      ]
    `)
  })

  test('in memory there is no database that it could write over', () => {
    expect(
      saidOf({
        'assay.yml': 'name: shop\ntargets: { dev: { type: duckdb, path: ":memory:" } }\n',
        'models/a.sql': external('exports/a.parquet'),
      }),
    ).toEqual([])
  })
})
