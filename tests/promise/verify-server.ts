/** Which sandboxes of `verify` a Postgres server has, and whether they are in use. Asked of a server of the test's own. */
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

/** Its connections: a sandbox that is made has none yet. */
export async function usersOfSandboxes(target: PostgresTarget): Promise<readonly unknown[]> {
  return await onServer(
    target,
    `select pid from pg_stat_activity where datname like 'assay_verify%'`,
  )
}
