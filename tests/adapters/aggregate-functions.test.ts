/** Every function of several rows that a database has is known as one. */
import { describe, expect, test } from 'vitest'
import { isAggregate } from '../../src/project/sql/aggregate-functions.ts'
import { openAdapter, testAdapters } from '../support/adapters.ts'

const queries = {
  duckdb: `select distinct function_name as name from duckdb_functions() where function_type = 'aggregate'`,
  postgres: `select distinct proname::text as name from pg_proc where prokind in ('a', 'w')`,
}

describe.each(testAdapters())('$name', (testAdapter) => {
  test('has no other', async () => {
    const adapter = await openAdapter(await testAdapter.createTarget())
    await adapter.connect()
    try {
      const rows = await adapter.transaction(
        {},
        async (session) => await session.query(queries[testAdapter.name]),
      )
      const names = rows.flatMap(({ name }) => (typeof name === 'string' ? [name] : []))
      const isKnown = (name: string) => isAggregate({ kind: 'word', text: name, start: 0, end: 0 })
      expect(names.length).toBeGreaterThan(40)
      expect(names.filter((name) => !isKnown(name))).toEqual([])
    } finally {
      await adapter.close()
    }
  })
})
