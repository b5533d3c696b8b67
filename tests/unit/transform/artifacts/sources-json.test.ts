import { expect, test } from 'vitest'
import { freshnessStatus, type Freshness } from '../../../../src/core/node/freshness.ts'
import { sourcesJson } from '../../../../src/transform/artifacts/sources-json.ts'
import { source } from '../../project/node-builder.ts'
import { metadata } from './metadata.ts'

const freshness: Freshness = {
  warnAfter: { count: 2, period: 'hour' },
  errorAfter: { count: 1, period: 'day' },
  filter: undefined,
}

test('K2: an age is an error above error_after, else a warning above warn_after; the limit itself is fine', () => {
  const statusAt = (seconds: number) => freshnessStatus(freshness, seconds)
  expect([7200, 7200.001, 86_400, 86_400.001].map(statusAt)).toEqual([
    'pass',
    'warn',
    'warn',
    'error',
  ])
  expect(freshnessStatus({ ...freshness, errorAfter: undefined }, 1e9)).toBe('warn')
  expect(freshnessStatus({ ...freshness, warnAfter: undefined }, 80_000)).toBe('pass')
})

test('K3: sources.json has what version 3 of its schema asks for, and nothing else', () => {
  const node = { ...source('orders'), freshness }
  const checked = { node, startedAt: '2026-01-02T03:04:05.000Z', elapsedMs: 250 }
  const json = sourcesJson({
    metadata,
    elapsedMs: 500,
    results: [
      {
        ...checked,
        status: 'warn',
        maxLoadedAt: '2026-01-02T00:00:00.000Z',
        snapshottedAt: '2026-01-02T03:00:00.000Z',
        ageSeconds: 10_800,
        hasRows: true,
      },
      { ...checked, status: 'runtime error', message: 'no such table' },
    ],
  })
  expect(json).toEqual({
    metadata: {
      dbt_schema_version: 'https://schemas.getdbt.com/dbt/sources/v3.json',
      dbt_version: '1.11.0',
      generated_at: '2026-01-02T03:04:06.000Z',
      invocation_id: 'run-1',
      env: { ASSAY_VERSION: '0.1.0' },
    },
    elapsed_time: 0.5,
    results: [
      {
        unique_id: 'source.shop.orders',
        max_loaded_at: '2026-01-02T00:00:00.000Z',
        snapshotted_at: '2026-01-02T03:00:00.000Z',
        max_loaded_at_time_ago_in_s: 10_800,
        status: 'warn',
        criteria: {
          warn_after: { count: 2, period: 'hour' },
          error_after: { count: 1, period: 'day' },
          filter: null,
        },
        adapter_response: {},
        timing: [
          {
            name: 'execute',
            started_at: '2026-01-02T03:04:05.000Z',
            completed_at: '2026-01-02T03:04:05.250Z',
          },
        ],
        thread_id: 'main',
        execution_time: 0.25,
      },
      { unique_id: 'source.shop.orders', error: 'no such table', status: 'runtime error' },
    ],
  })
})
