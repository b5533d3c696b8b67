import { describe, expect, test } from 'vitest'
import { duckdbDialect } from '../../../../src/adapters/duckdb/dialect.ts'
import type { RunResult } from '../../../../src/core/run-result.ts'
import { runResultsJson } from '../../../../src/transform/artifacts/run-results-json.ts'
import { manifestWith, model } from '../../project/node-builder.ts'
import { metadata } from './metadata.ts'

const shared = {
  uniqueId: 'model.shop.a',
  startedAt: '2026-01-02T03:04:05.000Z',
  elapsedMs: 1500,
} as const

const compiled = new Map([
  ['model.shop.a', { sql: 'select 1', at: '2026-01-02T03:04:05.400Z' }] as const,
])

function jsonOf(...results: readonly RunResult[]) {
  return runResultsJson({
    manifest: manifestWith([model('a')]),
    dialect: duckdbDialect,
    metadata,
    results,
    elapsedMs: 2000,
    compiled,
    flags: { which: 'build' },
  })
}

describe('runResultsJson', () => {
  test('of a table: what was done, and how many rows (D31)', () => {
    expect(
      jsonOf({
        ...shared,
        status: 'success',
        rows: 7,
        message: 'created table',
        compiledCode: 's',
        worker: 2,
      }),
    ).toEqual({
      metadata: {
        dbt_schema_version: 'https://schemas.getdbt.com/dbt/run-results/v6.json',
        dbt_version: '1.11.0',
        generated_at: '2026-01-02T03:04:06.000Z',
        invocation_id: 'run-1',
        invocation_started_at: '2026-01-02T03:04:05.000Z',
        env: { ASSAY_VERSION: '0.1.0' },
      },
      elapsed_time: 2,
      args: { which: 'build' },
      results: [
        {
          unique_id: 'model.shop.a',
          status: 'success',
          message: 'created table',
          failures: null,
          execution_time: 1.5,
          timing: [
            {
              name: 'compile',
              started_at: '2026-01-02T03:04:05.000Z',
              completed_at: '2026-01-02T03:04:05.400Z',
            },
            {
              name: 'execute',
              started_at: '2026-01-02T03:04:05.400Z',
              completed_at: '2026-01-02T03:04:06.500Z',
            },
          ],
          thread_id: 'Thread-2',
          adapter_response: { _message: 'created table', rows_affected: 7 },
          compiled: true,
          compiled_code: 's',
          relation_name: '"main"."a"',
          batch_results: null,
        },
      ],
    })
  })

  const fault = { severity: 'error', code: 'database-error' } as const
  test.each<[RunResult, object]>([
    [
      { ...shared, status: 'reused', because: 'nothing changed' },
      { status: 'no-op', message: 'nothing changed', failures: null },
    ],
    [
      {
        ...shared,
        status: 'error',
        diagnostics: [
          { ...fault, message: 'one' },
          { ...fault, message: 'two' },
        ],
      },
      { status: 'error', message: 'one\ntwo', failures: null },
    ],
    [
      { ...shared, status: 'skipped', because: 'model.shop.b' },
      { status: 'skipped', message: 'skipped because of model.shop.b', failures: null },
    ],
    [
      { ...shared, status: 'pass' },
      { status: 'pass', message: null, failures: 0 },
    ],
    [
      {
        ...shared,
        status: 'fail',
        failures: 3,
        message: 'found 3',
        sample: { columns: [], rows: [] },
      },
      { status: 'fail', message: 'found 3', failures: 3 },
    ],
    [
      {
        ...shared,
        status: 'warn',
        failures: 1,
        message: 'found 1',
        sample: { columns: [], rows: [] },
      },
      { status: 'warn', message: 'found 1', failures: 1 },
    ],
  ])('%o', (result, expected) => {
    const results = jsonOf(result)['results']
    const [found] = Array.isArray(results) ? results : []
    expect(found).toEqual({
      unique_id: 'model.shop.a',
      execution_time: 1.5,
      timing: expect.any(Array),
      thread_id: 'main',
      adapter_response: {},
      compiled: true,
      compiled_code: 'select 1',
      relation_name: '"main"."a"',
      batch_results: null,
      ...expected,
    })
  })
})
