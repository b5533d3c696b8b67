/** `verify` finds models that break the promise, tells why, and finds nothing where it holds; published tables stay as they are. */
import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { splitWords } from '../support/split-words.ts'
import type { TestProject } from '../support/test-project.ts'
import { execute, rowsOf } from './rows.ts'
import { asAtomic, base, createProject, safe, unsafe } from './verify-project.ts'

interface Verified {
  readonly models: readonly {
    readonly name: string
    readonly status: string
    readonly because: string
  }[]
  readonly findings: readonly Found[]
  readonly histories: number
  readonly kills: number
}
interface Found {
  readonly model: string
  readonly kind: string
  readonly command: string
  readonly columns: readonly string[]
  readonly steps: readonly { readonly kind: string; readonly count?: number }[]
}

async function verify(project: TestProject, ...words: readonly string[]): Promise<Verified> {
  const ran = await project.assay('verify', '--output', 'json', '--timeout', '600', ...words)
  expect(ran.exitCode, ran.stdout + ran.stderr).not.toBe(2)
  const verified: Verified = JSON.parse(ran.stdout)
  expect(ran.exitCode).toBe(verified.findings.length === 0 ? 0 : 1)
  return verified
}

function statuses({ models }: Verified): Readonly<Record<string, string>> {
  return Object.fromEntries(models.map(({ name, status }) => [name, status]))
}

function arrived({ steps }: Found): number {
  return steps.reduce((sum, step) => sum + (step.count ?? 0), 0)
}

