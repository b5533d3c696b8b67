/** TypeScript of a project in the real process: code that ends it, never ends, or throws where nobody waits. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { tmpdir } from 'node:os'
import { describe, expect, onTestFinished, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, testTargets } from '../support/test-project.ts'
import { spawnAssay } from './spawn-assay.ts'

function writeProject(code: string): string {
  const cwd = mkdtempSync(join(tmpdir(), 'assay-typescript-'))
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
  const files = {
    'assay.yml':
      'name: shop\ntargets: { dev: { type: duckdb, path: target/shop.duckdb, threads: 1 } }\n',
    'models/first.sql': 'select 1 as id',
    'models/rows.ts': `import { defineModel } from 'assay'\n${code}\n`,
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(cwd, dirname(path)), { recursive: true })
    writeFileSync(join(cwd, path), text)
  }
  return cwd
}

const model = (body: string) =>
  `export default defineModel({ columns: { id: 'bigint' } }, async function* (context) {\n${body}\n})`

test('process.exit in a model fails the model, at its line', async () => {
  const cwd = writeProject(
    model("for await (const row of context.ref('first')) {\n process.exit(0)\n}"),
  )
  const { exitCode, stdout } = await spawnAssay(['build'], { cwd })
  expect(exitCode).toBe(1)
  expect(stdout).toContain(
    'error[typescript-failed]: expected rows of "rows", found the error: process.exit(0), which would end the whole run: throw an error instead\n  --> models/rows.ts:4:',
  )
  expect(stdout).toMatch(/1 ok, 1 failed\n$/)
})

test('an error in a timer, and a rejection that nobody awaits, are faults of the model', async () => {
  const wait = 'await new Promise((resolve) => setTimeout(resolve, 60_000))\nyield { id: 1 }'
  for (const body of [
    `setTimeout(() => { throw new Error('too late') }, 1)\n${wait}`,
    `void (async () => { throw new Error('too late') })()\n${wait}`,
  ]) {
    const { exitCode, stderr, stdout } = await spawnAssay(['build'], {
      cwd: writeProject(model(body)),
    })
    expect([exitCode, stdout + stderr]).toEqual([
      1,
      expect.stringMatching(
        /error\[typescript-failed\]: expected the code of "models\/rows.ts" .*, found the error: too late where nothing waits for it\n +--> models\/rows.ts:3:/,
      ),
    ])
    expect(stdout + stderr).not.toContain('a bug in assay')
  }
})

test('a promise that nothing settles is no success', async () => {
  const cwd = writeProject(model('await new Promise(() => undefined)\nyield { id: 1 }'))
  const { exitCode, stderr } = await spawnAssay(['build'], { cwd })
  expect(exitCode).toBe(1)
  expect(stderr).toContain('found a promise that nothing will ever settle')
})

describe.each(testAdapters())('a generator that awaits nothing on $name', (adapter) => {
  test('it is stopped by a signal, and what it has made of rows is not kept in memory', async () => {
    // Ends by itself where no signal is heard. Says each million rows with the memory that the process takes by then.
    const code = `export default defineModel({ columns: { id: 'bigint' } }, function* (context) {
  for (let id = 0; id < 12_000_000; id += 1) {
    if (id > 0 && id % 1_000_000 === 0) context.log(\`mb \${Math.round(process.memoryUsage().rss / 2 ** 20)}\`)
    yield { id }
  }
})`
    const { folder, env } = await createTestProject(adapter, {
      files: {
        'assay.yml': `name: shop\ntarget: ${adapter.name}\n${testTargets}`,
        'models/rows.ts': `import { defineModel } from 'assay'\n${code}\n`,
      },
    })
    let sentAt: number | undefined
    const finished = await spawnAssay(['build'], {
      cwd: folder,
      env,
      onOutput: (stdout, kill) => {
        if (sentAt !== undefined || stdout.split('mb ').length <= 3) return
        sentAt = performance.now()
        kill('SIGINT')
      },
    })
    expect(finished.exitCode, finished.stdout + finished.stderr).toBe(130)
    expect(performance.now() - (sentAt ?? 0)).toBeLessThan(5000)
    const used = [...finished.stdout.matchAll(/mb (\d+)/g)].map(([, text]) => Number(text))
    expect(Math.max(...used)).toBeLessThan(600)
  })
})
