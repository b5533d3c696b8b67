/** `docs generate`: the catalog that it writes of a project that is built. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execute } from '../promise/rows.ts'
import type { TestAdapter } from '../support/adapters.ts'
import { artifactFaults, readArtifact } from '../support/dbt-schemas/artifact-faults.ts'
import type { TestProject } from '../support/test-project.ts'
import { withoutVariation } from '../support/without-variation.ts'
import { at, objectAt } from './json.ts'

interface BuiltProject {
  readonly adapter: TestAdapter
  readonly project: TestProject
  readonly target: string
}

function ids(target: string, section: string): readonly string[] {
  return Object.keys(objectAt(readArtifact(target, 'catalog'), section)).sort()
}

export function catalogTests(get: () => BuiltProject): void {
  test('O3, K17: a relation with its owner, comments, columns and rows', async () => {
    const { project, target, adapter } = get()
    await execute(
      project,
      `comment on table shop.orders is 'An order''s row.'`,
      `comment on column shop.orders.cents is 'never negative'`,
      'analyze shop.orders',
    )
    const { exitCode, stdout } = await project.assay('docs', 'generate')
    expect(exitCode).toBe(0)
    expect(withoutVariation(stdout, project)).toMatchInlineSnapshot(`
      "wrote manifest.json and catalog.json: 10 relations in <time>
      not in the database: raw.gone, shop.broken and shop.after_broken
      "
    `)
    expect(artifactFaults(target, 'catalog')).toEqual([])
    expect(ids(target, 'nodes')).toEqual([
      'model.shop.cheap',
      'model.shop.counted',
      'model.shop.held',
      'model.shop.orders',
      'model.shop.totals.v1',
      'model.shop.totals.v2',
      'model.shop.use_totals',
      'seed.shop.prices',
      'snapshot.shop.prices_then',
    ])
    expect(ids(target, 'sources')).toEqual(['source.shop.raw.events'])
    const catalog = readArtifact(target, 'catalog')
    expect(at(catalog, 'errors')).toEqual([
      'source.shop.raw.gone: expected raw.gone in the database, found none',
      'model.shop.broken: expected shop.broken in the database, found none',
      'model.shop.after_broken: expected shop.after_broken in the database, found none',
    ])
    const isDuckdb = adapter.name === 'duckdb'
    const manifest = readArtifact(target, 'manifest')
    expect(at(catalog, 'nodes', 'model.shop.orders')).toEqual({
      unique_id: 'model.shop.orders',
      metadata: {
        type: 'BASE TABLE',
        database: at(manifest, 'nodes', 'model.shop.orders', 'database'),
        schema: 'shop',
        name: 'orders',
        owner: isDuckdb ? null : expect.stringMatching(/./),
        comment: `An order's row.`,
      },
      columns: {
        id: { type: isDuckdb ? 'INTEGER' : 'integer', index: 1, name: 'id', comment: null },
        item: { type: isDuckdb ? 'VARCHAR' : 'text', index: 2, name: 'item', comment: null },
        cents: {
          type: isDuckdb ? 'INTEGER' : 'integer',
          index: 3,
          name: 'cents',
          comment: 'never negative',
        },
      },
      stats: {
        has_stats: expect.objectContaining({ value: true, include: false }),
        row_count: expect.objectContaining({ value: 2, include: true }),
      },
    })
    // What persist_docs wrote.
    const held = at(catalog, 'nodes', 'model.shop.held')
    expect(at(held, 'metadata', 'comment')).toBe('Held to a contract.')
    expect(at(held, 'columns', 'id', 'comment')).toBe('its number')
    expect(at(catalog, 'nodes', 'model.shop.cheap', 'metadata', 'type')).toBe('VIEW')
    expect(at(catalog, 'nodes', 'model.shop.cheap', 'stats', 'has_stats', 'value')).toBe(false)
    expect(at(manifest, 'nodes', 'model.shop.orders', 'compiled')).toBe(true)
  })

  test('K15: --select, --no-compile and --empty-catalog', async () => {
    const { project, target } = get()
    await project.assay(
      'docs',
      'generate',
      '--select',
      'orders',
      'source:raw.events',
      '--no-compile',
    )
    expect([ids(target, 'nodes'), ids(target, 'sources')]).toEqual([
      ['model.shop.orders'],
      ['source.shop.raw.events'],
    ])
    const manifest = readArtifact(target, 'manifest')
    expect(at(manifest, 'nodes', 'model.shop.orders', 'compiled')).toBe(false)
    expect(artifactFaults(target, 'catalog')).toEqual([])

    await project.assay('docs', 'generate', '--empty-catalog', '--target-path', 'elsewhere')
    const elsewhere = join(project.folder, 'elsewhere')
    expect([ids(elsewhere, 'nodes'), ids(elsewhere, 'sources')]).toEqual([[], []])
    expect(at(readArtifact(elsewhere, 'catalog'), 'errors')).toBe(null)
    expect(artifactFaults(elsewhere, 'catalog')).toEqual([])
    expect(existsSync(join(elsewhere, 'run_results.json'))).toBe(false)
  })

  test('K15: a site is not there yet, and that is said', async () => {
    const { project } = get()
    const served = await project.assay('docs', 'serve')
    expect([served.exitCode, served.stderr]).toEqual([
      2,
      `error: expected "assay docs generate", found "serve": there is no site of the docs yet
  = hint: other programs can show manifest.json and catalog.json, which "assay docs generate" writes
`,
    ])
    const flagged = await project.assay('docs', 'generate', '--static')
    expect(flagged.exitCode).toBe(2)
    expect(flagged.stderr).toContain('found --static')
  })
}
