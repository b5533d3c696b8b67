/** One table whose batches are committed by somebody else's transaction, together with what is built on them. */
import type { Session } from '../../core/adapter.ts'
import type { LoadResult } from '../../core/load/load-result.ts'
import type { BatchOfTable } from '../../ledger/loads/tried-batches.ts'
import type { StagedBatch } from '../batch/set-writer.ts'
import { diagnosticOf, failBatch } from '../commit/fail-batch.ts'
import { findRefused } from '../commit/find-refused.ts'
import { finishLoaded } from '../commit/finish-batch.ts'
import { loadBatch, type LoadedBatch } from '../commit/load-batch.ts'
import { writeOwedFiles } from '../dead-letters/dead-letter-file.ts'
import type { DeadReason } from '../records/dead-record.ts'
import { resumeStaged } from '../staging/resume-staged.ts'
import { stageFound } from '../staging/stage-found.ts'
import { stagingOf, type TableRequest } from './load-table.ts'
import { Tally } from './tally.ts'

interface JoinedBatch {
  readonly staged: StagedBatch
  refused: ReadonlyMap<number, DeadReason>
  /** Of the newest try. */
  loaded: LoadedBatch | undefined
}

export class JoinedTable {
  readonly #request: TableRequest
  readonly #tally: Tally
  #batches: JoinedBatch[] = []
  /** Being loaded: what fails now is its fault. */
  #current: JoinedBatch | undefined

  constructor(request: TableRequest) {
    this.#request = request
    this.#tally = new Tally(request.context)
  }

  /** Before the transaction: all that there is to load becomes batches. */
  async stage(): Promise<void> {
    const { context } = this.#request
    try {
      for await (const staged of resumeStaged(context)) this.#add(staged)
      const staged = this.#batches.map((batch) => batch.staged)
      const staging = await stagingOf(this.#request, { tally: this.#tally, staged })
      for await (const found of stageFound(staging)) this.#add(found)
    } catch (error) {
      if (context.signal.aborted) throw error
      this.#tally.say(diagnosticOf(context, error))
    } finally {
      this.#tally.idle()
    }
  }

  #add(staged: StagedBatch): void {
    this.#batches.push({ staged, refused: new Map(), loaded: undefined })
  }

  /** In the transaction; once more for each try of it. */
  async load(session: Session): Promise<void> {
    const { context, columns } = this.#request
    this.#tally.resume()
    for (const batch of this.#batches) {
      context.signal.throwIfAborted()
      this.#current = batch
      const { staged, refused } = batch
      batch.loaded = await loadBatch({ context, columns, staged, refused }, session)
    }
    this.#current = undefined
    this.#tally.idle()
  }

  /** After a rollback. True: it was a batch's fault, and without it, or some of its rows, another try may pass. */
  async mend(error: unknown): Promise<boolean> {
    const { context, columns } = this.#request
    const batch = this.#current
    this.#current = undefined
    if (batch === undefined) return false
    const { staged, refused } = batch
    const isOfRows = context.adapter.explainError(error).blamesRows === true
    if (isOfRows && refused.size === 0) {
      batch.refused = await findRefused({ context, columns, staged, refused })
      if (batch.refused.size > 0) return true
    }
    const isOutOfTheWay = await failBatch({ context, staged, error, tally: this.#tally })
    const at = this.#batches.indexOf(batch)
    // Those after one that waits wait for it.
    this.#batches.splice(at, isOutOfTheWay ? 1 : Number.POSITIVE_INFINITY)
    return true
  }

  /** A batch that the transaction was to commit; undefined: there is none. */
  get witness(): BatchOfTable | undefined {
    const batch = this.#batches.find(({ loaded }) => loaded?.isNew)
    const { epoch } = this.#request.context.owner
    return batch && { batchId: batch.staged.summary.id, epoch }
  }

  /** After the transaction: what is committed is put away, the rest waits in staging. */
  async finish(isCommitted: boolean): Promise<LoadResult> {
    const { context, loader } = this.#request
    this.#tally.resume()
    let waiting = 0
    for (const { staged, loaded } of this.#batches) {
      if (loaded === undefined || (loaded.isNew && !isCommitted)) {
        waiting += 1
        continue
      }
      this.#tally.addBatch(staged, loaded)
      await finishLoaded({ context, loader, staged, loaded }, this.#tally)
    }
    this.#tally.deadLetterFiles(await writeOwedFiles(context))
    return this.#tally.result(waiting)
  }
}
