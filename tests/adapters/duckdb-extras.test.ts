/** What a DuckDB target sets up in the instance beside its file: settings, extensions, attached databases, secrets. */
import { describe, expect, test } from 'vitest'
import { noExtras } from '../../src/core/target.ts'
import { isWanted } from '../support/servers.ts'
import { duckdbAdapters } from './duckdb-target.ts'

describe.skipIf(!isWanted('duckdb'))('B9: extras of a duckdb target', () => {
  const { create, freshPath } = duckdbAdapters()

  test('settings hold on every connection, extensions are loaded', async () => {
    const extras = {
      ...noExtras,
      settings: { default_null_order: 'nulls_first' },
      extensions: ['json'],
    }
    const adapter = create({ extras })
    const settings = await Promise.all(
      [1, 2].map(() =>
        adapter.readOnly({}, (session) =>
          session.query(
            "select current_setting('default_null_order') as nulls, (select loaded from duckdb_extensions() where extension_name = 'json') as json",
          ),
        ),
      ),
    )
    expect(settings).toEqual([
      [{ nulls: 'NULLS_FIRST', json: true }],
      [{ nulls: 'NULLS_FIRST', json: true }],
    ])
  })

  test('a database is attached, for reading only where it says so', async () => {
    const path = freshPath()
    const other = create({ path })
    await other.session({}, async (session) => {
      await session.execute('create table people as select 1 as id')
    })
    await other.close()
    const attach = [{ path, alias: 'crm', isReadOnly: true }]
    const adapter = create({ extras: { ...noExtras, attach } })
    const rows = await adapter.readOnly({}, (session) => session.query('select id from crm.people'))
    expect(rows).toEqual([{ id: 1 }])
    const writing = adapter.session({}, (session) => session.execute('delete from crm.people'))
    await expect(writing).rejects.toThrow(/read-only/)
  })

  test('a file is open once in a command: as a target or attached', async () => {
    const path = freshPath()
    const first = create({ path })
    await first.connect()
    const attach = [{ path, alias: 'twice', isReadOnly: false }]
    const second = create({ extras: { ...noExtras, attach } })
    await expect(second.connect()).rejects.toMatchObject({
      message: `could not open "${path}": this command has it open already, as a target or under \`attach:\``,
    })
    await first.close()
    await second.connect()
    await expect(create({ path }).connect()).rejects.toThrow(/has it open already/)
    await second.close()
    await create({ path }).connect()
  })

  test('what cannot be set up is named, without what is secret', async () => {
    const failing = [
      { ...noExtras, extensions: ['no_such_extension'] },
      { ...noExtras, settings: { no_such_setting: 1 } },
      {
        ...noExtras,
        secrets: [{ name: 'lake', options: { type: 'nosuchtype', key_id: 'open-sesame' } }],
      },
      {
        ...noExtras,
        attach: [
          { path: 'dbname=open-sesame', alias: 'pg', type: 'nosuchtype', isReadOnly: false },
        ],
      },
    ]
    const messages = await Promise.all(
      failing.map((extras) =>
        create({ extras })
          .connect()
          .then(String, (error: unknown) =>
            error instanceof Error ? error.message : String(error),
          ),
      ),
    )
    expect(messages.map((message) => message.split(':').slice(0, 1).join(''))).toEqual([
      'could not load the extension "no_such_extension"',
      'could not set up the connection to "',
      'could not create the secret "lake"',
      'could not attach the database "pg"',
    ])
    expect(messages.join()).not.toContain('open-sesame')
  })
})
