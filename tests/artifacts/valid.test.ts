/** Every artifact of a project with everything in it, held against the schemas that dbt publishes. */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import {
  artifactFaults,
  modelFields,
  readArtifact,
} from '../support/dbt-schemas/artifact-faults.ts'
import { runAssay } from '../support/run-assay.ts'
import { createTestProject, type TestProject } from '../support/test-project.ts'
import { catalogTests } from './catalog-tests.ts'
import { assetsOf, checksOf, materializationsOf } from './consumer.ts'
import { at, listAt, objectAt, textAt } from './json.ts'

const folder = fileURLToPath(new URL('project', import.meta.url))

/** What this program has no such thing for, or the project has none of. */
const mayBeEmpty = ['docs', 'functions', 'saved_queries', 'semantic_models']

/** In the schema, but what dbt writes has none of them either. */
const unwritten = ['config_call_dict', 'unrendered_config_call_dict', '_pre_injected_sql']

describe.each(testAdapters())('on $name', (adapter) => {
  let project: TestProject
  let target: string
  const statuses = () =>
    Object.fromEntries(
      listAt(readArtifact(target, 'run_results'), 'results').map((result) => [
        textAt(result, 'unique_id'),
        textAt(result, 'status'),
      ]),
    )
  beforeAll(async () => {
    project = await createTestProject(adapter, { folder })
    target = join(project.folder, 'target')
    const built = await project.assay('build', '--exclude', 'tag:broken')
    expect(built).toMatchObject({ exitCode: 0 })
  })

  test('O1, O2: a build of everything leaves a valid manifest.json and run_results.json', () => {
    expect(artifactFaults(target, 'manifest')).toEqual([])
    expect(artifactFaults(target, 'run_results')).toEqual([])
    const manifest = readArtifact(target, 'manifest')
    const empty = Object.keys(manifest).filter(
      (name) => Object.keys(objectAt(manifest, name)).length === 0,
    )
    expect(empty.filter((name) => !mayBeEmpty.includes(name))).toEqual([])
    const model = objectAt(manifest, 'nodes', 'model.shop.orders')
    expect(modelFields().filter((field) => !(field in model))).toEqual(unwritten)
  })

  test('O4: unique ids of every kind, as dbt makes them', () => {
    const manifest = readArtifact(target, 'manifest')
    const ids = [
      'nodes',
      'sources',
      'exposures',
      'metrics',
      'macros',
      'groups',
      'disabled',
      'unit_tests',
    ]
      .flatMap((section) => Object.keys(objectAt(manifest, section)))
      .filter((id) => !id.startsWith('macro.assay.'))
    expect(ids.sort()).toMatchInlineSnapshot(`
      [
        "analysis.shop.by_item",
        "exposure.shop.weekly",
        "group.shop.finance",
        "macro.shop.in_cents",
        "metric.shop.cents_per_order",
        "metric.shop.turnover",
        "model.shop.after_broken",
        "model.shop.broken",
        "model.shop.cheap",
        "model.shop.counted",
        "model.shop.held",
        "model.shop.items",
        "model.shop.off",
        "model.shop.orders",
        "model.shop.totals.v1",
        "model.shop.totals.v2",
        "model.shop.use_totals",
        "operation.shop.shop-on-run-end-0",
        "operation.shop.shop-on-run-start-0",
        "operation.shop.shop-on-run-start-1",
        "operation.shop.shop-on-run-start-2",
        "operation.shop.shop-on-run-start-3",
        "seed.shop.prices",
        "snapshot.shop.prices_then",
        "source.shop.raw.events",
        "source.shop.raw.gone",
        "source.shop.raw.odd",
        "test.shop.expression_is_true_cheap_cents_100.74b67b3bb3",
        "test.shop.expression_is_true_orders_cents_0.f4204268c7",
        "test.shop.no_negative_orders",
        "test.shop.not_null_orders_id.ef5a8d41fc",
        "test.shop.not_null_prices_item.11a5185b0d",
        "test.shop.orders_are_few.0253b4db29",
        "test.shop.relationships_orders_item__item__ref_prices_.168d4fe0e5",
        "test.shop.source_unique_raw_events_id.0cec926304",
        "test.shop.unique_orders_id.4b18059fe4",
        "test.shop.unique_prices_item.0c5e4fcf62",
        "unit_test.shop.counted.counts_new_orders",
        "unit_test.shop.orders.orders_in_cents",
      ]
    `)
    for (const id of Object.keys(objectAt(manifest, 'nodes'))) {
      expect(at(manifest, 'nodes', id, 'unique_id')).toBe(id)
    }
  })

  test('O8: a consumer that makes assets of nodes finds what it looks for', () => {
    const manifest = readArtifact(target, 'manifest')
    expect(assetsOf(manifest)).toMatchInlineSnapshot(`
      {
        "raw/events": {
          "columns": [
            [
              "id",
              "integer",
            ],
          ],
          "file": "models/sources.yml",
          "kind": null,
          "owner": "loader",
          "reads": [],
          "tags": [],
        },
        "raw/gone": {
          "columns": [],
          "file": "models/sources.yml",
          "kind": null,
          "owner": "loader",
          "reads": [],
          "tags": [],
        },
        "shop/after_broken": {
          "columns": [],
          "file": "models/after_broken.sql",
          "kind": "view",
          "owner": null,
          "reads": [
            "shop/broken",
          ],
          "tags": [
            "broken",
          ],
        },
        "shop/broken": {
          "columns": [],
          "file": "models/broken.sql",
          "kind": "table",
          "owner": null,
          "reads": [
            "shop/orders",
          ],
          "tags": [
            "broken",
          ],
        },
        "shop/cheap": {
          "columns": [],
          "file": "models/cheap.sql",
          "kind": "view",
          "owner": null,
          "reads": [
            "shop/orders",
          ],
          "tags": [],
        },
        "shop/counted": {
          "columns": [],
          "file": "models/counted.sql",
          "kind": "incremental",
          "owner": null,
          "reads": [
            "shop/orders",
          ],
          "tags": [],
        },
        "shop/held": {
          "columns": [
            [
              "id",
              "integer",
            ],
            [
              "item",
              "text",
            ],
          ],
          "file": "models/held.sql",
          "kind": "table",
          "owner": null,
          "reads": [
            "shop/orders",
          ],
          "tags": [],
        },
        "shop/items": {
          "columns": [],
          "file": "models/items.sql",
          "kind": "ephemeral",
          "owner": null,
          "reads": [
            "shop/prices",
          ],
          "tags": [],
        },
        "shop/orders": {
          "columns": [
            [
              "id",
              "integer",
            ],
            [
              "item",
              null,
            ],
          ],
          "file": "models/orders.sql",
          "kind": "table",
          "owner": "finance@example.com",
          "reads": [
            "shop/items",
            "raw/events",
          ],
          "tags": [
            "nightly",
          ],
        },
        "shop/prices": {
          "columns": [
            [
              "item",
              null,
            ],
          ],
          "file": "seeds/prices.csv",
          "kind": "seed",
          "owner": null,
          "reads": [],
          "tags": [
            "nightly",
          ],
        },
        "shop/prices_then": {
          "columns": [],
          "file": "snapshots/prices.yml",
          "kind": "snapshot",
          "owner": null,
          "reads": [
            "shop/prices",
          ],
          "tags": [],
        },
        "shop/totals_v1": {
          "columns": [],
          "file": "models/versions/totals_v1.sql",
          "kind": "view",
          "owner": null,
          "reads": [
            "shop/orders",
          ],
          "tags": [],
        },
        "shop/totals_v2": {
          "columns": [],
          "file": "models/versions/totals_v2.sql",
          "kind": "view",
          "owner": null,
          "reads": [
            "shop/orders",
          ],
          "tags": [],
        },
        "shop/use_totals": {
          "columns": [],
          "file": "models/versions/use_totals.sql",
          "kind": "view",
          "owner": null,
          "reads": [
            "shop/totals_v1",
          ],
          "tags": [],
        },
      }
    `)
    expect(checksOf(manifest)).toMatchInlineSnapshot(`
      [
        "raw/events: unique of id, error",
        "shop/cheap: expression_is_true of all, warn",
        "shop/orders: accepted_values of id, error",
        "shop/orders: expression_is_true of all, warn",
        "shop/orders: no_negative_orders of all, error",
        "shop/orders: not_null of id, error",
        "shop/orders: relationships of item, error",
        "shop/orders: unique of id, error",
        "shop/prices: not_null of item, error",
        "shop/prices: unique of item, error",
      ]
    `)
    const events = materializationsOf(manifest, readArtifact(target, 'run_results'))
    expect(events.find(({ asset }) => asset === 'shop/orders')).toEqual({
      asset: 'shop/orders',
      status: 'success',
      rows: 2,
      compiled: expect.stringContaining('(i.price * 100) as cents'),
      isTimed: true,
    })
  })

  test('O5: the status of what failed, was skipped, passed, warned and was left alone', async () => {
    expect(statuses()).toMatchObject({
      'model.shop.orders': 'success',
      'unit_test.shop.orders.orders_in_cents': 'pass',
      'test.shop.expression_is_true_cheap_cents_100.74b67b3bb3': 'warn',
      'operation.shop.shop-on-run-end-0': 'success',
      'exposure.shop.weekly': 'no-op',
    })
    await project.assay('build', '--select', 'tag:broken')
    expect(artifactFaults(target, 'run_results')).toEqual([])
    expect(statuses()).toMatchObject({
      'model.shop.broken': 'error',
      'model.shop.after_broken': 'skipped',
    })
    const results = listAt(readArtifact(target, 'run_results'), 'results')
    const broken = results.find((result) => at(result, 'unique_id') === 'model.shop.broken')
    expect(at(broken, 'compiled_code')).toContain('as no_number')
    expect(listAt(broken, 'timing').map((part) => at(part, 'name'))).toEqual(['compile', 'execute'])

    await project.assay('build', '--changed', '--select', 'prices')
    expect(artifactFaults(target, 'run_results')).toEqual([])
    expect(statuses()).toMatchObject({ 'seed.shop.prices': 'no-op' })
  })

  test('O3: source freshness leaves a valid sources.json, whatever it found', async () => {
    const checked = await project.assay('source', 'freshness')
    expect(checked.exitCode).toBe(1)
    expect(artifactFaults(target, 'sources')).toEqual([])
    const found = listAt(readArtifact(target, 'sources'), 'results')
    expect(found.map((result) => [at(result, 'unique_id'), at(result, 'status')])).toEqual([
      ['source.shop.raw.events', 'pass'],
      ['source.shop.raw.gone', 'runtime error'],
    ])
  })

  test('O2, B6: the flags as they were resolved, and what the environment adds to the head', async () => {
    const env = {
      ...project.env,
      ASSAY_FAIL_FAST: '1',
      ASSAY_ENV_CUSTOM_ENV_TEAM: 'finance',
      DBT_ENV_CUSTOM_ENV_RUN: '5',
      DBT_ENV_CUSTOM_ENV_TEAM: 'overruled',
    }
    const argv = ['build', '--select', 'orders', '--vars', '{least: 1, api_key: x}', '--quiet']
    expect((await runAssay(argv, { cwd: project.folder, env })).exitCode).toBe(0)
    expect(artifactFaults(target, 'run_results')).toEqual([])
    const results = readArtifact(target, 'run_results')
    expect(objectAt(results, 'args')).toMatchObject({
      which: 'build',
      select: ['orders'],
      exclude: [],
      fail_fast: true,
      full_refresh: false,
      indirect_selection: 'eager',
      quiet: true,
      print: true,
      write_json: true,
      threads: 2,
      target: adapter.name,
      vars: null,
      invocation_command: `assay build --select orders --vars ***** --quiet`,
    })
    for (const artifact of [results, readArtifact(target, 'manifest')]) {
      expect(objectAt(artifact, 'metadata', 'env')).toEqual({
        ASSAY_VERSION: expect.any(String),
        RUN: '5',
        TEAM: 'finance',
      })
    }
  })

  test('O2: --no-write-json writes none of them', async () => {
    const names = ['manifest', 'run_results', 'sources'] as const
    for (const name of names) rmSync(join(target, `${name}.json`), { force: true })
    for (const words of ['build --select orders', 'parse', 'compile', 'source freshness']) {
      await project.assay(...words.split(' '), '--no-write-json')
    }
    expect(names.filter((name) => existsSync(join(target, `${name}.json`)))).toEqual([])
    await project.assay('parse')
    expect(existsSync(join(target, 'manifest.json'))).toBe(true)
  })

  test('K5: semantic models and saved queries are checked, warned of and in no section', async () => {
    const parsed = await project.assay('parse')
    expect(parsed.exitCode).toBe(0)
    expect(parsed.stderr).toContain('found "semantic_models", which does nothing yet')
    expect(parsed.stderr).toContain('found "saved_queries", which does nothing yet')
    const faulty = `semantic_models:
  - name: orders
    model: ref('orders')
    entities: [{ name: order, type: primry }]
    measures: [{ name: cents, aggr: sum }]
`
    await project.write({ 'models/faulty.yml': faulty })
    const refused = await project.assay('parse')
    await project.write({ 'models/faulty.yml': undefined })
    expect([refused.exitCode, refused.stderr]).toMatchInlineSnapshot(`
      [
        2,
        "error[invalid-value]: expected one of "primary", "natural", "foreign", "unique", found "primry"
        --> models/faulty.yml:4:37
         |
       4 |     entities: [{ name: order, type: primry }]
         |                                     ~~~~~~
         = hint: did you mean "primary"?

      error[unknown-key]: expected a known key, found "aggr"
        --> models/faulty.yml:5:31
         |
       5 |     measures: [{ name: cents, aggr: sum }]
         |                               ~~~~
         = hint: did you mean "agg"?

      2 errors
      ",
      ]
    `)
  })

  catalogTests(() => ({ adapter, project, target }))
})
