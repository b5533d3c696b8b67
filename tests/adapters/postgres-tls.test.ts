/** TLS on Postgres: each `sslmode` against a server with a certificate of an authority made for the test. */
import { execFileSync } from 'node:child_process'
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { createPostgresAdapter } from '../../src/adapters/postgres/adapter.ts'
import { ConnectionError } from '../../src/core/database/database-errors.ts'
import type { PostgresTarget } from '../../src/core/target.ts'
import { startPostgres } from '../support/servers.ts'
import { read } from './contract/publishing.ts'

const program = 'openssl'

function hasOpenssl(): boolean {
  try {
    execFileSync(program, ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe.skipIf(inject('postgres') === null || !hasOpenssl())('TLS on postgres', () => {
  let folder: string
  let target: PostgresTarget
  let stop: () => Promise<void> = async () => {}

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-tls-'))
    await chmod(folder, 0o755)
    authority('authority')
    authority('another')
    await certificate()
    const server = await startPostgres([
      'fsync=off',
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'ssl=on',
      `ssl_cert_file=${join(folder, 'server.crt')}`,
      `ssl_key_file=${join(folder, 'server.key')}`,
    ])
    stop = () => server.stop()
    target = {
      type: 'postgres',
      name: 'test',
      schema: 'public',
      threads: 1,
      timezone: 'UTC',
      isAtomic: false,
      leaseTimeoutMs: 60_000,
      ...server.facts,
      database: 'postgres',
      connectTimeoutMs: 10_000,
      swapTimeoutMs: 10_000,
    }
  })
  afterAll(async () => {
    await stop()
    await rm(folder, { recursive: true, force: true })
  })

  const openssl = (...args: readonly string[]) =>
    execFileSync(program, args, { cwd: folder, stdio: 'ignore' })

  function authority(name: string): void {
    const subject = ['-subj', `/CN=${name}`, '-days', '2']
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
      ...subject,
    )
  }

  /** For the name `localhost` only, not for the address. */
  async function certificate(): Promise<void> {
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'server.key',
      '-out',
      'server.csr',
      '-subj',
      '/CN=localhost',
    )
    await writeFile(join(folder, 'names'), 'subjectAltName=DNS:localhost\n')
    const signer = [
      '-CA',
      'authority.crt',
      '-CAkey',
      'authority.key',
      '-CAcreateserial',
      '-days',
      '2',
    ]
    openssl(
      'x509',
      '-req',
      '-in',
      'server.csr',
      '-out',
      'server.crt',
      '-extfile',
      'names',
      ...signer,
    )
    await chmod(join(folder, 'server.key'), 0o600)
    if (userInfo().uid !== 0) return
    // The server of a superuser runs as a user of its own.
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
    await chown(join(folder, 'server.key'), id('-u'), id('-g'))
  }

  const connect = async (changes: Partial<PostgresTarget>): Promise<unknown> => {
    const adapter = createPostgresAdapter({ ...target, ...changes })
    try {
      return await read(adapter, 'select ssl from pg_stat_ssl where pid = pg_backend_pid()')
    } catch (error) {
      return error
    } finally {
      await adapter.close()
    }
  }
  const file = (name: string) => join(folder, name)
  const refused = (host: string, found: string, hint: string) => {
    const place = `${target.user}@${host}:${target.port}/postgres`
    return new ConnectionError('connection-failed', `could not connect to ${place}: ${found}`, hint)
  }

  test.each([
    ['disable', {}, false],
    ['require', {}, true],
    ['verify-ca', { sslRootCert: 'authority.crt' }, true],
    ['verify-full', { sslRootCert: 'authority.crt', host: 'localhost' }, true],
  ] as const)('%s', async (sslMode, { ...changes }, ssl) => {
    const root = 'sslRootCert' in changes ? { sslRootCert: file(changes.sslRootCert) } : {}
    expect(await connect({ sslMode, ...changes, ...root })).toEqual([{ ssl }])
  })

  test.each(['verify-ca', 'verify-full'] as const)(
    '%s refuses a certificate of an authority it was not told of',
    async (sslMode) => {
      const hint = 'set `sslrootcert:` to the certificate of the authority that signed it'
      const unknown = /^could not connect to .*: its certificate was refused \(.+\)$/
      for (const root of [{ sslRootCert: file('another.crt') }, {}]) {
        const error = await connect({ sslMode, host: 'localhost', ...root })
        expect(error).toBeInstanceOf(ConnectionError)
        expect(error).toMatchObject({ message: expect.stringMatching(unknown), hint })
      }
    },
  )

  test('verify-full refuses a certificate for another name, also of a host given by address', async () => {
    const error = await connect({ sslMode: 'verify-full', sslRootCert: file('authority.crt') })
    expect(error).toEqual(
      refused(
        '127.0.0.1',
        'its certificate is not for "127.0.0.1"',
        'set `host:` to a name that stands in the certificate, or `sslmode: verify-ca` to accept any name',
      ),
    )
    expect(error).toMatchObject({ hint: expect.stringContaining('stands in the certificate') })
  })

  test('a file of certificates that is not there is named', async () => {
    const error = await connect({ sslMode: 'verify-ca', sslRootCert: file('nope.crt') })
    expect(error).toEqual(
      new ConnectionError(
        'connection-failed',
        `could not read \`sslrootcert:\` of the target: ENOENT: no such file or directory, open '${file('nope.crt')}'`,
        'give the path of a PEM file, relative to the project',
      ),
    )
  })

  test('a cancel goes the same way', async () => {
    const adapter = createPostgresAdapter({
      ...target,
      sslMode: 'verify-full',
      host: 'localhost',
      sslRootCert: file('authority.crt'),
    })
    const stopper = new AbortController()
    const started = performance.now()
    setTimeout(() => stopper.abort(), 100)
    await expect(
      adapter.session({ signal: stopper.signal }, (session) =>
        session.query('select pg_sleep(20)'),
      ),
    ).rejects.toThrow(/abort/i)
    expect(performance.now() - started).toBeLessThan(15_000)
    await adapter.close()
  })
})
