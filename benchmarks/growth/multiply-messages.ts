/** The loaded messages several times over, each time of other users and orders, still in order of arrival. */
import { DuckDBInstance } from '@duckdb/node-api'

export interface Multiplied {
  readonly database: string
  readonly times: number
  /** Lines that are there from the beginning; the others come by `bring`. */
  readonly first: number
}

/** Gives what brings the rest. */
export async function multiplyMessages(multiplied: Multiplied): Promise<() => Promise<void>> {
  const { database, first } = multiplied
  await withDatabase(database, [
    'create schema held',
    'create table held.events as select * from raw.events',
    'delete from raw.events',
    insertOf(multiplied, `_load_seq <= ${first}`),
  ])
  return () => withDatabase(database, [insertOf(multiplied, `_load_seq > ${first}`)])
}

function insertOf({ times }: Multiplied, condition: string): string {
  const own = (column: string) => `${column} || '-' || copy as ${column}`
  return `insert into raw.events by name
select events.* replace (
  ${['event_id', 'user_id', 'user_pseudo_id', 'transaction_id'].map(own).join(',\n  ')},
  (_load_seq - 1) * ${times} + copy as _load_seq
)
from held.events
cross join range(1, ${times + 1}) as copies (copy)
where ${condition}
order by _load_seq, copy`
}

async function withDatabase(path: string, statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  for (const statement of statements) await connection.run(statement)
  connection.closeSync()
  instance.closeSync()
}
