/** The sandbox of `verify`: what a kill leaves there, where it lies on Postgres, and that it is gone afterwards. */
import { randomUUID } from 'node:crypto'
import { Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { killedAdapter } from '../../src/transform/verify/sandbox/killed-adapter.ts'
import {
  openAdapter,
  postgresAdapter,
  testAdapters,
  type TestAdapter,
} from '../support/adapters.ts'
import { runAssay } from '../support/run-assay.ts'
import { startPostgres } from '../support/servers.ts'
import { execute } from './rows.ts'
import { createProject, safe } from './verify-project.ts'
import { onServer, sandboxes, usersOfSandboxes } from './verify-server.ts'

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

// A server of its own: other tests make sandboxes on the shared one, and a `verify` there drops what was left.
describe.skipIf(inject('postgres') === null)('the sandbox of verify on postgres', () => {
  let adapter: TestAdapter
  let stopServer: () => Promise<void> = async () => {}
  beforeAll(async () => {
    const server = await startPostgres()
    stopServer = () => server.stop()
    adapter = postgresAdapter(server.facts)
  })
  afterAll(() => stopServer())

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

  test('is gone after an error', async () => {
    const project = await createProject(adapter, {
      'models/by_hand.sql': `{{config materialized="incremental" unique_key="id"}}
select id, amount from raw.events_by_hand union all select id, amount from {{ref "stg_events"}}`,
    })
    const { target } = project
    if (target.type !== 'postgres') throw new Error('expected Postgres')
    const ran = await project.assay('verify')
    expect(ran.exitCode).toBe(2)
    expect(ran.stderr).toContain('error[sandbox-relation]')
    expect(await sandboxes(target)).toEqual([])
  })

  test.each([
    ['as soon as it is made', sandboxes],
    ['while it is used', usersOfSandboxes],
  ])('is gone after Ctrl-C, %s', async (_, isTime) => {
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
      random: Math.random,
      onStopSignal: (listener) => {
        stop = listener
        return () => undefined
      },
      onUncaught: () => undefined,
      exit: () => undefined,
    })
    while ((await isTime(target)).length === 0) await delay(10)
    stop()
    expect(await running).toBe(130)
    expect(await sandboxes(target)).toEqual([])
  })
})
