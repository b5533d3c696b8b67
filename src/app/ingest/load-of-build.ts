/** Loading as part of a build: batches are staged first, committed with the build, and put away after it. */
import { addCounts, noCounts } from '../../core/load/load.ts'
import type { Adapter, Session } from '../../core/adapter.ts'
import type { LoadResult } from '../../core/load/load-result.ts'
import { relationKey } from '../../core/relation.ts'
import { runThatLoaded } from '../../ledger/loads/tried-batches.ts'
import type { LedgerRun } from '../../ledger/runs/runs.ts'
import { JoinedTable } from '../../load/table/joined-table.ts'
import type { LoadedSource } from '../../load/table/load-table-types.ts'
import type { Project } from '../../project/read/project.ts'
import type { JoinedWork } from '../../transform/execute/atomic/joined-work.ts'
import type { Surroundings } from '../surroundings.ts'
import { openForLoading } from './load-tables.ts'

interface JoinRequest {
  readonly adapter: Adapter
  readonly project: Project
  readonly nodes: readonly LoadedSource[]
  readonly surroundings: Surroundings
}

export class LoadOfBuild implements JoinedWork {
  readonly relationKeys: readonly string[]
  readonly #request: JoinRequest
  readonly #tables: JoinedTable[] = []
  readonly #results: LoadResult[] = []
  #runId = ''

  constructor(request: JoinRequest) {
    this.#request = request
    this.relationKeys = request.nodes.map(({ relation }) => relationKey(relation))
  }

  /** In the order of the nodes, after the run. */
  get results(): readonly LoadResult[] {
    return this.#results
  }

  /** Batches may be staged by now, and the ledger has the run. */
  get hasBegun(): boolean {
    return this.#runId !== ''
  }

  async prepare(run: LedgerRun): Promise<void> {
    const { nodes, surroundings } = this.#request
    this.#runId = run.runId
    let batches = 0
    const nextIndex = () => {
      batches += 1
      return batches
    }
    for (const node of nodes) {
      if (surroundings.signal.aborted) return
      surroundings.emit({ type: 'load-started', node })
      const opened = await openForLoading({ ...this.#request, run }, node, nextIndex)
      if (!opened.ok) {
        this.#results.push(opened.result)
        continue
      }
      const table = new JoinedTable({ ...opened.request, replay: undefined })
      this.#tables.push(table)
      try {
        await table.stage()
      } catch (error) {
        // What is staged stays: the next run goes on from there.
        if (surroundings.signal.aborted) return
        throw error
      }
    }
  }

  async before(session: Session): Promise<void> {
    for (const table of this.#tables) await table.load(session)
  }

  /** What was loaded is read by the nodes: there is nothing left to do behind them. */
  async after(): Promise<void> {}

  async mend(error: unknown): Promise<boolean> {
    for (const table of this.#tables) if (await table.mend(error)) return true
    return false
  }

  async finish(): Promise<void> {
    const { adapter, surroundings } = this.#request
    const { emit, signal } = surroundings
    for (const table of this.#tables) {
      const { witness } = table
      const committedBy =
        witness === undefined
          ? undefined
          : await adapter.session({}, (session) => runThatLoaded(session, witness))
      this.#results.push(await table.finish(committedBy === this.#runId))
    }
    const results = this.#results
    for (const [index, result] of results.entries()) {
      emit({ type: 'load-finished', result, index: index + 1, total: results.length })
    }
    // Of loading alone: what was built meanwhile is told by itself.
    const elapsedMs = results.reduce((sum, result) => sum + result.elapsedMs, 0)
    const counts = results.map((result) => result.counts).reduce(addCounts, noCounts)
    if (counts.read > 0) {
      emit({ type: 'ingest-finished', results, elapsedMs, interrupted: signal.aborted })
    }
  }
}
