/** Models that must not be made anew and follow what is erased: they go on from their cursors, or nothing is begun. */
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'

const person = '[{ name: uid, meta: { identifies: person } }]'
const follow = (from: string) =>
  `{{config materialized="incremental" unique_key="uid" full_refresh=false}}\nselect uid, age from {{${from}}} as n`

const files = {
  'assay.yml': `name: shop\ntarget: duckdb\n${testTargets}`,
  'models/all.yml': `sources:
  - name: crm
    schema: raw
    loader: files
    tables:
      - name: users
        load: { path: "in/*.jsonl", settle_seconds: 0 }
        columns:
          - { name: uid, data_type: text, meta: { identifies: person } }
          - { name: age, data_type: integer }
models:
  - { name: u, columns: ${person} }
  - { name: by_keys, columns: ${person} }
  - { name: by_rows, columns: ${person} }
  - { name: below, columns: ${person} }
  - { name: by_age, columns: [{ name: age }] }
`,
  'models/u.sql':
    '{{config materialized="incremental" unique_key="uid"}}\nselect uid, age from {{new_rows (source "crm" "users")}} as n',
  'models/by_keys.sql':
    '{{config materialized="incremental" unique_key="uid" full_refresh=false}}\nselect uid, age from {{ref "u"}} as u where uid in (select uid from {{touched_keys "u" key="uid"}} as k)',
  'models/by_rows.sql': follow('new_rows (source "crm" "users")'),
  'models/below.sql':
    '{{config materialized="incremental" unique_key="uid"}}\nselect uid, age from {{ref "by_keys"}} as u where uid in (select uid from {{touched_keys "by_keys" key="uid"}} as k)',
  'models/by_age.sql': `{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="age" full_refresh=false}}
select age, count(*) as n from {{ref "u"}} as u where age in (select age from {{touched_keys "u" key="age"}} as k) group by age`,
}

const line = (uid: string, age: number) => `{"uid": "${uid}", "age": ${age}}\n`

async function ran(project: TestProject, exit: number, ...argv: readonly string[]) {
  const done = await project.assay(...argv)
  expect(done.exitCode, done.stdout + done.stderr).toBe(exit)
  return done
}

async function shown(project: TestProject): Promise<string> {
  const sql = ['u', 'by_keys', 'by_rows', 'below']
    .map((name) => `select '${name}' as t, uid, age from {{ref "${name}"}}`)
    .join(' union all ')
  const argv = [
    'show',
    '--inline',
    `select * from (${sql}) as a order by 1, 2`,
    '--output',
    'csv',
    '--limit',
    '-1',
  ]
  return (await ran(project, 0, ...argv)).stdout.replace('t,uid,age\n', '')
}

const everywhere = (rows: string) =>
  ['below', 'by_keys', 'by_rows', 'u']
    .map((name) => rows.replaceAll(/^/gm, `${name},`).replaceAll(/^\w+,$/gm, ''))
    .join('')

const ages = 'select age, n from {{ref "by_age"}} order by 1'
const erase = ['erase', '--identity', 'person', '--value', 'KIM'] as const

describe.each(testAdapters())('followers of what is erased on $name', (adapter) => {
  test.each([
    { when: 'the newest row', loaded: line('bob', 1) + line('eve', 2) + line('KIM', 2) },
    { when: 'the only row', loaded: line('KIM', 2) },
    { when: 'one between', loaded: line('bob', 1) + line('KIM', 2) + line('eve', 2) },
  ])('they go on from their cursors when $when is erased', async ({ when, loaded }) => {
    const project = await createTestProject(adapter, { files })
    await project.write({ 'in/a.jsonl': loaded })
    await ran(project, 0, 'ingest', '--build')
    if (when === 'one between') {
      // What followers have not read yet, they read afterwards.
      await project.write({ 'in/b.jsonl': line('zoe', 3) })
      await ran(project, 0, 'ingest')
      await ran(project, 0, 'build', '--select', 'u')
    }
    await ran(project, 0, ...erase, '--yes')
    await project.write({ 'in/c.jsonl': line('new', 9) })
    await ran(project, 0, 'ingest', '--build')
    const first = when === 'the only row' ? '' : 'bob,1\neve,2\n'
    const last = when === 'one between' ? 'zoe,3\n' : ''
    expect(await shown(project)).toBe(everywhere(`${first}new,9\n${last}`))
    const counted = await ran(project, 0, 'show', '--inline', ages, '--output', 'csv')
    if (when !== 'the only row') expect(counted.stdout).toContain('age,n\n1,1\n2,1\n')
    const before = await shown(project)
    await ran(project, 0, 'build')
    await ran(project, 0, 'build', '--full-refresh', '--exclude', 'by_age', 'by_keys')
    expect(await shown(project)).toBe(before)
  })

  test('one that cannot go on is told by the dry run, and nothing is begun', async () => {
    const project = await createTestProject(adapter, { files })
    await project.write({
      'in/a.jsonl': line('bob', 1) + line('KIM', 2),
      'models/counted.sql':
        '{{config materialized="incremental" incremental_strategy="delete+insert" unique_key="age"}}\nselect age, count(*) as n from {{ref "u"}} as u group by age',
      'models/counts.sql':
        '{{config materialized="incremental" unique_key="age" full_refresh=false}}\nselect age, n from {{ref "counted"}} as c where age in (select age from {{touched_keys "counted" key="age"}} as k)',
    })
    await ran(project, 0, 'ingest', '--build')
    const refused = await ran(project, 2, ...erase)
    expect(refused.stderr).toContain(
      'error[protected-rows]: expected "counts" to go on from its cursors, found that "counted", which it follows, would be made anew and begin a new epoch',
    )
    await ran(project, 2, ...erase, '--yes')
    expect(await shown(project)).toContain('u,KIM,2\n')
    await project.write({ 'in/b.jsonl': line('eve', 3) })
    await ran(project, 0, 'ingest', '--build')
  })
})
