/** What the server knows of sessions that hold locks which those of this process wait for. */
import type { LockWait } from '../../../core/adapter.ts'
import { text } from '../catalog.ts'
import type { Connection } from '../connection.ts'

/** `pg_blocking_pids` is asked of those alone who wait: it stops the server's locks for a moment. */
const query = `select distinct
  holder.pid::text,
  coalesce(holder.usename::text, ''),
  coalesce(holder.application_name, ''),
  (
    select l.relation::regclass::text
    from pg_locks as l
    where l.pid = waiting.pid and not l.granted and l.relation is not null
    limit 1
  )
from pg_stat_activity as waiting
cross join lateral unnest(pg_blocking_pids(waiting.pid)) as blocking (pid)
join pg_stat_activity as holder on holder.pid = blocking.pid
where waiting.datname = current_database()
and waiting.application_name = $1
and waiting.wait_event_type = 'Lock'
and holder.application_name <> $1
order by 1`

export async function readLockWaits(
  connection: Connection,
  sessionName: string,
): Promise<readonly LockWait[]> {
  const { rows } = await connection.run(query, [sessionName])
  return rows.map(([processId, user, application, relation]) => ({
    processId: Number(text(processId)),
    user: text(user),
    application: text(application),
    relation: typeof relation === 'string' ? relation : undefined,
  }))
}
