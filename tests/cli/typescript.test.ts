/** TypeScript of a project in the real process: code that does not end by itself. */
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, testTargets } from '../support/test-project.ts'
import { spawnAssay } from './spawn-assay.ts'

const millions = 30

describe.each(testAdapters())('a generator that awaits nothing on $name', (adapter) => {
  test('it is stopped by a signal, and what it has made of rows is not kept in memory', async () => {
    // Ends by itself where no signal is heard. Says each million rows with the memory that the process takes by then.
    const code = `export default defineModel({ columns: { id: 'bigint' } }, function* (context) {
  for (let id = 0; id < ${millions}_000_000; id += 1) {
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
    let isSent = false
    const finished = await spawnAssay(['build'], {
      cwd: folder,
      env,
      onOutput: (stdout, kill) => {
        if (isSent || stdout.split('mb ').length <= 3) return
        isSent = true
        kill('SIGINT')
      },
    })
    expect(finished.exitCode, finished.stdout + finished.stderr).toBe(130)
    const used = [...finished.stdout.matchAll(/mb (\d+)/g)].map(([, text]) => Number(text))
    // Long before its end, however slow the machine is.
    expect(used.length).toBeLessThan(millions - 1)
    expect(Math.max(...used)).toBeLessThan(600)
  })
})
