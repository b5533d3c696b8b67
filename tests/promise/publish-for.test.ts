/** Files of roles on DuckDB: each holds what `grants` let its role select, and nothing else, after every run. */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import { describeDuckdb } from '../support/adapters.ts'
import { createTestProject, type TestProject } from '../support/test-project.ts'

const settings = (more = '') => `name: roles
target: duckdb
vars: { amount: 5 }
targets:
  duckdb:
    type: duckdb
    path: target/test.duckdb
    publish_for: { finance: bi/finance.duckdb, growth: bi/growth.duckdb ${more} }
models:
  +persist_docs: { relation: true, columns: true }
`

const files = {
  'assay.yml': settings(),
  'models/orders.sql': `{{config materialized="table" schema="silver"}}select 1 as id, {{var "amount"}} as amount`,
  'models/revenue.sql': `{{config grants=(dict select=(list "finance"))}}select sum(amount)::int as revenue from {{ref "orders"}}`,
  'models/engagement.sql': `{{config grants=(dict select="growth")}}select count(*)::int as n from {{ref "orders"}}`,
  'models/calendar.sql': `{{config grants=(dict select=(list "public"))}}select date '2025-01-01' as day`,
  'models/schema.yml': `models:
  - name: revenue
    description: What was earned.
    columns: [{ name: revenue, description: In euros. }]
`,
}

async function ask(project: TestProject, file: string, sql: string) {
  const instance = await DuckDBInstance.create(join(project.folder, 'bi', file), {
    access_mode: 'READ_ONLY',
  })
  const connection = await instance.connect()
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson()
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

async function contents(project: TestProject, file: string) {
  const rows = await ask(
    project,
    file,
    `select schema_name || '.' || table_name as name from duckdb_tables()
     union all select schema_name || '.' || view_name from duckdb_views() where not internal
     order by 1`,
  )
  return rows.map(({ name }) => name)
}

async function built(project: TestProject, ...flags: readonly string[]): Promise<string> {
  const ran = await project.assay('build', ...flags)
  expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
  return ran.stdout + ran.stderr
}

describeDuckdb('files of roles on $name', (adapter) => {
  test('hold what their role may select, its rows and its comments, and nothing else', async () => {
    const project = await createTestProject(adapter, { files })
    expect(await built(project)).not.toContain('grants-not-applied')
    expect(await contents(project, 'finance.duckdb')).toEqual(['main.calendar', 'main.revenue'])
    expect(await contents(project, 'growth.duckdb')).toEqual(['main.calendar', 'main.engagement'])
    expect(await ask(project, 'finance.duckdb', 'select * from revenue')).toEqual([{ revenue: 5 }])
    expect(
      await ask(
        project,
        'finance.duckdb',
        `select comment from duckdb_tables() where comment is not null
           union all select comment from duckdb_columns() where comment is not null`,
      ),
    ).toEqual([{ comment: 'What was earned.' }, { comment: 'In euros.' }])

    await built(project, '--select', 'orders', '--vars', '{amount: 7}')
    expect(await ask(project, 'finance.duckdb', 'select * from revenue')).toEqual([{ revenue: 7 }])
    expect((await readdir(join(project.folder, 'bi'))).toSorted()).toEqual([
      'finance.duckdb',
      'growth.duckdb',
    ])
  })

  test('lose what is no longer granted', async () => {
    const project = await createTestProject(adapter, { files })
    await built(project)
    await project.write({
      'models/revenue.sql': `{{config grants=(dict select=(list "growth"))}}select 1 as revenue`,
    })
    await built(project, '--select', 'calendar')
    expect(await contents(project, 'finance.duckdb')).toEqual(['main.calendar'])
    expect(await contents(project, 'growth.duckdb')).toEqual([
      'main.calendar',
      'main.engagement',
      'main.revenue',
    ])
  })

  test('a role without a file is told of, and two roles need two files', async () => {
    const project = await createTestProject(adapter, {
      files: {
        ...files,
        'models/engagement.sql': `{{config grants=(dict select=(list "growth" "marketing"))}}select 1 as n`,
      },
    })
    expect(await built(project)).toContain(
      `warning[grants-not-applied]: expected a database with roles for the grants of "engagement", found DuckDB: they are not applied`,
    )
    await rm(join(project.folder, 'bi'), { recursive: true })
    await project.write({ 'assay.yml': settings(', marketing: bi/growth.duckdb') })
    const refused = await project.assay('build')
    expect(refused.exitCode).toBe(2)
    expect(refused.stdout + refused.stderr).toContain(
      `error[invalid-value]: expected "publish_for.marketing" to name a file of its own, found that of another: "${join(project.folder, 'bi/growth.duckdb')}"`,
    )
  })
})
