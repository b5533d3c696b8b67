/** Ctrl-C before the first node: the run is on record as interrupted, not as one that died. */
import { describe, expect, test } from 'vitest'
import { invoke } from '../../src/cli/invoke.ts'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, type TestProject, testTargets } from '../support/test-project.ts'

const files = {
  'assay.yml': `name: stopped\ntarget: duckdb\n${testTargets}models: { +materialized: table }\n`,
  'models/sources.yml': `sources:
  - name: web
    loader: files
    load: { settle_seconds: 0, path: "incoming/*.jsonl" }
    tables:
      - name: visits
        columns: [{ name: id, data_type: integer }]
unit_tests:
  - name: passes
    model: a
    given: [{ input: "source('web', 'visits')", rows: [{ id: 1 }] }]
    expect: { rows: [{ id: 1 }] }
`,
  'models/a.sql': 'select id from {{source "web" "visits"}}',
  'models/b.sql': 'select id from {{ref "a"}}',
  'incoming/1.jsonl': '{"id": 1}\n',
} as const

/** The command, stopped when the first event of this type is heard. */
async function stopAt(event: string, project: TestProject, argv: readonly string[]) {
  const stopping = new AbortController()
  return await invoke(argv, '0.0.0-test', {
    cwd: project.folder,
    env: project.env,
    signal: stopping.signal,
    onEvent: ({ type }) => {
      if (type === event) stopping.abort()
    },
  })
}

function closingLine(stdout: string): string {
  const last = stdout.trimEnd().split('\n').at(-1) ?? ''
  return last.replace(/\d+\.\d+s/, '<time>')
}

async function phases(project: TestProject): Promise<string> {
  const query = `select phase, command from _assay.runs
    where phase <> 'pruned' order by recorded_at, phase desc`
  return (await project.assay('show', '-q', '--output', 'csv', '--inline', query)).stdout
}

describe.each(testAdapters())('L21: an early Ctrl-C on $name', (adapter) => {
  test.each([
    ['run-started', ['build'], 'build'],
    ['run-started', ['build', '--atomic'], 'build'],
    ['run-started', ['ingest', '--build'], 'ingest --build'],
    ['load-started', ['ingest', '--build'], 'ingest --build'],
  ])('L21: at %s of %j', async (event, argv, command) => {
    const project = await createTestProject(adapter, { files })
    const stopped = await stopAt(event, project, argv)
    expect(stopped.exitCode, stopped.stdout + stopped.stderr).toBe(130)
    expect(closingLine(stopped.stdout)).toBe('interrupted after <time>: 3 skipped')
    expect(await phases(project)).toBe(
      `phase,command\nstarted,${command}\ninterrupted,${command}\n`,
    )
    const status = await project.assay('status')
    expect(status.stdout).not.toContain('died')
    expect(status.stdout).toContain('interrupted')
    // Nothing of it is in the way.
    expect((await project.assay('ingest', '--build')).exitCode).toBe(0)
  })

  test('L21: what a unit test said before the stop is said once', async () => {
    const project = await createTestProject(adapter, { files })
    const stopping = new AbortController()
    const stopped = await invoke(['ingest', '--build'], '0.0.0-test', {
      cwd: project.folder,
      env: project.env,
      signal: stopping.signal,
      onEvent: (event) => {
        if (event.type === 'node-finished') stopping.abort()
      },
    })
    expect(stopped.exitCode, stopped.stdout + stopped.stderr).toBe(130)
    expect(closingLine(stopped.stdout)).toBe('interrupted after <time>: 1 ok, 2 skipped')
    expect(stopped.results.map(({ status }) => status)).toEqual(['pass', 'skipped', 'skipped'])
  })
})
