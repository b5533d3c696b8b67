/** A run shows the others that it lives: a heartbeat row, in a statement of its own that blocks nobody. */
import { hostname } from 'node:os'
import type { Adapter } from '../../core/adapter.ts'

export interface HeartbeatRequest {
  readonly runId: string
  /** As others are told, e.g. `build`. */
  readonly command: string
  /** A third of it passes between two beats. */
  readonly timeoutMs: number
  readonly processId: number
}

export interface KeptAlive {
  /** The run is over: nobody need wait for it. Never throws. */
  end(): Promise<void>
}

const beatsPerTimeout = 3

export async function keepAlive(adapter: Adapter, request: HeartbeatRequest): Promise<KeptAlive> {
  const { runId, command, timeoutMs, processId } = request
  const alive = await adapter.showAlive(runId)
  const insert = () =>
    alive.run(
      `insert into _assay.heartbeats (run_id, session_name, host, process_id, command, started_at, beat_at)
values ($1, $2, $3, $4, $5, current_timestamp, current_timestamp)`,
      [runId, adapter.sessionName, hostname(), processId, command],
    )
  try {
    await insert()
  } catch (error) {
    await alive.release()
    throw error
  }
  // The open file shows it on DuckDB: a beat would only write.
  let beating: Promise<void> = Promise.resolve()
  const beat = () => {
    beating = beating
      .then(() =>
        alive.run('update _assay.heartbeats set beat_at = current_timestamp where run_id = $1', [
          runId,
        ]),
      )
      // A beat that is lost is not a fault of the run: if too many are, the fence decides.
      .catch(() => undefined)
  }
  const timer = adapter.isExclusive ? undefined : setInterval(beat, timeoutMs / beatsPerTimeout)
  timer?.unref()
  return {
    async end() {
      clearInterval(timer)
      await beating
      try {
        await alive.run('delete from _assay.heartbeats where run_id = $1', [runId])
      } catch {
        // The connection is gone, and with it what showed the run alive.
      }
      await alive.release().catch(() => undefined)
    },
  }
}
