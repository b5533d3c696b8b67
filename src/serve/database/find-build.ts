/** A build as the ledger remembers it: of an earlier server, or of the command line. */
import type { Build } from '../builds/build-queue.ts'
import type { ReadDatabase } from '../context.ts'
import { typedQueries } from './typed-queries.ts'

/** undefined: the ledger does not know it either. */
export async function findBuild(database: ReadDatabase, id: string): Promise<Build | undefined> {
  return await database.snapshot(async (query) => {
    const queries = typedQueries(query)
    const phases = await queries
      .selectFrom('_assay.runs')
      .select(['phase', 'recorded_at', 'command'])
      .where('run_id', '=', id)
      .where('command', 'in', ['build', 'ingest --build'])
      .execute()
    const started = phases.find(({ phase }) => phase === 'started')
    if (started === undefined) return undefined
    const ended = phases.find(({ phase }) => phase !== 'started')
    const nodes = await queries
      .selectFrom('_assay.node_runs')
      .select(['unique_id', 'status', 'row_count', 'started_at', 'finished_at'])
      .where('run_id', '=', id)
      .orderBy('finished_at')
      .orderBy('unique_id')
      .execute()
    const failed = nodes.some(({ status }) => status === 'error' || status === 'skipped')
    return {
      id,
      status: ended?.phase === 'finished' ? (failed ? 'failed' : 'succeeded') : 'interrupted',
      askedBy: undefined,
      order: { select: [], exclude: [], fullRefresh: false },
      queuedAt: momentOf(started.recorded_at),
      startedAt: momentOf(started.recorded_at),
      finishedAt: ended === undefined ? undefined : momentOf(ended.recorded_at),
      results: nodes.map((node) => ({
        uniqueId: node.unique_id,
        status: node.status,
        rows: node.row_count === null ? undefined : Number(node.row_count),
        elapsedMs: momentOf(node.finished_at).getTime() - momentOf(node.started_at).getTime(),
        message: '',
      })),
      problems: [],
    }
  })
}

/** `2026-01-31 10:00:00.5+00` */
function momentOf(text: string): Date {
  return new Date(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'))
}
