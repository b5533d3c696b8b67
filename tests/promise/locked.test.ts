/** A DuckDB file that another process holds: who holds it is said, nothing is begun, nothing is broken. */
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { describeDuckdb } from '../support/adapters.ts'
import { spawnAssay } from '../support/spawn-assay.ts'
import { createTestProject, testTargets } from '../support/test-project.ts'
import { withoutVariation } from '../support/without-variation.ts'

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** Another program that has the file open until it is ended. */
async function holdOpen(path: string) {
  const code = `const { DuckDBInstance } = require('@duckdb/node-api')
DuckDBInstance.create(${JSON.stringify(path)}).then((instance) => {
  globalThis.kept = instance
  console.log('open')
  setInterval(() => {}, 1000)
})`
  const child = spawn(process.execPath, ['-e', code], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  return child
}

describeDuckdb('a $name file held by another process', (adapter) => {
  test('build, show and debug say who holds it', async () => {
    const project = await createTestProject(adapter, {
      files: {
        'assay.yml': `name: locked\ntarget: duckdb\n${testTargets}`,
        'models/a.sql': 'select 1 as id',
      },
    })
    expect((await project.assay('build')).exitCode).toBe(0)
    const holder = await holdOpen(join(project.folder, 'target', 'test.duckdb'))
    try {
      // The command of the holder is the text of this test: any.
      const holderCommand = /\(\S*node -e [^]*?\.\.\.\)/g
      const said = async (...argv: readonly string[]) => {
        const { exitCode, stdout, stderr } = await project.assay(...argv)
        const text = withoutVariation(`${stdout}${stderr}`, project)
        const named = text.replaceAll(String(holder.pid), '<pid>')
        return `exit ${exitCode}\n${named.replaceAll(holderCommand, '(<command>)')}`
      }
      expect(await said('build')).toMatchInlineSnapshot(`
        "exit 2
        error[database-locked]: could not open "<project>/target/test.duckdb": process <pid> (<command>) has it open, and DuckDB lets one process at a time
          = hint: wait for it to end, or stop it: kill <pid>

        1 error
        "
      `)
      expect(await said('show', '--select', 'a')).toMatchInlineSnapshot(`
        "exit 2
        error[database-locked]: could not open "<project>/target/test.duckdb": process <pid> (<command>) has it open, and DuckDB lets one process at a time
          = hint: wait for it to end, or stop it: kill <pid>

        1 error
        "
      `)
      expect(await said('plan')).toMatchInlineSnapshot(`
        "exit 2
        error[database-locked]: could not open "<project>/target/test.duckdb": process <pid> (<command>) has it open, and DuckDB lets one process at a time
          = hint: wait for it to end, or stop it: kill <pid>

        1 error
        "
      `)
      expect(await said('debug')).toMatchInlineSnapshot(`
        "exit 1
        ok    assay       0.0.0-test on Node 20.20.2
        ok    project     "locked" with 1 node
        fail  connection  could not open "<project>/target/test.duckdb": process <pid> (<command>) has it open, and DuckDB lets one process at a time
              = hint: wait for it to end, or stop it: kill <pid>

        1 of 3 checks failed
        "
      `)
    } finally {
      holder.kill()
      await new Promise((resolve) => holder.once('close', resolve))
    }
    expect((await project.assay('build')).exitCode).toBe(0)
  })

  test('is waited for with --wait', async () => {
    const project = await createTestProject(adapter, {
      files: {
        'assay.yml': `name: locked\ntarget: duckdb\n${testTargets}`,
        'models/a.sql': 'select 1 as id',
      },
    })
    expect((await project.assay('build')).exitCode).toBe(0)
    const holder = await holdOpen(join(project.folder, 'target', 'test.duckdb'))
    const { folder: cwd, env } = project
    const waiting = spawnAssay(['build', '--wait'], { cwd, env })
    await waiting.waitFor(`waiting for process ${holder.pid}`)
    holder.kill('SIGKILL')
    const { code, stdout, stderr } = await waiting.ended
    expect(code, stdout + stderr).toBe(0)
    expect(stdout).toContain('which has the file open')
  })
})
