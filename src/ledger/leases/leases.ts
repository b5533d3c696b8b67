/** Leases: one writer for each relation. A fencing token changes hands only here, and publishing looks at it once more. */
import { type Adapter, type Holder, type Row, type Session, textCell } from '../../core/adapter.ts'
import { placesOf } from '../../core/database/places.ts'

export interface LeaseRequest {
  readonly runId: string
  /** `relationKey`s. */
  readonly relationKeys: readonly string[]
  /** A holder that has not shown itself for so long loses its leases. */
  readonly timeoutMs: number
}

/** Who is writing what was asked for. */
export interface LeaseHolder {
  readonly runId: string
  readonly host: string
  readonly processId: number
  readonly command: string
  /** As text, with its zone. */
  readonly startedAt: string
  readonly relationKeys: readonly string[]
}

export type Leases =
  | { readonly kind: 'taken'; readonly tokens: ReadonlyMap<string, number> }
  | { readonly kind: 'held'; readonly holders: readonly LeaseHolder[] }

/** The token changed hands: what this run has built must not be published. */
export class LeaseLostError extends Error {
  readonly runId: string
  constructor(relationKey: string, runId: string) {
    super(
      `expected to hold the lease on "${relationKey}", found that run ${runId} took it over while this one did not show itself`,
    )
    this.name = 'LeaseLostError'
    this.runId = runId
  }
}

const attempts = 10
/** Who publishes has the row of its lease for a moment; who is gone without its server knowing has it for minutes. */
const lockTimeoutMs = 2000
/** Postgres takes 65,535 parameters at most. */
const keysAtOnce = 5000

/** All of them or none. The run has shown itself alive (`keepAlive`) before it asks. */
export async function takeLeases(adapter: Adapter, request: LeaseRequest): Promise<Leases> {
  if (request.relationKeys.length === 0) return { kind: 'taken', tokens: new Map() }
  for (let attempt = 1; ; attempt += 1) {
    try {
      // Before any row is asked for: what a holder past its lease left open may have it locked.
      await adapter.transaction({}, (session) => endLateHolders(adapter, session, request))
      return await adapter.transaction({}, (session) => takeOnce(adapter, session, request))
    } catch (error) {
      const { sqlState, message, retryable } = adapter.explainError(error)
      if (sqlState === lockNotAvailable) {
        const held = await adapter.transaction({}, (session) => whoHolds(adapter, session, request))
        if (held.holders.length > 0 || attempt === attempts) return held
        continue
      }
      // Another run changed or made one of the rows in between: its word counts.
      const isTakenFirst = retryable || /duplicate key/i.test(message)
      if (attempt === attempts || !isTakenFirst) throw error
    }
  }
}

const lockNotAvailable = '55P03'

async function endLateHolders(
  adapter: Adapter,
  session: Session,
  { runId, timeoutMs }: LeaseRequest,
): Promise<void> {
  const others = (await readHeartbeats(session)).filter((row) => textCell(row, 'run_id') !== runId)
  await liveAmong(adapter, session, { heartbeats: others, timeoutMs })
}

type Held = Extract<Leases, { readonly kind: 'held' }>

/**
 * Somebody has the rows locked: by the leases as they are, or, where those are new, any run that lives. Nobody: it was a
 * connection that a run has lost, which is ended.
 */
async function whoHolds(
  adapter: Adapter,
  session: Session,
  { runId, relationKeys, timeoutMs }: LeaseRequest,
): Promise<Held> {
  const leases = await readLeases(session, relationKeys, '')
  const others = (await readHeartbeats(session)).filter((row) => textCell(row, 'run_id') !== runId)
  const live = await liveAmong(adapter, session, { heartbeats: others, timeoutMs })
  const holders = [...live.values()].map((holder) => ({
    ...holder,
    relationKeys: relationKeys.filter((key) => leases.get(key)?.runId === holder.runId),
  }))
  const named = holders.filter((holder) => holder.relationKeys.length > 0)
  if (holders.length === 0) await endLostSessions(adapter, session, [...leases.values()])
  return { kind: 'held', holders: named.length > 0 ? named : holders }
}

async function takeOnce(
  adapter: Adapter,
  session: Session,
  request: LeaseRequest,
): Promise<Leases> {
  const { runId, timeoutMs } = request
  const keys = request.relationKeys.toSorted()
  const isShared = adapter.dialect.name === 'postgres'
  if (isShared) await session.execute(`set local lock_timeout = '${lockTimeoutMs}ms'`)
  const leases = await readLeases(session, keys, isShared ? '\nfor update' : '')
  const others = new Set([...leases.values()].map((lease) => lease.runId))
  others.delete(runId)
  const heartbeats = (await readHeartbeats(session)).filter((row) =>
    others.has(textCell(row, 'run_id')),
  )
  const live = await liveAmong(adapter, session, { heartbeats, timeoutMs })
  const held = keys.filter((key) => live.has(leases.get(key)?.runId ?? ''))
  if (held.length > 0) {
    const holders = [...live.values()].map((holder) => ({
      ...holder,
      relationKeys: held.filter((key) => leases.get(key)?.runId === holder.runId),
    }))
    return { kind: 'held', holders: holders.filter((holder) => holder.relationKeys.length > 0) }
  }
  const tokens = new Map(keys.map((key) => [key, (leases.get(key)?.token ?? 0) + 1]))
  await endLostSessions(adapter, session, [...leases.values()])
  const taker = { runId, sessionName: adapter.sessionName }
  const known = keys.filter((key) => leases.has(key))
  for (const some of chunks(known)) await raiseTokens(session, some, taker)
  for (const some of chunks(keys.filter((key) => !leases.has(key)))) {
    await insertLeases(session, some, taker)
  }
  return { kind: 'taken', tokens }
}

