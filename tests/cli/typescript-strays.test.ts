/** What the code of a model does where nobody waits for it: its node fails, the others go on, and the run is told whole. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, testTargets } from '../support/test-project.ts'
import { spawnAssay } from './spawn-assay.ts'

const waitsAMinute = 'await new Promise((resolve) => setTimeout(resolve, 60_000))\nyield { id: 9 }'
const strayed = (path: string, found: string) =>
  `the code of "${path}" threw an error that nothing waits for: ${found}`
const exited = 'called process.exit(0), which would end the whole run: throw an error instead'

/** The code of each model once its table is there, what is said of it, and where. */
const models = {
  timer: {
    body: `setTimeout(() => { throw new Error('too late') }, 1)\n${waitsAMinute}`,
    message: strayed('models/timer.ts', 'too late'),
    line: 5,
  },
  rejection: {
    body: "void (async () => { throw new Error('unheard') })()\nyield { id: 9 }",
    message: strayed('models/rejection.ts', 'unheard'),
    line: 5,
  },
  // Nothing of the model is on the stack of it.
  emitter: {
    body: `createReadStream('/nowhere')\n${waitsAMinute}`,
    message: strayed('models/emitter.ts', "ENOENT: no such file or directory, open '/nowhere'"),
    line: 3,
  },
  behind: {
    body: "void (async () => { for (;;) for await (const _ of context.ref('first')); })()\nyield { id: 9 }",
    message: strayed(
      'models/behind.ts',
      'the rows of this model have ended: nothing is read any more',
    ),
    line: 5,
  },
  leaves: {
    body: "for await (const row of context.ref('first')) process.exit(0)",
    message: `"leaves" ${exited}`,
    line: 5,
  },
  caught: {
    body: 'try { process.exit(0) } catch {}\nyield { id: 9 }',
    message: `"caught" ${exited}`,
    line: 5,
  },
  // Neither followed nor with a stack: it is of whoever runs code.
  text: {
    body: "void (async () => { throw 'a text' })()\nyield { id: 9 }",
    message: strayed('models/text.ts', 'X').replace(
      'an error that nothing waits for: X',
      '"a text" that nothing waits for',
    ),
    line: 3,
  },
  helper: {
    body: `failSoon()\n${waitsAMinute}`,
    message: strayed('models/_fail.ts', 'in a helper'),
    line: 1,
    path: 'models/_fail.ts',
  },
} as const
const names = Object.keys(models).sort()

const modelFile = (body: string) => `import { createReadStream } from 'node:fs'
import { defineModel } from 'assay'
export default defineModel({ columns: { id: 'bigint' } }, async function* (context) {
if (context.var('calm', false)) { yield { id: 1 }; return }
${body}
})
`

function filesFor(adapter: string): Readonly<Record<string, string>> {
  const written = Object.entries(models).map(([name, { body }]) => {
    const text =
      name === 'text' ? modelFile(body).split('\n').with(0, '').join('\n') : modelFile(body)
    const imports = body.includes('failSoon') ? "import { failSoon } from './_fail'; " : ''
    return [`models/${name}.ts`, `${imports}${text}`] as const
  })
  return {
    'assay.yml': `name: shop\ntarget: ${adapter}\n${testTargets}`,
    'models/first.sql': 'select 1 as id',
    'models/later.ts': `import { defineModel } from 'assay'
export default defineModel({ columns: { id: 'bigint' } }, async function* (context) {
  for await (const { id } of context.ref<{ id: number }>('first')) yield { id: context.var('calm', false) ? id : 2 }
})
`,
    'models/_fail.ts':
      "export const failSoon = () => setTimeout(() => { throw new Error('in a helper') }, 1)\n",
    'models/timer.yml': `unit_tests:
  - name: a_timer_fails_it
    model: timer
    given: []
    expect: { rows: [{ id: 9 }] }
`,
    ...Object.fromEntries(written),
  }
}

interface TestedResult {
  readonly unique_id: string
  readonly status: string
  readonly message: string | null
}

function resultsIn(folder: string): readonly TestedResult[] {
  const file: { readonly results: readonly TestedResult[] } = JSON.parse(
    readFileSync(join(folder, 'target', 'run_results.json'), 'utf8'),
  )
  return file.results.toSorted((a, b) => a.unique_id.localeCompare(b.unique_id))
}

