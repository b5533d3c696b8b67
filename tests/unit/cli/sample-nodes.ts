/** Nodes and results made by hand, for tests of what is printed. */
import { noHooks } from '../../../src/core/node/hook.ts'
import type { Table, TableColumn } from '../../../src/core/adapter.ts'
import type { Materialization, ModelNode, SeedNode, TestNode } from '../../../src/core/node.ts'
import { plainStorage } from '../../../src/core/node/storage.ts'

const base = {
  packageName: 'growth',
  fqn: [],
  description: '',
  tags: [],
  meta: {},
  config: {},
  dependsOn: [],
  checksum: '',
  span: { path: 'x', line: 1, column: 1, length: 1 },
} as const

export function model(
  schema: string,
  name: string,
  materialization: Materialization = { name: 'table' },
): ModelNode {
  return {
    ...base,
    uniqueId: `model.growth.${name}`,
    name,
    path: `models/${schema}/${name}.sql`,
    resourceType: 'model',
    version: undefined,
    access: 'protected',
    deprecationDate: undefined,
    pointsTo: undefined,
    relation: { schema, identifier: name },
    materialization,
    arrival: undefined,
    cursorReads: [],
    quarantine: undefined,
    volatileColumns: [],
    tolerance: 1e-9,
    uniqueKey: [],
    swap: undefined,
    storage: plainStorage,
    isStable: true,
    hooks: noHooks,
    columns: [],
    code: { kind: 'file', path: `models/${schema}/${name}.sql`, text: 'select 1' },
  }
}

export function seed(schema: string, name: string): SeedNode {
  return {
    ...base,
    uniqueId: `seed.growth.${name}`,
    name,
    path: `seeds/${name}.csv`,
    resourceType: 'seed',
    relation: { schema, identifier: name },
    arrival: undefined,
    columns: [],
    columnTypes: {},
    delimiter: ',',
    quotesColumns: true,
    storage: plainStorage,
    hooks: noHooks,
    onSchemaChange: 'sync_all_columns',
    fullRefresh: undefined,
  }
}

export function dataTest(name: string): TestNode {
  return {
    ...base,
    uniqueId: `test.growth.${name}.0123456789`,
    name,
    path: 'models/schema.yml',
    resourceType: 'test',
    code: { kind: 'test-call', testName: 'unique', arguments: {} },
    severity: 'error',
    warnIf: '!= 0',
    errorIf: '!= 0',
    failCalc: 'count(*)',
    storedFailures: {
      isStored: undefined,
      kind: 'table',
      relation: { schema: 'test_failures', identifier: 'failures' },
      rows: 100,
    },
    variant: { kind: 'singular' },
  }
}

export function column(name: string, kind: TableColumn['kind']): TableColumn {
  return { name, kind, dataType: kind }
}

/** As a database might give it: every trap of the three forms in a few rows. */
export const trickyTable: Table = {
  columns: [
    column('id', 'integer'),
    column('name', 'text'),
    column('price', 'decimal'),
    column('rate', 'double'),
    column('is_on', 'boolean'),
    column('id', 'integer'),
    column('7', 'other'),
  ],
  rows: [
    [1, 'plain', '10.50', 0.25, true, '9223372036854775807', null],
    [20_000, 'a "b", c', null, Number.NaN, false, null, ['x', Number.POSITIVE_INFINITY]],
    [null, '', 'NaN', Number.NEGATIVE_INFINITY, null, 3, { key: '金' }],
    [4, '日本語\nzwei\tdrei', '-0.001', 1e21, true, '-12345678901234567890', 'e\u0301'],
  ],
}
