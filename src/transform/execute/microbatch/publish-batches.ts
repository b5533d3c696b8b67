/** A microbatch model batch by batch, each in a transaction of its own: the first one alone, the last one with the tests. */
import type { Diagnostic } from '../../../core/diagnostic.ts'
import { errorDiagnostic } from '../../../core/diagnostic.ts'
import { type EventWindow, subtractWindows } from '../../../core/time/event-window.ts'
import type { Node } from '../../../core/node.ts'
import { relationKey } from '../../../core/relation.ts'
import type { BatchResults, RunResult } from '../../../core/run-result.ts'
import { wantBatches } from '../../../ledger/runs/wanted-batches.ts'
import { type Batch, batchLabel, mergeWindows } from '../../plan/microbatch/batches.ts'
import { sqlPath } from '../../plan/sql/sql-path.ts'
import { isLeft } from '../publish/publish-node.ts'
import { nothingPending, type Published, type PublishRequest } from '../publish/publish-request.ts'
import type { RunContext } from '../run-context.ts'
import { withRetries } from '../with-retries.ts'
import { openNode } from '../state/open-node.ts'
import { isMicrobatch } from '../../plan/microbatch/microbatch-node.ts'
import { chooseOwnBatches, type ChosenBatches } from './choose-batches.ts'
import type { BatchRun } from './prepare-microbatch.ts'
import { rowsOutside } from './rows-outside.ts'

type PublishOne = (context: RunContext, request: PublishRequest) => Promise<Published>

/** What has batches of its own is published by them; everything else, and what must be one transaction, in one. */
export async function publishInBatches(
  context: RunContext,
  request: PublishRequest,
  publishOne: PublishOne,
): Promise<Published> {
  const chosen = await chosenFor(context, request)
  if (chosen === undefined) return await publishOne(context, request)
  return await new BatchSequence(context, request, { chosen, publishOne }).run()
}

async function chosenFor(
  context: RunContext,
  request: PublishRequest,
): Promise<ChosenBatches | undefined> {
  const { node } = request.step
  if (!isMicrobatch(node) || context.backfill !== undefined) return undefined
  if (context.limit?.kind === 'none') return undefined
  return await context.adapter.readOnly({ signal: context.signal }, async (session) => {
    const opened = await openNode(context, session, request.step, nothingPending)
    if (await isLeft(context, request, { session, opened })) return undefined
    const { existing } = opened.survey
    const { publications } = opened.context
    return await chooseOwnBatches({ ...context, publications }, session, { node, existing })
  })
}

class BatchSequence {
  readonly #context: RunContext
  readonly #request: PublishRequest
  readonly #chosen: ChosenBatches
  readonly #planned: readonly EventWindow[]
  readonly #publishOne: PublishOne
  readonly #started: Date
  readonly #successful: EventWindow[] = []
  readonly #failed: EventWindow[] = []
  readonly #diagnostics: Diagnostic[] = []
  #rows = 0
  #last: Published | undefined
  /** Rows that were left out because they lie outside of their batch. */
  #outside = 0
  /** The first batch that had some. */
  #firstOutside: string | undefined

  constructor(
    context: RunContext,
    request: PublishRequest,
    { chosen, publishOne }: { readonly chosen: ChosenBatches; readonly publishOne: PublishOne },
  ) {
    // The first batch makes the table, which was not there when the run began; none makes it anew.
    this.#context = { ...context, isFullRefresh: false, onlyChanged: false, state: undefined }
    this.#request = request
    this.#chosen = chosen
    this.#planned = mergeWindows(chosen.batches.map(({ window }) => window))
    this.#publishOne = publishOne
    this.#started = context.now()
  }