describe.each(testAdapters())('on $name', (adapter) => {
  test('stray errors, rejections and exits fail their node at its line: its table stays, the others go on', async () => {
    const project = await createTestProject(adapter, {
      files: filesFor(adapter.name),
    })
    const { folder: cwd, env } = project
    const calm = await spawnAssay(['run', '--vars', '{calm: true}'], { cwd, env })
    expect(calm.exitCode, calm.stdout + calm.stderr).toBe(0)
    const ran = await spawnAssay(['run', '--threads', '1'], { cwd, env })
    expect([ran.exitCode, ran.stderr], ran.stdout).toEqual([1, ''])
    const said = Object.entries(models).map(([name, model]) => {
      const path = 'path' in model ? model.path : `models/${name}.ts`
      return `error[typescript-failed]: ${model.message}\n  --> ${path}:${model.line}:`
    })
    for (const text of said) expect(ran.stdout).toContain(text)
    expect(ran.stdout).toMatch(/: 2 ok, 8 failed\n$/)
    const results = resultsIn(cwd)
    expect(results.map(({ unique_id: id, status }) => [id, status])).toEqual(
      ['first', 'later', ...names]
        .sort()
        .map((name) => [`model.shop.${name}`, names.includes(name) ? 'error' : 'success']),
    )
    const ids = names.map((name) => `select '${name}' as name, id from {{ref "${name}"}}`)
    const all = [...ids, `select 'later' as name, id from {{ref "later"}}`].join(' union all ')
    const { stdout } = await project.assay(
      'show',
      '--inline',
      `${all} order by 1`,
      '--output',
      'csv',
      '--limit',
      '20',
    )
    const rows = [...names, 'later'].sort().map((name) => `${name},${name === 'later' ? 2 : 1}`)
    expect(stdout).toBe(['name,id', ...rows, ''].join('\n'))
  })

  test('with --atomic it is the one to blame, and nothing is published; a unit test of it fails', async () => {
    const project = await createTestProject(adapter, {
      files: filesFor(adapter.name),
    })
    const { folder: cwd, env } = project
    await spawnAssay(['run', '--vars', '{calm: true}'], { cwd, env })
    for (const name of ['timer', 'caught'] as const) {
      const select = ['--select', 'first', 'later', name, '--exclude-resource-type', 'unit_test']
      const atomic = await spawnAssay(['build', '--atomic', ...select], { cwd, env })
      expect([atomic.exitCode, atomic.stderr], atomic.stdout).toEqual([1, ''])
      expect(atomic.stdout).toContain(`error[typescript-failed]: ${models[name].message}`)
      expect(resultsIn(cwd).map(({ unique_id: id, status }) => [id, status])).toEqual(
        ['first', 'later', name]
          .sort()
          .map((each) => [`model.shop.${each}`, each === name ? 'error' : 'skipped']),
      )
    }
    const { stdout } = await project.assay(
      'show',
      '--inline',
      'select id from {{ref "later"}}',
      '--output',
      'csv',
    )
    expect(stdout).toBe('id\n1\n')
    const tested = await spawnAssay(['test', '--select', 'timer'], { cwd, env })
    expect([tested.exitCode, tested.stderr], tested.stdout).toEqual([1, ''])
    expect(tested.stdout).toContain(`error[typescript-failed]: ${models.timer.message}`)
  })

  test('a promise that nothing settles ends with Ctrl-C, and where nothing else is left to do', async () => {
    const never = `import { defineModel } from 'assay'
export default defineModel({ columns: { id: 'bigint' } }, async function* (context) {
  context.log('waits')
  await new Promise(() => undefined)
  yield { id: 1 }
})
`
    const { folder: cwd, env } = await createTestProject(adapter, {
      files: { ...filesFor(adapter.name), 'models/never.ts': never },
    })
    const select = ['--select', 'first', 'never', '--threads', '1']
    let isSent = false
    const stopped = await spawnAssay(['build', ...select], {
      cwd,
      env,
      onOutput: (stdout, kill) => {
        if (isSent || !stdout.includes('waits')) return
        isSent = true
        kill('SIGINT')
      },
    })
    const wasStopped = stopped.exitCode === 130
    // An open connection to a server is something to wait for; within the process it is not.
    if (adapter.name === 'postgres') expect(wasStopped, stopped.stdout).toBe(true)
    if (adapter.name !== 'duckdb') return
    const idle = await spawnAssay(['build', ...select], { cwd, env })
    expect([idle.exitCode, idle.stderr], idle.stdout).toEqual([1, ''])
    expect(idle.stdout).toContain(
      'error[typescript-failed]: expected rows of "never", found that it waits for a promise that nothing will ever settle\n  --> models/never.ts:2:16',
    )
    expect(idle.stdout).toMatch(/: 1 ok, 1 failed\n$/)
  })

  test('what strays when its node is published is said, and the run has failed', async () => {
    const { folder: cwd, env } = await createTestProject(adapter, {
      files: {
        ...filesFor(adapter.name),
        'models/late.ts': `import { defineModel } from 'assay'
import { existsSync } from 'node:fs'
export default defineModel({ columns: { id: 'bigint' } }, async function* () {
  const waiting = setInterval(() => {
    if (!existsSync('published')) return
    clearInterval(waiting)
    throw new Error('very late')
  }, 5)
  yield { id: 1 }
})
`,
        'models/last.ts': `import { defineModel } from 'assay'
import { existsSync, writeFileSync } from 'node:fs'
export default defineModel({ columns: { id: 'bigint' } }, async function* (context) {
  writeFileSync('published', '')
  for await (const { id } of context.ref<{ id: number }>('late')) {
    await new Promise((resolve) => setTimeout(resolve, 200))
    yield { id }
  }
})
`,
      },
    })
    const ran = await spawnAssay(['build', '--select', 'late', 'last'], { cwd, env })
    expect(ran.exitCode, ran.stdout).toBe(1)
    expect(ran.stdout + ran.stderr).toContain(
      `error[typescript-failed]: ${strayed('models/late.ts', 'very late')}\n  --> models/late.ts:7:`,
    )
    expect(resultsIn(cwd).map(({ status }) => status)).toEqual(['success', 'success'])
  })
})

test('an exit in a macro fails its call, also where the macro catches it', async () => {
  const [adapter] = testAdapters()
  if (adapter === undefined) throw new Error('some database is there')
  const { folder: cwd, env } = await createTestProject(adapter, {
    files: {
      'assay.yml': `name: shop\ntarget: ${adapter.name}\n${testTargets}`,
      'macros/leaves.ts': `import { defineMacro, sql } from 'assay'
export const leaves = defineMacro({ args: {} }, () => {
  try {
    process.exit(0)
  } catch {
    return sql\`1\`
  }
})
`,
      'models/leaving.sql': 'select {{leaves}} as amount',
    },
  })
  const ran = await spawnAssay(['compile'], { cwd, env })
  expect([ran.exitCode, ran.stdout]).toEqual([2, ''])
  expect(ran.stderr).toContain(`"leaves" ${exited}\n  --> macros/leaves.ts:4:13`)
})
