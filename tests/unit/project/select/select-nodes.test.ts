import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Manifest } from '../../../../src/project/parse/manifest.ts'
import { selectNodes } from '../../../../src/project/select/select-nodes.ts'
import { anyNodes, manifestWith } from '../node-builder.ts'
import { graphOf, lineOf, manifestOf, settingsWith, valueOf } from '../parsed-project.ts'

const shop = manifestOf({
  'assay.yml': settingsWith('models: { marts: { +tags: [daily] } }\n'),
  'sources.yml': `sources:
  - { name: raw, tables: [{ name: events, columns: [{ name: id, data_tests: [not_null] }] }, { name: users }] }
`,
  'seeds/codes.csv': 'code\n',
  'models/staging/stg_events.sql':
    '{{config tags=(list "hourly" "core")}}select * from {{source "raw" "events"}}',
  'models/staging/stg_users.sql':
    '{{config materialized="ephemeral" meta=(dict owner="ann")}}select * from {{source "raw" "users"}}',
  'models/marts/sessions.sql':
    '{{config materialized="table"}}select * from {{ref "stg_events"}} join {{ref "stg_users"}} join {{ref "codes"}}',
  'models/marts/core/kpis.sql': 'select * from {{ref "sessions"}}',
  'models/marts/marts.yml': `models:
  - name: sessions
    columns: [{ name: id, data_tests: [unique, relationships: { name: known_user, to: ref('stg_users'), field: id }] }]
`,
  'tests/no_gaps.sql': 'select * from {{ref "kpis"}} join {{ref "stg_events"}}',
  'analyses/look.sql': 'select * from {{ref "kpis"}}',
})

function selected(select: readonly string[], exclude: readonly string[] = [], manifest = shop) {
  return [...valueOf(selectNodes(graphOf(manifest), manifest, { select, exclude }))]
}

/** Names, in the order of the graph. */
function namesOf(select: string, exclude = ''): string {
  const ids = selected(
    select === '' ? [] : select.split('|'),
    exclude === '' ? [] : exclude.split('|'),
  )
  return ids.map((id) => shop.nodes.get(id)?.name).join(' ')
}

describe('N2 N3 N5 N7 N8 N9: selectNodes', () => {
  test('nothing said: everything', () => {
    expect(namesOf('')).toBe(
      'codes events users stg_events stg_users source_not_null_raw_events_id sessions kpis known_user unique_sessions_id look no_gaps',
    )
  })

  test.each([
    ['kpis', 'kpis no_gaps'],
    ['stg_*', 'stg_events stg_users known_user no_gaps'],
    ['stg_event?', 'stg_events no_gaps'],
    ['stg_[eu]*', 'stg_events stg_users known_user no_gaps'],
    ['shop.marts', 'sessions kpis known_user unique_sessions_id no_gaps'],
    ['marts', 'sessions kpis known_user unique_sessions_id no_gaps'],
    ['marts.core.kpis', 'kpis no_gaps'],
    ['marts.*', 'sessions kpis known_user unique_sessions_id no_gaps'],
    ['events', ''],
    ['tag:daily', 'sessions kpis known_user unique_sessions_id no_gaps'],
    ['tag:h*', 'stg_events no_gaps'],
    ['tag:hourly,tag:core', 'stg_events no_gaps'],
    ['path:models/marts/core', 'kpis no_gaps'],
    ['./models/staging/', 'stg_events stg_users known_user no_gaps'],
    ['models/*/stg_users.sql', 'stg_users known_user'],
    ['models/marts/marts.yml', 'sessions known_user unique_sessions_id'],
    ['file:kpis', 'kpis no_gaps'],
    ['kpis.sql', 'kpis no_gaps'],
    ['config.materialized:ephemeral', 'stg_users known_user'],
    ['config.meta.owner:ann', 'stg_users known_user'],
    ['config.tags:core', 'stg_events no_gaps'],
    [
      'config.severity:error',
      'source_not_null_raw_events_id known_user unique_sessions_id no_gaps',
    ],
    ['config.enabled:true,resource_type:seed', 'codes'],
    ['source:raw', 'events users source_not_null_raw_events_id'],
    ['source:raw.events', 'events source_not_null_raw_events_id'],
    ['source:shop.raw.users', 'users'],
    ['source:raw.*s', 'events users source_not_null_raw_events_id'],
    ['source:*', 'events users source_not_null_raw_events_id'],
    ['resource_type:test', 'source_not_null_raw_events_id known_user unique_sessions_id no_gaps'],
    ['resource_type:analysis', 'look'],
    ['package:shop,resource_type:seed', 'codes'],
    ['package:this,resource_type:seed', 'codes'],
    ['test_type:singular', 'no_gaps'],
    ['test_type:generic', 'source_not_null_raw_events_id known_user unique_sessions_id'],
    ['test_type:data', 'source_not_null_raw_events_id known_user unique_sessions_id no_gaps'],
    ['test_name:unique', 'unique_sessions_id'],
    [
      '+sessions',
      'codes events users stg_events stg_users source_not_null_raw_events_id sessions known_user unique_sessions_id no_gaps',
    ],
    ['1+sessions', 'codes stg_events stg_users sessions known_user unique_sessions_id no_gaps'],
    ['sessions+', 'sessions kpis known_user unique_sessions_id look no_gaps'],
    ['sessions+1', 'sessions kpis known_user unique_sessions_id no_gaps'],
    [
      'source:raw.users+',
      'users stg_users sessions kpis known_user unique_sessions_id look no_gaps',
    ],
    ['1+kpis+1', 'sessions kpis known_user unique_sessions_id look no_gaps'],
    [
      '@stg_users',
      'codes events users stg_events stg_users source_not_null_raw_events_id sessions kpis known_user unique_sessions_id look no_gaps',
    ],
    [
      '@codes,resource_type:model',
      'stg_events stg_users sessions kpis known_user unique_sessions_id no_gaps',
    ],
    ['+kpis,stg_events+', 'stg_events sessions kpis known_user unique_sessions_id no_gaps'],
    ['codes kpis', 'codes kpis no_gaps'],
    ['codes|kpis', 'codes kpis no_gaps'],
  ])('%s', (select, names) => {
    expect(namesOf(select)).toBe(names)
  })

  test.each([
    ['', 'tag:daily', 'codes events users stg_events stg_users source_not_null_raw_events_id look'],
    ['sessions+', 'kpis', 'sessions known_user unique_sessions_id look'],
    ['stg_*', 'stg_users', 'stg_events no_gaps'],
    [
      '',
      'resource_type:test resource_type:source',
      'codes stg_events stg_users sessions kpis look',
    ],
    ['kpis', 'kpis', ''],
  ])('%j without %j', (select, exclude, names) => {
    expect(namesOf(select, exclude)).toBe(names)
  })

  test('what matches nothing is a warning with the nearest name, and selects nothing', () => {
    const result = selectNodes(graphOf(shop), shop, {
      select: ['sesions+', 'tag:nope,kpis'],
      exclude: ['qqqqqq'],
    })
    expect(result.ok && [[...result.value], result.warnings.map(lineOf)]).toEqual([
      [],
      [
        'empty-selection: expected "sesions+" to match a node, found none = did you mean "sessions"?',
        'empty-selection: expected "tag:nope" to match a node, found none = see "assay ls"',
        'empty-selection: expected "qqqqqq" to match a node, found none = see "assay ls"',
      ],
    ])
  })

  test('faults of both selectors are said at once', () => {
    const result = selectNodes(graphOf(shop), shop, { select: ['@a+'], exclude: ['x:y'] })
    expect(result.ok ? [] : result.diagnostics.map(lineOf)).toEqual([
      'invalid-selector: expected "@" or a trailing "+", found both in "@a+" = "@" already takes all descendants',
      'invalid-selector: expected a selection method, found "x" = there are fqn, tag, path, file, config, source, resource_type, package, test_name, test_type, unit_test, exposure, metric, semantic_model, saved_query, group, access, version, state, result, source_status, selector',
    ])
  })
})

