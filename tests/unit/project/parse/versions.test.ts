import { describe, expect, test } from 'vitest'
import type { ModelNode } from '../../../../src/core/node.ts'
import { compareVersions } from '../../../../src/project/read/properties/read-versions.ts'
import { manifestOf, saidOf } from '../parsed-project.ts'

function modelsOf(yaml: string, files: Readonly<Record<string, string>>) {
  const manifest = manifestOf({ 'models/models.yml': yaml, ...files })
  return new Map(
    [...manifest.nodes.values()].flatMap((node): [string, ModelNode][] =>
      node.resourceType === 'model' ? [[node.name, node]] : [],
    ),
  )
}

const files = {
  'models/m_v1.sql': 'select 1 as a, 2 as b, 3 as c',
  'models/m_v2.sql': 'select 1 as a, 2 as b, 3 as c',
}

describe('K9: versions', () => {
  test('are compared as numbers where they are numbers', () => {
    expect([10, 9, 1.5, 2].toSorted(compareVersions)).toEqual([1.5, 2, 9, 10])
    expect(['10', 9].toSorted(compareVersions)).toEqual([9, '10'])
    expect(['beta', 'alpha', 2].toSorted(compareVersions)).toEqual([2, 'alpha', 'beta'])
  })

  test('have their description, columns, tests and config from the model, but for what they say themselves', () => {
    const models = modelsOf(
      `
models:
  - name: m
    description: all
    config: { tags: [x], meta: { a: 1, b: 1 } }
    columns:
      - { name: a, description: base a }
      - { name: b, description: base b }
    versions:
      - { v: 1, columns: [{ include: all, exclude: [b] }, { name: c, description: own c }] }
      - { v: 2, description: two, config: { tags: [y], meta: { b: 2 } }, columns: [{ name: b, description: own b }] }
`,
      files,
    )
    const shown = [...models.values()].map((model) => ({
      name: model.name,
      description: model.description,
      columns: model.columns.map(({ name, description }) => `${name}: ${description}`),
      tags: model.tags,
      meta: model.meta,
      identifier: model.relation.identifier,
      version: model.version,
    }))
    const version = { modelName: 'm', latestVersion: 2 }
    expect(shown).toEqual([
      {
        name: 'm.v1',
        description: 'all',
        columns: ['a: base a', 'c: own c'],
        tags: ['x'],
        meta: { a: 1, b: 1 },
        identifier: 'm_v1',
        version: { ...version, version: 1, stage: 'old' },
      },
      {
        name: 'm.v2',
        description: 'two',
        columns: ['a: base a', 'b: own b'],
        tags: ['x', 'y'],
        meta: { a: 1, b: 2 },
        identifier: 'm_v2',
        version: { ...version, version: 2, stage: 'latest' },
      },
    ])
  })

  test('an unpinned ref means latest_version, else the highest', () => {
    const reader = { 'models/r.sql': 'select * from {{ref "m"}}' }
    const of = (latest: string) =>
      modelsOf(`models: [{ name: m, ${latest}versions: [{ v: 2 }, { v: 1 }] }]`, {
        ...files,
        ...reader,
      }).get('r')?.dependsOn
    expect(of('')).toEqual(['model.shop.m.v2'])
    expect(of('latest_version: 1, ')).toEqual(['model.shop.m.v1'])
    expect(of('latest_version: "1", ')).toEqual(['model.shop.m.v1'])
  })

  test('a pointer to an ephemeral latest version is refused', () => {
    expect(
      saidOf({
        ...files,
        'models/m_v2.sql': '{{config materialized="ephemeral"}}select 1 as a',
        'models/models.yml':
          'models: [{ name: m, config: { latest_version_pointer: { enabled: true } }, versions: [{ v: 1 }, { v: 2 }] }]',
      }),
    ).toEqual([
      'models/models.yml:1:31 invalid-value: expected a latest version that is built for latest_version_pointer, found the ephemeral model "m.v2"',
    ])
  })
})

describe('K10: deprecation dates', () => {
  const said = (date: string, versions: string) =>
    saidOf({
      ...files,
      'models/r.sql': 'select * from {{ref "m" version=1}}',
      'models/models.yml': `models: [{ name: m, versions: [{ v: 1, deprecation_date: ${date} }${versions}] }]`,
      ...(versions === '' ? { 'models/m_v2.sql': 'select 1 as one' } : {}),
    })

  test('a past one warns of the model and of refs to it, a future one of the refs only', () => {
    expect(said('2026-07-01', ', { v: 2 }')).toEqual([
      'models/m_v1.sql:1:1 deprecated-model: expected "m.v1" to be gone since 2026-07-01, its deprecation date, found it in the project = disable or remove it, or move the date',
      'models/r.sql:1:21 deprecated-ref: expected "r" to read a model that stays, found "m.v1", which is deprecated since 2026-07-01 = read m.v2: {{ref "m" version=2}}',
    ])
    expect(said('2026-07-02', ', { v: 2 }')).toEqual([
      'models/r.sql:1:21 deprecated-ref: expected "r" to read a model that stays, found "m.v1", which will be deprecated on 2026-07-02 = read m.v2: {{ref "m" version=2}}',
    ])
  })

  test('a time counts, with its zone', () => {
    expect(said('2026-07-01 12:00:01+00', '')).toHaveLength(1)
    expect(said('2026-07-01T13:59:59+02:00', '')).toHaveLength(2)
  })
})
