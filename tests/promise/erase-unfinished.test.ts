/** An erasure that stopped between its tables and its files: `status` says so until the same command has ended it. */
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { invoke } from '../../src/cli/invoke.ts'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'
import { until } from '../support/until.ts'

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
          - { name: ref_by, data_type: text }
models:
  - { name: u, columns: [{ name: uid, meta: { identifies: person } }] }
  - { name: refs, columns: [{ name: ref_by, meta: { identifies: person } }] }
`,
  'models/u.sql':
    '{{config materialized="table"}}\nselect uid, ref_by from {{source "crm" "users"}}',
  'models/refs.sql': '{{config materialized="table"}}\nselect ref_by from {{ref "u"}}',
  'in/a.jsonl': '{"uid": "KIM", "ref_by": "KIM"}\n{"uid": "bob", "ref_by": "eve"}\n',
}

async function ran(project: TestProject, exit: number, ...argv: readonly string[]) {
  const done = await project.assay(...argv)
  expect(done.exitCode, done.stdout + done.stderr).toBe(exit)
  return done
}

function readAndLeave(pipe: string): void {
  try {
    closeSync(openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK))
  } catch (error) {
    if (existsSync(pipe)) throw error
  }
}

const erase = (value: string) => ['erase', '--identity', 'person', '--value', value] as const

describe.each(testAdapters())('unfinished erasures on $name', (adapter) => {
  test.each([{ key: '' }, { key: 'ASSAY_ERASE_KEY=secret\n' }])(
    'status says that one is not finished until it is, and nobody else ends it ($key)',
    async ({ key }) => {
      const project = await createTestProject(adapter, { files: { ...files, '.env': key } })
      await ran(project, 0, 'ingest', '--build')
      // A table that is there by two columns says by which.
      const looked = await ran(project, 0, ...erase('KIM'))
      expect(looked.stdout).toMatch(/\w+\.u +1 row {2}made anew, by uid\n/)
      expect(looked.stdout).toMatch(/\w+\.u +1 row {2}made anew, by ref_by\n/)
      const blocking = join(project.folder, 'in/a.jsonl.erasing.tmp')
      mkdirSync(blocking)
      const stopped = await ran(project, 1, ...erase('KIM'), '--yes')
      expect(stopped.stderr).toContain('error[erase-failed]')
      expect(stopped.stdout).toContain('erase by identity person: not finished\n')
      expect(stopped.stdout).toContain('the tables are done, files and exports may not be\n')
      const unfinished =
        /erasure {2}by identity person .*its tables are done, files and exports may still hold the rows: the same "assay erase \.\.\. --yes" ends it/
      const said = await ran(project, 1, 'status')
      expect(said.stdout).toMatch(unfinished)
      expect(said.stdout).toMatch(/\berase\b.*finished/)

      rmdirSync(blocking)
      await ran(project, 0, ...erase('bob'), '--yes')
      expect((await ran(project, 1, 'status')).stdout).toMatch(unfinished)
      await ran(project, 0, ...erase('KIM'), '--yes')
      expect((await ran(project, 0, 'status')).stdout).toContain('nothing is failed or stale')
      expect(readFileSync(join(project.folder, 'in/a.jsonl'), 'utf8')).toBe('')
      expect(readdirSync(join(project.folder, 'load', adapter.name, 'erasing'))).toEqual([])
    },
  )

  test('status tells one that is at work from one that was left', async () => {
    // More than a pipe holds.
    const others = '{"uid": "another", "ref_by": "other"}\n'.repeat(4000)
    const project = await createTestProject(adapter, {
      files: { ...files, 'in/a.jsonl': files['in/a.jsonl'] + others },
    })
    await ran(project, 0, 'ingest', '--build')
    // What is written to it waits for who reads it, and fails when nobody does any more.
    const waiting = join(project.folder, 'in/a.jsonl.erasing.tmp')
    execFileSync('mkfifo', [waiting])
    const erasing = project.assay(...erase('KIM'), '--yes')
    const shown = await until('the erasure to be at work', async () => {
      const { exitCode, stdout } = await project.assay('status')
      return stdout.includes('at work') && { exitCode, stdout }
    })
    expect(shown.exitCode, shown.stdout).toBe(0)
    expect(shown.stdout).toMatch(/at work {2}assay erase {2}process \d+ on /)
    expect(shown.stdout).not.toContain('erasure  by')
    // It may not have come to the file yet when it is seen at work, and once it has failed the file is gone.
    const waking = setInterval(() => readAndLeave(waiting), 20)
    const ended = await erasing.finally(() => clearInterval(waking))
    expect(ended.exitCode).not.toBe(0)
    const left = await ran(project, 1, 'status')
    expect(left.stdout).toMatch(/erasure {2}by identity person .*ends it/)
    expect(left.stdout).not.toContain('at work')
    await ran(project, 0, ...erase('KIM'), '--yes')
    await ran(project, 0, 'status')
  })

  test('one that was interrupted before its commit is what is named, and no model as stale', async () => {
    const project = await createTestProject(adapter, { files })
    await ran(project, 0, 'ingest', '--build')
    const stoppedAt = async (event: string) => {
      const stopping = new AbortController()
      const { exitCode } = await invoke([...erase('KIM'), '--yes'], '0.0.0-test', {
        cwd: project.folder,
        env: project.env,
        signal: stopping.signal,
        onEvent: ({ type }) => {
          if (type === event) stopping.abort()
        },
      })
      expect(exitCode).toBe(130)
      return (await ran(project, 1, 'status')).stdout
    }
    const before = await stoppedAt('run-started')
    expect(before).toMatch(
      /\nfailed\n {2}erasure {2}assay erase {2}\S+ \S+ {2}it was interrupted before anything was changed: the same command begins it again\n\nledger\n/,
    )
    expect(before).toMatch(/\n1 failed\n$/)
    // The tables are committed when this is heard.
    const after = await stoppedAt('node-finished')
    expect(after).toMatch(/\nfailed\n {2}erasure {2}by identity person .* ends it\n\nledger\n/)
    expect(after).toMatch(/\n1 failed\n$/)
    await ran(project, 0, ...erase('KIM'), '--yes')
    await ran(project, 0, 'status')
  })

  test('one that could not begin leaves nothing to be finished', async () => {
    const elsewhere = '{{config materialized="table"}}\nselect \'KIM\' as uid'
    const project = await createTestProject(adapter, {
      files: { ...files, 'models/elsewhere.sql': elsewhere },
    })
    await ran(project, 0, 'ingest', '--build')
    const argv = ['erase', '--column', 'uid', '--value', 'KIM', '--yes'] as const
    const refused = await ran(project, 1, ...argv)
    expect(refused.stdout).toContain('erase by column uid: not done, nothing was changed\n')
    expect(refused.stdout).toContain('the same command begins it again\n')
    expect(refused.stdout).not.toContain('--yes does it')
    await ran(project, 0, 'status')
    expect(readdirSync(join(project.folder, 'load', adapter.name, 'erasing'))).toEqual([])
  })

  test('what would come back from a column that nobody named is said before anything is begun', async () => {
    const project = await createTestProject(adapter, {
      files: {
        ...files,
        'models/hosts.sql':
          '{{config materialized="table"}}\nselect ref_by as host from {{ref "u"}}',
        'models/seen.sql': '{{config materialized="view"}}\nselect host from {{ref "hosts"}}',
      },
    })
    await ran(project, 0, 'ingest', '--build')
    const text = readFileSync(join(project.folder, 'in/a.jsonl'), 'utf8')
    const runs = async () =>
      JSON.parse((await ran(project, 0, 'status', '--output', 'json')).stdout)
    const before = await runs()
    for (const meant of [[], ['--yes']]) {
      const refused = await ran(project, 2, ...erase('eve'), ...meant)
      expect(refused.stderr).toMatch(
        /^error\[erase-comes-back\]: expected "refs" to lose it with the rows that it is made from, found it in \w+\.users by ref_by, which declares nothing\n {2}--> models\/all\.yml:6:15\n[^]* = hint: declare it, so that those rows go too: columns: \[\{name: ref_by, meta: \{identifies: person\}\}\]\n/,
      )
      expect(refused.stderr.match(/error\[/g)).toHaveLength(1)
    }
    const argv = ['erase', '--column', 'host', '--value', 'eve', '--yes'] as const
    const unnamed = await ran(project, 2, ...argv)
    expect(unnamed.stderr).toContain('by ref_by, which is not named\n')
    expect(unnamed.stderr).toContain(' = hint: name it too: --column ref_by\n')
    expect(await runs()).toEqual(before)
    expect(readFileSync(join(project.folder, 'in/a.jsonl'), 'utf8')).toBe(text)
    const done = await ran(project, 0, ...argv, '--column', 'ref_by')
    expect(done.stdout).toContain('hosts')
    expect(readFileSync(join(project.folder, 'in/a.jsonl'), 'utf8')).not.toContain('eve')
  })
})
