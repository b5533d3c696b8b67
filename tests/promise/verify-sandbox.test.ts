/** The sandbox of `verify`: what a kill leaves there, where it lies on Postgres, and that it is gone afterwards. */
import { randomUUID } from 'node:crypto'
import { Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { killedAdapter } from '../../src/transform/verify/sandbox/killed-adapter.ts'
import { openAdapter, testAdapters } from '../support/adapters.ts'
import { runAssay } from '../support/run-assay.ts'
import { execute } from './rows.ts'
import { createProject, safe } from './verify-project.ts'
import { onServer, sandboxes } from './verify-server.ts'

describe.each(testAdapters())('a killed process on $name', (adapter) => {
  test('leaves nothing of the transaction under way, and does nothing more', async () => {
    const inner = await openAdapter(await adapter.createTarget())
    let isTime = false
    const killed = killedAdapter(inner, () => isTime)
    const insert = (text: string) =>
      killed.transaction({}, (session) => session.execute(`insert into t values ('${text}')`))
    try {
      await killed.session({}, (session) => session.execute('create table t (a text)'))
      await insert('before')
      isTime = true
      await expect(insert('under way')).rejects.toThrow('killed')
      isTime = false
      await expect(insert('after')).rejects.toThrow('killed')
      await expect(killed.session({}, async () => {})).rejects.toThrow('killed')
      await expect(killed.readOnly({}, async () => {})).rejects.toThrow('killed')
      const rows = await inner.session({}, (session) => session.query('select a from t'))
      expect(rows).toEqual([{ a: 'before' }])
    } finally {
      await inner.close()
    }
  })
})

describe.each(testAdapters().filter(({ name }) => name === 'postgres'))(
  'the sandbox of verify on $name',
  (adapter) => {
    test('is removed when a killed run has left it, and can be a database that is named', async () => {
      const project = await createProject(adapter, { 'models/a.sql': safe['models/appended.sql'] })
      const { target } = project
      if (target.type !== 'postgres') throw new Error('expected Postgres')
      await onServer(target, 'create database assay_verify_aaaaaaa_12345678')
      const ran = await project.assay('verify', '--seed', '1', '--histories', '1')
      expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0)
      expect(ran.stdout).toContain(
        'removed "assay_verify_aaaaaaa_12345678", which a killed run had left\n',
      )
      expect(await sandboxes(target)).toEqual([])
      const name = `lab_${target.database}`
      const role = `poor_${target.database}`
      await onServer(target, `create role ${role} login password 'poor'`)
      await onServer(target, `create database ${name} owner ${role}`)
      await execute(project, `grant usage on schema raw to ${role}`)
      await execute(project, `grant select on all tables in schema raw to ${role}`)
      const asPoor = { ...project.env, PGUSER: role, PGPASSWORD: 'poor' }
      const poor = (...words: readonly string[]) =>
        runAssay(['verify', '--seed', '1', '--histories', '1', ...words], {
          cwd: project.folder,
          env: asPoor,
        })
      const refused = await poor()
      expect(refused.exitCode).toBe(2)
      expect(refused.stderr).toContain(
        'permission denied to create database\n  = hint: grant it (alter role',
      )
      for (const _ of [1, 2]) {
        const named = await poor('--sandbox', name)
        expect(named.exitCode, named.stdout + named.stderr).toBe(0)
      }
      const full = await poor('--sandbox', target.database)
      expect(full.exitCode).toBe(2)
      expect(full.stderr).toContain('expected an empty database for --sandbox, found')
    })

    test('is gone after Ctrl-C', async () => {
      const project = await createProject(adapter, safe)
      const { target, folder: cwd, env } = project
      if (target.type !== 'postgres') throw new Error('expected Postgres')
      let stop = (): void => {}
      const sink = () => new Writable({ write: (_chunk, _encoding, done) => done() })
      const running = main({
        argv: ['verify', '--histories', '100000', '--timeout', '600'],
        env,
        cwd,
        stdout: sink(),
        stderr: sink(),
        version: '0.0.0-test',
        now: () => new Date(),
        newId: () => randomUUID(),
        onStopSignal: (listener) => {
          stop = listener
          return () => undefined
        },
        onUncaught: () => undefined,
        exit: () => undefined,
      })
      while ((await sandboxes(target)).length === 0) await delay(50)
      await delay(500)
      stop()
      expect(await running).toBe(130)
      expect(await sandboxes(target)).toEqual([])
    })
  },
)
