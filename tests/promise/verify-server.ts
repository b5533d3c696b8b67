/** Which sandboxes of `verify` a Postgres server has. */
import { Client } from 'pg'
import type { PostgresTarget } from '../../src/core/target.ts'

export async function onServer(target: PostgresTarget, sql: string): Promise<readonly unknown[]> {
  const { host, port, user, password = '' } = target
  const client = new Client({ host, port, user, password, database: 'postgres' })
  await client.connect()
  try {
    const result = await client.query(sql)
    return result.rows
  } finally {
    await client.end()
  }
}

export async function sandboxes(target: PostgresTarget): Promise<readonly unknown[]> {
  return await onServer(
    target,
    `select datname from pg_database where datname like 'assay_verify%'`,
  )
}
