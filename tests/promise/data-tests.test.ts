/** Data tests: asked at once they say what each says alone, and what the rows say; failing rows outlive a rollback. */
import { describe, expect, test } from 'vitest'
import { textCell } from '../../src/core/adapter.ts'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { rowsOf } from './rows.ts'

interface Reading {
  readonly id: number | null
  readonly grp: string | null
  readonly amount: number | null
}

/** Small domains, so that every test fails now and then. */
function randomReadings(seed: number): readonly Reading[] {
  let state = seed
  const below = (limit: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  const orNull = <T>(value: T): T | null => (below(5) === 0 ? null : value)
  return Array.from({ length: 3 + below(12) }, () => ({
    id: orNull(below(8)),
    grp: orNull(['a', 'b', 'c', ''][below(4)] ?? ''),
    amount: orNull(below(20) - 5),
  }))
}

interface Asked {
  readonly yaml: string
  readonly failures: (rows: readonly Reading[]) => number
}

const among = (rows: readonly Reading[], isBad: (row: Reading) => boolean) =>
  rows.filter(isBad).length
const values = (rows: readonly Reading[], of: (row: Reading) => string | number | null) =>
  new Set(rows.map(of).filter((value) => value !== null)).size

const asked: Readonly<Record<string, Asked>> = {
  id_not_null: {
    yaml: 'not_null: { name: id_not_null, arguments: { column_name: id } }',
    failures: (rows) => among(rows, ({ id }) => id === null),
  },
  few_nulls: {
    yaml: 'not_null: { name: few_nulls, arguments: { column_name: grp }, config: { warn_if: ">1", error_if: ">3" } }',
    failures: (rows) => among(rows, ({ grp }) => grp === null),
  },
  grp_known: {
    yaml: 'accepted_values: { name: grp_known, arguments: { column_name: grp, values: [a, b] } }',
    failures: (rows) => values(rows, ({ grp }) => (grp === 'a' || grp === 'b' ? null : grp)),
  },
  grp_refused: {
    yaml: 'not_accepted_values: { name: grp_refused, arguments: { column_name: grp, values: [a, c] } }',
    failures: (rows) => values(rows, ({ grp }) => (grp === 'a' || grp === 'c' ? grp : null)),
  },
  in_range: {
    yaml: 'accepted_range: { name: in_range, arguments: { column_name: amount, min_value: 0, max_value: 10, inclusive: false } }',
    failures: (rows) =>
      among(rows, ({ amount }) => amount !== null && !(amount > 0 && amount < 10)),
  },
  id_and_amount: {
    yaml: 'expression_is_true: { name: id_and_amount, arguments: { expression: "amount <= id or grp = \'a\'" } }',
    failures: (rows) =>
      among(rows, ({ id, grp, amount }) => {
        const left = amount === null || id === null ? null : amount <= id
        const right = grp === null ? null : grp === 'a'
        return left === false && right === false
      }),
  },
  grp_filled: {
    yaml: 'not_empty_string: { name: grp_filled, arguments: { column_name: grp }, config: { severity: warn } }',
    failures: (rows) => among(rows, ({ grp }) => grp === ''),
  },
  some_amount: {
    yaml: 'at_least_one: { name: some_amount, arguments: { column_name: amount } }',
    failures: (rows) => (rows.every(({ amount }) => amount === null) ? 1 : 0),
  },
  several_ids: {
    yaml: 'not_constant: { name: several_ids, arguments: { column_name: id } }',
    failures: (rows) => (values(rows, ({ id }) => id) === 1 ? 1 : 0),
  },
  null_groups: {
    yaml: 'by_group: { name: null_groups, arguments: { column_name: grp } }',
    failures: (rows) => {
      const bad = rows.filter(({ amount }) => amount !== null && amount < 3)
      return values(bad, ({ grp }) => grp) + (bad.some(({ grp }) => grp === null) ? 1 : 0)
    },
  },
  where_a: {
    yaml: 'not_null: { name: where_a, arguments: { column_name: amount }, config: { where: "grp = \'a\'" } }',
    failures: (rows) => among(rows, ({ grp, amount }) => grp === 'a' && amount === null),
  },
  where_a_too: {
    yaml: 'not_null: { name: where_a_too, arguments: { column_name: id }, config: { where: "grp = \'a\'" } }',
    failures: (rows) => among(rows, ({ grp, id }) => grp === 'a' && id === null),
  },
}

const names = Object.keys(asked)

function filesOf(rows: readonly Reading[]): Readonly<Record<string, string>> {
  const text = (value: string | null) => (value === null ? 'cast(null as varchar)' : `'${value}'`)
  const selects = rows.map(
    ({ id, grp, amount }) =>
      `select cast(${id ?? 'null'} as integer) as id, ${text(grp)} as grp, cast(${amount ?? 'null'} as integer) as amount`,
  )
  return {
    'assay.yml': `name: readings\ntarget: duckdb\n${testTargets}`,
    'models/readings.sql': `{{config materialized="table"}}\n${selects.join('\nunion all ')}`,
    'models/schema.yml': `models:\n  - name: readings\n    data_tests:\n${names.map((name) => `      - ${asked[name]?.yaml ?? ''}\n`).join('')}`,
    'tests/generic/by_group.sql':
      '{{#test "by_group" "model" "column_name"}}\nselect {{column_name}}, count(*) as n from {{model}} as tested where amount < 3 group by {{column_name}}\n{{/test}}',
  }
}

/** The newest results of the ledger, by name. */
async function results(project: TestProject): Promise<Readonly<Record<string, string>>> {
  const rows = await rowsOf(
    project,
    `select split_part(unique_id, '.', 3) as name, status || ' ' || cast(failures as varchar) as said from _assay.test_results as t where recorded_at = (select max(recorded_at) from _assay.test_results as l where l.unique_id = t.unique_id)`,
  )
  return Object.fromEntries(rows.map((row) => [textCell(row, 'name'), textCell(row, 'said')]))
}

describe.each(testAdapters())('data tests on $name', (adapter) => {
  test('H4, H6, H7, H8: tests of a table are one scan and say what each says alone, and what the rows say', async () => {
    const project = await createTestProject(adapter, { files: filesOf(randomReadings(1)) })
    for (const seed of [11, 12]) {
      const rows = randomReadings(seed)
      await project.write(filesOf(rows))
      const run = await project.assay('run')
      expect(run.exitCode, run.stdout + run.stderr).toBe(0)
      await project.assay('test')
      const together = await results(project)
      const alone = seed === 11 ? names : []
      for (const name of alone) await project.assay('test', '--select', name)
      expect(await results(project), `seed ${seed}`).toEqual(together)
      const expected = names.map((name) => [name, asked[name]?.failures(rows)])
      const found = names.map((name) => [name, Number(together[name]?.split(' ')[1])])
      expect(found, `seed ${seed}`).toEqual(expected)
    }
  })

  test('H4: NULL is no duplicate, no other value and no missing parent; not_null is for those', async () => {
    const project = await createTestProject(adapter, {
      files: {
        'assay.yml': `name: readings\ntarget: duckdb\n${testTargets}`,
        'models/parents.sql':
          '{{config materialized="table"}}select 1 as id union all select cast(null as integer)',
        'models/children.sql': `{{config materialized="table"}}
select 1 as id, 'a' as grp, 1 as parent union all select null, null, null union all select null, null, null
union all select 2, 'b', 2 union all select 2, 'c', 3 union all select 3, 'c', 3`,
        'models/schema.yml': `models:
  - name: children
    columns:
      - { name: id, data_tests: [unique: { name: id_unique }, not_null: { name: id_given }] }
      - name: grp
        data_tests:
          - accepted_values: { name: grp_known, arguments: { values: [a, b] } }
      - name: parent
        data_tests:
          - accepted_values: { name: as_numbers, arguments: { values: [1, 2], quote: false } }
          - relationships: { name: has_parent, arguments: { to: ref('parents'), field: id } }
`,
      },
    })
    await project.assay('run')
    expect((await project.assay('test')).exitCode).toBe(1)
    // Failing rows: a key that is there twice, two NULLs, a value, three rows without a parent.
    expect(await results(project)).toEqual({
      id_unique: 'fail 1',
      id_given: 'fail 2',
      grp_known: 'fail 1',
      as_numbers: 'fail 1',
      has_parent: 'fail 3',
    })
  })

  test('H6, H7: severity error asks error_if first, then warn_if; severity warn asks warn_if alone', async () => {
    const tests = {
      fails: '{}',
      upper: '{ severity: ERROR }',
      warns: '{ severity: Warn }',
      warn_ignores_error_if: '{ severity: warn, error_if: ">0", warn_if: ">100" }',
      between: '{ warn_if: ">0", error_if: ">5" }',
      above: '{ warn_if: ">0", error_if: ">1" }',
      below: '{ warn_if: ">2", error_if: ">5" }',
      only_error_if: '{ error_if: ">5" }',
    }
    const project = await createTestProject(adapter, {
      files: {
        'assay.yml': `name: readings\ntarget: duckdb\n${testTargets}`,
        'models/two.sql':
          '{{config materialized="table"}}select cast(null as integer) as id union all select null',
        'models/schema.yml': `models:\n  - name: two\n    columns:\n      - name: id\n        data_tests:\n${Object.entries(
          tests,
        )
          .map(([name, config]) => `          - not_null: { name: ${name}, config: ${config} }\n`)
          .join('')}`,
      },
    })
    await project.assay('run')
    expect((await project.assay('test')).exitCode).toBe(1)
    expect(await results(project)).toEqual({
      fails: 'fail 2',
      upper: 'fail 2',
      warns: 'warn 2',
      warn_ignores_error_if: 'pass 2',
      between: 'warn 2',
      above: 'fail 2',
      below: 'pass 2',
      only_error_if: 'warn 2',
    })
  })

  test('H12: where tests that are asked at once cannot be answered, the one at fault is named', async () => {
    const files = filesOf(randomReadings(1))
    const project = await createTestProject(adapter, {
      files: {
        ...files,
        'models/readings.sql': `{{config materialized="table"}}select 1 as id, 'x' as grp, 5 as amount`,
        'models/schema.yml': `models:
  - name: readings
    data_tests:
      - not_null: { name: a_fine, arguments: { column_name: id } }
      - expression_is_true: { name: broken, arguments: { expression: "cast(grp as integer) > 0" } }
      - not_null: { name: fine_too, arguments: { column_name: grp } }
`,
      },
    })
    const built = await project.assay('build')
    expect(built.exitCode).toBe(1)
    expect(built.stdout).toContain('found 1 that could not run: broken')
    expect((await results(project))['a_fine']).toBe('pass 0')
    await project.assay('run')
    const tested = await project.assay('test')
    expect(tested.exitCode).toBe(1)
    expect(tested.stdout).toMatch(/error +broken[\s\S]*done in .*: 2 ok, 1 failed/)
  })

  test('H11: under --atomic, too, failing rows are stored although nothing is published', async () => {
    const files = filesOf([
      { id: null, grp: 'a', amount: 1 },
      { id: 1, grp: 'b', amount: 2 },
    ])
    const project = await createTestProject(adapter, { files })
    const built = await project.assay('build', '--atomic', '--store-failures')
    expect(built.exitCode).toBe(1)
    expect(await rowsOf(project, 'select grp, amount from test_failures.id_not_null')).toEqual([
      { grp: 'a', amount: 1 },
    ])
  })

  test('anomalies: the newest period that is over, and the rows of earlier publications; too little history is said', async () => {
    const project = await createTestProject(adapter, {
      files: {
        'assay.yml': `name: a\ntarget: duckdb\n${testTargets}vars: { rows: 40 }\n`,
        'models/events.sql': `{{config materialized="table"}}
select
  cast('2026-01-01' as timestamp) + cast(d.number as integer) * interval '1 day' as happened,
  case when d.number = 20 then 500 else 10 + cast(d.number as integer) % 3 end as amount
from {{number_series 0 20}} as d
cross join {{number_series 1 (var "rows")}} as n
where d.number < 20 or n.number < 4`,
        'models/short.sql':
          '{{config materialized="table"}}select * from {{ref "events"}} where happened < cast(\'2026-01-04\' as timestamp)',
        'models/schema.yml': `models:
  - name: events
    data_tests:
      - volume_anomaly: { name: fewer, arguments: { time_column: happened } }
      - volume_anomaly: { name: no_more, arguments: { time_column: happened, direction: up } }
      - value_anomaly: { name: dearer, arguments: { time_column: happened, column_name: amount } }
      - row_count_anomaly: { name: steady, arguments: { min_history: 2 } }
  - name: short
    data_tests: [volume_anomaly: { name: too_short, arguments: { time_column: happened } }]
`,
      },
    })
    await project.assay('run')
    await project.assay('run')
    const tested = await project.assay('test')
    expect(tested.exitCode).toBe(1)
    expect(tested.stdout).toContain('too_short: not judged: 2 of the 7 earlier figures it needs')
    expect(await results(project)).toEqual({
      fewer: 'fail 1',
      no_more: 'pass 0',
      dearer: 'fail 1',
      steady: 'pass 0',
      too_short: 'pass 0',
    })
    // 803 rows in both publications, 63 in the candidate: rolled back, so it is no history.
    const less = ['build', '--select', 'events', '--vars', '{rows: 3}']
    expect((await project.assay(...less)).exitCode).toBe(1)
    expect((await results(project))['steady']).toBe('fail 1')
    expect((await project.assay(...less)).exitCode).toBe(1)
    expect((await results(project))['steady']).toBe('fail 1')
  })
})