interface Lease {
  readonly token: number
  readonly runId: string
  readonly sessionName: string | undefined
}

/**
 * A run that has ended may have lost a connection on the way, and the server, who was not told, may keep its transaction
 * open with all its locks. Who has it that still shows itself alive is left alone: other runs of it may be at work.
 */
async function endLostSessions(
  adapter: Adapter,
  session: Session,
  leases: readonly Lease[],
): Promise<void> {
  if (adapter.isExclusive) return
  const alive = new Set((await readHeartbeats(session)).map((row) => textCell(row, 'session_name')))
  const lost = new Map(leases.map((lease) => [lease.sessionName, lease.runId]))
  for (const [sessionName, runId] of lost) {
    if (sessionName === undefined || sessionName === adapter.sessionName) continue
    if (!alive.has(sessionName)) await adapter.endHolder(session, { runId, sessionName })
  }
}

async function readLeases(
  session: Session,
  keys: readonly string[],
  lock: '' | '\nfor update',
): Promise<ReadonlyMap<string, Lease>> {
  const found = new Map<string, Lease>()
  for (const some of chunks(keys)) {
    const rows = await session.query(
      `select relation_key, cast(fencing_token as text) as fencing_token, run_id, session_name
from _assay.leases
where relation_key in (${placesOf(some)})
order by relation_key${lock}`,
      some,
    )
    for (const row of rows) {
      const sessionName = row['session_name']
      found.set(textCell(row, 'relation_key'), {
        token: Number(textCell(row, 'fencing_token')),
        runId: textCell(row, 'run_id'),
        sessionName: typeof sessionName === 'string' ? sessionName : undefined,
      })
    }
  }
  return found
}

/** Ends those that are past their lease; forgets them and those that are gone. */
async function liveAmong(
  adapter: Adapter,
  session: Session,
  { heartbeats, timeoutMs }: { readonly heartbeats: readonly Row[]; readonly timeoutMs: number },
): Promise<ReadonlyMap<string, LeaseHolder>> {
  const live = new Map<string, LeaseHolder>()
  for (const row of heartbeats) {
    const runId = textCell(row, 'run_id')
    const holder = { runId, sessionName: textCell(row, 'session_name') }
    const isAlive = await adapter.isAlive(session, holder)
    // The open file is the lease on DuckDB, and who has it open is this process.
    const isLate = !adapter.isExclusive && Number(textCell(row, 'silent_ms')) > timeoutMs
    if (isAlive && !isLate) {
      live.set(runId, holderOf(row))
      continue
    }
    // Its connection that showed it alive may be gone and another still be open.
    if (!adapter.isExclusive) await adapter.endHolder(session, holder)
    await session.execute('delete from _assay.heartbeats where run_id = $1', [runId])
  }
  return live
}

/** As many as there are runs at this moment, and those that died. */
async function readHeartbeats(session: Session): Promise<readonly Row[]> {
  return await session.query(
    `select run_id, session_name, host, cast(process_id as text) as process_id, command,
  cast(started_at as text) as started_at,
  cast(1000 * (extract(epoch from current_timestamp) - extract(epoch from beat_at)) as text) as silent_ms
from _assay.heartbeats`,
  )
}

function holderOf(row: Row): LeaseHolder {
  return {
    runId: textCell(row, 'run_id'),
    host: textCell(row, 'host'),
    processId: Number(textCell(row, 'process_id')),
    command: textCell(row, 'command'),
    startedAt: textCell(row, 'started_at'),
    relationKeys: [],
  }
}

async function raiseTokens(
  session: Session,
  keys: readonly string[],
  { runId, sessionName }: Holder,
): Promise<void> {
  await session.execute(
    `update _assay.leases
set fencing_token = fencing_token + 1, run_id = $1, session_name = $2, taken_at = current_timestamp
where relation_key in (${placesOf(keys, 2)})`,
    [runId, sessionName, ...keys],
  )
}

async function insertLeases(
  session: Session,
  keys: readonly string[],
  { runId, sessionName }: Holder,
): Promise<void> {
  const rows = keys.map((_, index) => `($${index + 3}, 1, $1, $2, current_timestamp)`)
  await session.execute(
    `insert into _assay.leases (relation_key, fencing_token, run_id, session_name, taken_at)
values ${rows.join(', ')}`,
    [runId, sessionName, ...keys],
  )
}

/**
 * Asked last in the publishing transaction. `for share` keeps a taker out until the commit, and a token that changed
 * since the snapshot is a serialization failure: the node is tried again and learns it here.
 */
export async function checkLease(
  adapter: Adapter,
  session: Session,
  lease: { readonly relationKey: string; readonly token: number },
): Promise<void> {
  // Nobody outside this process can have taken it while the file is open.
  if (adapter.isExclusive) return
  const [row] = await session.query(
    `select cast(fencing_token as text) as fencing_token, run_id
from _assay.leases
where relation_key = $1
for share`,
    [lease.relationKey],
  )
  if (row === undefined) throw new LeaseLostError(lease.relationKey, 'unknown')
  if (Number(textCell(row, 'fencing_token')) !== lease.token) {
    throw new LeaseLostError(lease.relationKey, textCell(row, 'run_id'))
  }
}

function* chunks(keys: readonly string[]): Iterable<readonly string[]> {
  for (let start = 0; start < keys.length; start += keysAtOnce) {
    yield keys.slice(start, start + keysAtOnce)
  }
}
