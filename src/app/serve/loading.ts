/** What was captured into its tables, again and again: soon after it came, and all of it before the server ends. */
import type { Adapter } from '../../core/adapter.ts'
import type { Event } from '../../core/event.ts'
import type { LoadResult } from '../../core/load/load-result.ts'
import { namesIn } from '../../load/names-in.ts'
import type { ServeMetrics } from '../../serve/metrics.ts'
import { ingestOn } from '../ingest/ingest.ts'
import type { LoadedProject } from '../load-project.ts'
import { LeaseHeldError } from '../run/leases/lease-relations.ts'
import type { Surroundings } from '../surroundings.ts'
import type { CaptureTable } from './capture.ts'

export interface LoadingRequest {
  readonly adapter: Adapter
  readonly loaded: LoadedProject
  readonly tables: readonly CaptureTable[]
  readonly surroundings: Surroundings
  readonly metrics: ServeMetrics
  readonly everyMs: number
  /** Rows that are in their tables now. */
  readonly onLoaded: (nodes: readonly string[], rows: number) => void
}

const longestPauseMs = 30_000

/**
 *   idle --captured--> planned --time--> loading --done, nothing came--> idle
 *                                        loading --done, more came, or failed--> planned
 */
export class Loading {
  readonly #request: LoadingRequest
  readonly #stopping = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #underWay: Promise<void> | undefined
  #isDue = false
  #failures = 0
  #isEnded = false

  constructor(request: LoadingRequest) {
    this.#request = request
  }

  /** There may be something to load. */
  due(): void {
    this.#isDue = true
    if (this.#isEnded || this.#timer !== undefined || this.#underWay !== undefined) return
    const { everyMs } = this.#request
    const pause = Math.min(everyMs * 2 ** this.#failures, Math.max(everyMs, longestPauseMs))
    this.#timer = setTimeout(() => this.#begin(), pause)
  }

  /** Loads at once what waits. False: some of it goes on to wait. */
  async now(): Promise<boolean> {
    await this.#underWay
    clearTimeout(this.#timer)
    if (!this.#isEnded) this.#begin()
    await this.#underWay
    return this.#failures === 0
  }

  /** Loads what is left. False: some of it waits in its files for the next start. `signal` ends it by force. */
  async stop(signal: AbortSignal): Promise<boolean> {
    this.#isEnded = true
    clearTimeout(this.#timer)
    this.#timer = undefined
    const force = () => this.#stopping.abort()
    signal.addEventListener('abort', force)
    if (signal.aborted) force()
    await this.#underWay
    if (!signal.aborted) await this.#load()
    signal.removeEventListener('abort', force)
    return this.#failures === 0 && !(await this.#hasWork())
  }

  #begin(): void {
    this.#timer = undefined
    this.#underWay = this.#load().finally(() => {
      this.#underWay = undefined
      if (this.#isDue) this.due()
    })
  }

  /** Never throws: what could not be loaded stays in its files, and is tried again. */
  async #load(): Promise<void> {
    this.#isDue = false
    const { adapter, loaded, tables, surroundings } = this.#request
    try {
      for (const { journal } of tables) await journal.seal()
      if (!(await this.#hasWork())) return
      const { results } = await ingestOn(adapter, {
        loaded,
        nodes: tables.map(({ node }) => node),
        options: { wait: false },
        surroundings: { ...surroundings, emit: this.#hear, signal: this.#stopping.signal },
        copies: false,
      })
      for (const result of results) this.#tell(result)
      this.#failed(results.some(({ status }) => status !== 'success'))
    } catch (error) {
      this.#failed(true)
      if (this.#stopping.signal.aborted) return
      this.#say(this.#explain(error))
    }
  }

  #failed(hasFailed: boolean): void {
    this.#failures = hasFailed ? this.#failures + 1 : 0
    if (hasFailed) this.#isDue = true
  }

  async #hasWork(): Promise<boolean> {
    const folders = this.#request.tables.flatMap((table) => table.folders)
    for (const folder of folders) if ((await namesIn(folder)).length > 0) return true
    return false
  }

  /** Of what is usual the figures tell. */
  readonly #hear = (event: Event): void => {
    if (event.type === 'diagnostic') this.#request.surroundings.emit(event)
  }

  #tell({ node, counts, diagnostics, elapsedMs }: LoadResult): void {
    const { metrics, surroundings, onLoaded } = this.#request
    for (const diagnostic of diagnostics) surroundings.emit({ type: 'diagnostic', diagnostic })
    const table = `${node.sourceName}.${node.name}`
    const loaded = metrics.counter(
      'assay_events_loaded_total',
      'Records of events by what loading made of them.',
      ['table', 'status'],
    )
    loaded.add(counts.loaded, { table, status: 'loaded' })
    loaded.add(counts.dead, { table, status: 'dead' })
    loaded.add(counts.duplicates, { table, status: 'duplicate' })
    if (counts.read === 0) return
    metrics
      .histogram('assay_load_duration_seconds', 'From captured files to committed rows.')
      .observe(elapsedMs / 1000)
    if (counts.loaded > 0) onLoaded([node.uniqueId], counts.loaded)
  }

  #explain(error: unknown): string {
    if (error instanceof LeaseHeldError) return `events wait: ${error.message}`
    return `events wait in their files: ${this.#request.adapter.explainError(error).message}`
  }

  #say(message: string): void {
    this.#request.surroundings.emit({ type: 'log', message, node: undefined })
  }
}