  async run(): Promise<Published> {
    await this.#want()
    for (const [index, batch] of this.#chosen.batches.entries()) {
      if (this.#isOver()) this.#skip(batch, index)
      else await this.#publish(batch, index)
    }
    this.#warnOfOutside()
    return { result: this.#result(), tests: this.#last?.tests ?? [] }
  }

  /** What fails, or is not come to, is built by the next run. A table that a sample was put into is made anew by it. */
  async #want(): Promise<void> {
    const { adapter, run, limit } = this.#context
    if (limit !== undefined) return
    const owner = { relationKey: relationKey(this.#request.step.node.relation), runId: run.runId }
    await withRetries(this.#context, () =>
      adapter.transaction({}, (session) => wantBatches(session, owner, this.#planned)),
    )
  }

  /** Without its first batch there is no table that the others could be added to. */
  #isOver(): boolean {
    const isFirstFailed = this.#failed.length > 0 && this.#successful.length === 0
    return this.#context.signal.aborted || isFirstFailed
  }

  #skip(batch: Batch, index: number): void {
    this.#failed.push(batch.window)
    this.#say(batch, index, { status: 'skipped', rows: undefined, elapsedMs: 0 })
  }

  async #publish(batch: Batch, index: number): Promise<void> {
    const { batches, adopted } = this.#chosen
    const isLast = index === batches.length - 1
    const run: BatchRun = {
      batches: [batch],
      isMade: !batch.isIncremental,
      refreshReason: undefined,
      adopted: index === 0 ? subtractWindows(adopted, this.#planned) : [],
      isFirst: index === 0,
      isLast,
    }
    const tests = isLast ? this.#request.tests : []
    const published = await this.#publishOne(this.#context, { ...this.#request, tests, run })
    this.#last = published
    const { result } = published
    if (result.status === 'success') {
      this.#successful.push(batch.window)
      this.#rows += result.rows ?? 0
      this.#countOutside(batch, result.outsideBatch ?? 0)
    } else {
      this.#failed.push(batch.window)
      const { node } = this.#request.step
      this.#diagnostics.push(...faultsOf(result).map((fault) => ofBatch(node, batch, fault)))
    }
    this.#say(batch, index, {
      status: result.status === 'success' ? 'success' : 'error',
      rows: result.status === 'success' ? result.rows : undefined,
      elapsedMs: result.elapsedMs,
    })
  }

  #countOutside(batch: Batch, count: number): void {
    if (count === 0) return
    this.#outside += count
    this.#firstOutside ??= batchLabel(batch)
  }

  /** Once for all batches. */
  #warnOfOutside(): void {
    const first = this.#firstOutside
    if (first === undefined) return
    const diagnostic = rowsOutside(this.#request.step.node, { count: this.#outside, first })
    this.#context.emit({ type: 'diagnostic', diagnostic })
  }

  #say(
    batch: Batch,
    index: number,
    done: {
      readonly status: 'success' | 'error' | 'skipped'
      readonly rows: number | undefined
      readonly elapsedMs: number
    },
  ): void {
    const { node } = this.#request.step
    const total = this.#chosen.batches.length
    this.#context.emit({
      type: 'batch-finished',
      node,
      batch: batchLabel(batch),
      index: index + 1,
      total,
      ...done,
    })
  }

  #result(): RunResult {
    const { now } = this.#context
    const last = this.#last?.result
    const batches: BatchResults = { successful: this.#successful, failed: this.#failed }
    const base = {
      uniqueId: this.#request.step.node.uniqueId,
      startedAt: this.#started.toISOString(),
      elapsedMs: now().getTime() - this.#started.getTime(),
      ...(last?.compiledCode === undefined ? {} : { compiledCode: last.compiledCode }),
    }
    const [rows, diagnostics] = [this.#rows, this.#diagnostics]
    if (this.#failed.length === 0) {
      const outside = this.#outside === 0 ? {} : { outsideBatch: this.#outside }
      const message = countOf(this.#successful)
      return { ...base, status: 'success', rows, message, batches, ...outside }
    }
    const because = diagnostics.length === 0 ? [stopped(this.#request)] : diagnostics
    return this.#successful.length === 0
      ? { ...base, status: 'error', diagnostics: because, batches }
      : { ...base, status: 'partial success', rows, diagnostics: because, batches }
  }
}

function countOf(windows: readonly EventWindow[]): string {
  return windows.length === 1 ? 'built 1 batch' : `built ${windows.length} batches`
}

function faultsOf(result: RunResult): readonly Diagnostic[] {
  return result.status === 'error' ? result.diagnostics : []
}

/** The statements of a batch lie in a file of their own. */
function ofBatch(node: Node, batch: Batch, fault: Diagnostic): Diagnostic {
  const label = batchLabel(batch)
  const hint = fault.hint?.replace(sqlPath(node), sqlPath(node, label))
  const said = { ...fault, message: `batch ${label}: ${fault.message}` }
  return hint === undefined ? said : { ...said, hint }
}

function stopped({ step }: PublishRequest): Diagnostic {
  return errorDiagnostic({
    code: 'interrupted',
    message: 'expected to build every batch, was stopped before the last one',
    span: step.node.span,
  })
}