describe('the algebra of selectors, on any graph', () => {
  const criterion = fc
    .record({
      name: fc.constantFrom(...'abcdefgh'.split(''), 's0', 's1', 't0', 't1'),
      shape: fc.constantFrom('N', '+N', 'N+', '1+N', 'N+1', '+N+', '@N'),
    })
    .map(({ name, shape }) => {
      const text = name.startsWith('s') ? `source:raw.${name}` : name
      return shape.replace('N', text)
    })
  const holds = (check: (select: Select, one: string, two: string) => void) =>
    fc.assert(
      fc.property(anyNodes, criterion, criterion, (nodes, one, two) => {
        const manifest: Manifest = manifestWith(nodes)
        const graph = graphOf(manifest)
        check(
          (select, exclude = []) => [...valueOf(selectNodes(graph, manifest, { select, exclude }))],
          one,
          two,
        )
      }),
      { numRuns: 150 },
    )
  type Select = (select: readonly string[], exclude?: readonly string[]) => readonly string[]

  test('a space is a union, in either order, however it is written', () => {
    holds((select, one, two) => {
      const both = new Set([...select([one]), ...select([two])])
      const expected = select(['*', 'source:*']).filter((id) => both.has(id))
      expect(select([one, two])).toEqual(expected)
      expect(select([`${two} ${one}`])).toEqual(expected)
      expect(select([one, one, two])).toEqual(expected)
    })
  })

  test('a comma is an intersection, in either order', () => {
    holds((select, one, two) => {
      const right = new Set(select([two]))
      const expected = select([one]).filter((id) => right.has(id))
      expect(select([`${one},${two}`])).toEqual(expected)
      expect(select([`${two},${one}`])).toEqual(expected)
      expect(select([`${one},${one}`])).toEqual(select([one]))
    })
  })

  test('exclude takes away what it would select, one after the other as at once', () => {
    holds((select, one, two) => {
      const away = new Set([...select([one]), ...select([two])])
      const all = select([])
      expect(select([], [one, two])).toEqual(all.filter((id) => !away.has(id)))
      expect(select([], [two, one])).toEqual(select([], [one, two]))
      expect(select([one], [one])).toEqual([])
      expect(select([one, two], [two])).toEqual(select([one], [two]))
    })
  })

  test('@ is closed: whatever it takes comes with all that it needs, and what reads the node', () => {
    fc.assert(
      fc.property(anyNodes, (nodes) => {
        const manifest = manifestWith(nodes)
        const graph = graphOf(manifest)
        for (const node of nodes.filter((candidate) => candidate.resourceType === 'model')) {
          const taken = new Set(
            valueOf(selectNodes(graph, manifest, { select: [`@${node.name}`], exclude: [] })),
          )
          for (const id of graph.descendants(node.uniqueId)) expect([...taken]).toContain(id)
          for (const id of taken) {
            // A test that joins because it looks at a node that was taken brings nothing along.
            if (manifest.nodes.get(id)?.resourceType === 'test') continue
            for (const above of graph.ancestors(id)) expect([...taken]).toContain(above)
          }
          const up = selectNodes(graph, manifest, { select: [`+${node.name}`], exclude: [] })
          for (const id of valueOf(up)) expect([...taken]).toContain(id)
        }
      }),
      { numRuns: 100 },
    )
  })
})