describe.each(testAdapters())('verify on $name', (adapter) => {
  test('finds nothing in safe shapes, insert_overwrite (D13) among them', async () => {
    const project = await createProject(adapter, safe)
    const verified = await verify(project, '--seed', '1', '--histories', '8')
    expect(verified.findings).toEqual([])
    expect(statuses(verified)).toEqual({
      appended: 'ok',
      aside: 'ok',
      below_aside: 'ok',
      below_overwritten: 'ok',
      first_seen: 'ok',
      merged: 'ok',
      overwritten: 'ok',
      rebuilt: 'ok',
      totals: 'ok',
    })
    expect(verified.histories).toBe(8)
    expect(verified.kills).toBeGreaterThan(0)
    await project.write({
      'assay.yml': base['assay.yml'].replaceAll(/threads: 2( \})?/g, asAtomic),
    })
    const whole = await verify(project, '--seed', '1', '--histories', '3')
    expect(whole.findings).toEqual([])
    expect(whole.kills).toBeGreaterThan(0)
  })

  test.each(Object.entries(unsafe))('finds %s in a history of a few rows', async (path, sql) => {
    const project = await createProject(adapter, { [path]: sql })
    const verified = await verify(project, '--seed', '1', '--rows', '30', '--histories', '20')
    const name = basename(path, '.sql')
    expect(statuses(verified)).toEqual({ [name]: 'differs' })
    const [finding, ...others] = verified.findings
    if (finding === undefined) throw new Error('expected a finding')
    expect(others).toEqual([])
    expect([finding.kind, finding.model]).toEqual(['difference', name])
    expect(arrived(finding), JSON.stringify(finding)).toBeLessThanOrEqual(4)
  })

  test('takes the rows of what never changes to be there from the start', async () => {
    const project = await createProject(adapter, {
      'models/priced.sql': unsafe['models/priced.sql'],
    })
    const fixed = ['--select', 'priced', '--static', 'raw.rates', '--histories', '4']
    expect(statuses(await verify(project, '--seed', '1', ...fixed))).toEqual({ priced: 'ok' })
    const typo = await project.assay('verify', '--static', 'raw.rate')
    expect([typo.exitCode, typo.stderr]).toEqual([
      2,
      `error[invalid-value]: expected --static to name a source or seed that is read, found "raw.rate"
  = hint: there are: raw.events, raw.rates

1 error
`,
    ])
  })

  test('prints a command that gives the same again, and leaves the target alone', async () => {
    const project = await createProject(adapter, {
      'models/watermark.sql': unsafe['models/watermark.sql'],
      'models/below.sql': `{{config materialized="incremental" unique_key="id"}}select id from {{ref "watermark"}}`,
    })
    expect((await project.assay('build')).exitCode).toBe(0)
    const before = await contents(project)
    const first = await project.assay('verify', '--seed', '3', '--timeout', '600')
    expect(first.exitCode).toBe(1)
    expect(first.stdout).toMatch(/^unclear {2}below {6}it reads "watermark", see there$/m)
    const command = /again: assay (.*)/.exec(first.stdout)?.[1] ?? ''
    const again = await project.assay(...splitWords(command))
    expect(again.exitCode).toBe(1)
    expect(storyOf(again.stdout)).toBe(storyOf(first.stdout))
    expect(storyOf(first.stdout)).toContain('arrive')
    expect(await contents(project)).toEqual(before)
  })

  test('tells apart what the order of rows, the time zone and the clock move', async () => {
    const project = await createProject(adapter, {
      'models/ties.sql': `{{config materialized="incremental" unique_key="id"}}
select id, row_number() over (order by amount) as place from {{ref "stg_events"}}`,
      'models/local_days.sql': `{{config materialized="incremental" unique_key="id"}}
select id, cast(cast(seen_at as timestamptz) as text) as day from {{ref "stg_events"}}`,
      'models/stamped.sql': `{{config materialized="incremental" unique_key="id"}}
select id, current_date as built_on, cast(now() as timestamptz) as built_at from {{ref "stg_events"}}`,
      'models/excused.sql': `{{config materialized="incremental" unique_key="id" volatile_columns=(list "built_at" "place")}}
select id, now() as built_at, row_number() over (order by amount) as place from {{ref "stg_events"}}`,
    })
    const { findings } = await verify(project, '--seed', '1', '--histories', '3')
    expect(findings.map(({ kind, model, columns }) => [kind, model, ...columns])).toEqual([
      ['order', 'ties', 'place'],
      ['time zone', 'local_days', 'day'],
      ['clock', 'stamped', 'built_on', 'built_at'],
    ])
  })

  test('delivers twice only what may be, and names what it leaves out', async () => {
    const twice = `{{config materialized="incremental" unique_key="id"}}
select distinct on (id) id, amount from {{new_rows "events"}} as n order by id, _load_seq`
    const files = {
      'seeds/events.csv': `_load_seq,id,amount\n${Array.from({ length: 30 }, (_, n) => `${n},${n},${n % 7}`).join('\n')}\n`,
      'models/once.sql': twice,
      'models/added.sql': `{{config materialized="incremental" incremental_strategy="append"}}select id from {{new_rows "events"}} as n`,
      'models/kept.sql': `{{config materialized="incremental" incremental_strategy="append" full_refresh=false}}select id from {{ref "events"}}`,
      'models/below_kept.sql': `{{config materialized="incremental" unique_key="id"}}select id from {{ref "kept"}}`,
    }
    const seedConfig = (delivery: string) =>
      `seeds: [{ name: events, config: { arrival_column: _load_seq${delivery} } }]\n`
    const project = await createProject(adapter, { ...files, 'seeds/seeds.yml': seedConfig('') })
    const once = await verify(project, '--seed', '2', '--histories', '6', '--exclude', 'added')
    expect(once.models.map(({ name, status, because }) => [name, status, because])).toEqual([
      ['once', 'ok', ''],
      ['kept', 'skipped', 'it is history: "full_refresh" is false'],
      ['below_kept', 'skipped', 'it reads "kept", which is history: "full_refresh" is false'],
    ])
    const summed = `{{config materialized="incremental" incremental_strategy="append"}}
select id from {{new_rows "events"}} as n
{{#if (is_incremental)}}where id not in (select id from {{this}}){{/if}}`
    await project.write({
      'seeds/seeds.yml': seedConfig(', delivery: at_least_once'),
      'models/once.sql': summed,
    })
    const again = await verify(project, '--seed', '2', '--histories', '10', '--select', 'once')
    expect(statuses(again)).toEqual({ once: 'differs' })
    await project.write({ 'seeds/seeds.yml': seedConfig('') })
    const never = await verify(project, '--seed', '2', '--histories', '10', '--select', 'once')
    expect(statuses(never)).toEqual({ once: 'ok' })
  })

  test('refuses a table that is named by hand, and a history without its seed', async () => {
    const project = await createProject(adapter, {
      'models/by_hand.sql': `{{config materialized="incremental" unique_key="user_id"}}
select user_id, rate from raw.rates where user_id in (select user_id from {{ref "stg_events"}})`,
    })
    const ran = await project.assay('verify', '--seed', '1')
    expect(ran.exitCode).toBe(2)
    expect(ran.stderr).toMatch(
      /error\[sandbox-relation\]: expected only ref and source in "by_hand", found the table ".*rates", which the sandbox does not have\n {2}--> models\/by_hand\.sql:2:\d+/,
    )
    expect((await project.assay('verify', '--history', '3')).exitCode).toBe(2)
    const nothing = await project.assay('verify', '--exclude', 'by_hand')
    expect([nothing.exitCode, nothing.stdout]).toEqual([
      0,
      'nothing to verify: no incremental model is selected\n',
    ])
  })
})

/** Every table with its rows, the ledger's too. */
async function contents(project: TestProject) {
  const names = ['raw.events', 'raw.rates', '_assay.runs', '_assay.node_runs', '_assay.cursors']
  const tables = await execute(
    project,
    `select concat(table_schema, '.', table_name) as name from information_schema.tables
where table_schema not in ('information_schema', 'pg_catalog') order by 1`,
  )
  const rows = []
  for (const name of names) rows.push(await rowsOf(project, `select * from ${name} order by 1, 2`))
  const model = await rowsOf(project, 'select * from {{ref "watermark"}} order by id')
  return { tables, rows, model }
}

/** Without the lines that differ from run to run. */
function storyOf(stdout: string): string {
  return stdout.slice(stdout.indexOf('\nwatermark ('), stdout.indexOf('\nsample:'))
}
