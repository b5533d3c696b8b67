/** L25: errors that nobody caught, in a program that runs commands by `invoke`: it goes on, but for its own. */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, testTargets } from '../support/test-project.ts'
import { repository, spawnCommand } from './spawn-assay.ts'

const library = join(repository, 'dist', 'index.js')

const model = (body: string) => `import { existsSync } from 'node:fs'
import { defineModel } from 'assay'
export default defineModel({ columns: { id: 'bigint' } }, async function* () {
${body}
})
`

const begin = `import { writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { invoke } from ${JSON.stringify(library)}
const say = (name, { exitCode, results, stderr }) =>
  console.log(name, exitCode, results.map(({ status }) => status).join(), stderr.match(/inner fault/)?.[0] ?? '')
const whenRunning = (throwIt) => ({ onEvent: ({ type }) => { if (type === 'node-started') throwIt() } })
`

/** Errors of the project's code and of ours, then one that the model throws when its command is long over. */
const surviving = `${begin}
say('stray', await invoke(['build', '--select', 'stray']))
const fault = new Error('inner fault')
fault.stack = 'Error: inner fault\\n    at work (' + ${JSON.stringify(library)} + ':1:1)'
say('crash', await invoke(['build', '--select', 'slow'], whenRunning(() => setTimeout(() => { throw fault }))))
say('late', await invoke(['build', '--select', 'late']))
writeFileSync('over', '')
let isWarned = false
process.on('warning', ({ message }) => { isWarned = message.includes('too late') })
while (!isWarned) await delay(20)
say('again', await invoke(['build', '--select', 'fine']))
`

const ending = (error: string) => `${begin}
await invoke(['build', '--select', 'slow'], whenRunning(() => ${error}))
console.log('not reached')
`

const catching = `${begin}
let heard = 0
process.on('uncaughtException', ({ message }) => { heard += message === 'of the program' ? 1 : 0 })
say('caught', await invoke(['build', '--select', 'fine'], whenRunning(() => setTimeout(() => { throw new Error('of the program') }))))
while (heard === 0) await delay(20)
console.log('heard', heard)
`

describe.each(testAdapters())('L25: strays beside invoke on $name', (adapter) => {
  test('what is of the project or of ours fails its command, what is of the program is its own', async () => {
    const { folder: cwd, env } = await createTestProject(adapter, {
      files: {
        'assay.yml': `name: shop\ntarget: ${adapter.name}\n${testTargets}`,
        'models/fine.sql': 'select 1 as id',
        'models/stray.ts': model(
          "setTimeout(() => { throw new Error('a stray') }, 1)\nawait new Promise((resolve) => setTimeout(resolve, 60_000).unref())\nyield { id: 1 }",
        ),
        'models/slow.ts': model(
          'await new Promise((resolve) => setTimeout(resolve, 60_000).unref())\nyield { id: 1 }',
        ),
        'models/late.ts': model(
          `const waiting = setInterval(() => {
  if (!existsSync('over')) return
  clearInterval(waiting)
  throw new Error('too late')
}, 5)
yield { id: 1 }`,
        ),
        'surviving.mjs': surviving,
        'exception.mjs': ending("setTimeout(() => { throw new Error('of the program') })"),
        'rejection.mjs': ending("void Promise.reject(new Error('of the program'))"),
        'catching.mjs': catching,
      },
    })
    const run = (file: string) => spawnCommand(process.execPath, [file], { cwd, env })
    const survived = await run('surviving.mjs')
    expect(survived.stdout, survived.stderr).toBe(
      'stray 1 error \ncrash 2 error inner fault\nlate 0 success \nagain 0 success \n',
    )
    expect(survived.exitCode).toBe(0)
    for (const file of ['exception.mjs', 'rejection.mjs']) {
      const { exitCode, stdout, stderr } = await run(file)
      expect([exitCode, stdout]).toEqual([1, ''])
      expect(stderr).toContain('Error: of the program\n')
    }
    expect(await run('catching.mjs')).toMatchObject({
      exitCode: 0,
      stdout: 'caught 0 success \nheard 1\n',
    })
  })
})
