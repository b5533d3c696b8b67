/** Builds in the server's own process: one after the other, asked for, or since enough events were loaded. */
import { never } from '../../core/never.ts'
import type { Event } from '../../core/event.ts'
import type { RunResult } from '../../core/run-result.ts'
import type { ServeBuilds } from '../../core/settings/serve-settings.ts'
import type { Build, BuildOrder, Builds, BuiltNode } from '../../serve/builds/build-queue.ts'
import type { ServeMetrics } from '../../serve/metrics.ts'
import { ProblemError } from '../../serve/problem.ts'
import { buildLoaded } from '../build.ts'
import type { LoadedProject } from '../load-project.ts'
import type { ProjectOptions, Surroundings } from '../surroundings.ts'
import type { BuildOptions } from '../use-cases.ts'

export interface BuildingRequest {
  readonly loaded: LoadedProject
  readonly options: ProjectOptions
  readonly settings: ServeBuilds
  readonly surroundings: Surroundings
  readonly metrics: ServeMetrics
  /** Unique ids of what was published. */
  readonly onBuilt: (nodes: readonly string[]) => void
  /** Of one that this server does not remember: the ledger may. */
  readonly lookUp: (id: string) => Promise<Build | undefined>
}

const remembered = 100
const mostWaiting = 20

export class Building implements Builds {
  readonly #request: BuildingRequest
  readonly #stopping = new AbortController()
  readonly #builds = new Map<string, Build>()
  #waiting: string[] = []
  #underWay: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  /** Loaded since the last build began. */
  #events = 0
  #isEnded = false

  constructor(request: BuildingRequest) {
    this.#request = request
  }

  request(order: BuildOrder, askedBy: string | undefined): Build {
    if (this.#isEnded) throw new ProblemError('draining', 'expected a server that goes on')
    const text = JSON.stringify(order)
    const same = this.#waiting
      .flatMap((id) => this.#builds.get(id) ?? [])
      .find((build) => JSON.stringify(build.order) === text)
    if (same !== undefined) return same
    if (this.#waiting.length >= mostWaiting) {
      throw new ProblemError('too-many-requests', 'expected few builds to wait, found many', {
        headers: { 'retry-after': '10' },
      })
    }
    const { newId, now } = this.#request.surroundings
    const build: Build = {
      id: newId(),
      status: 'queued',
      askedBy,
      order,
      queuedAt: now(),
      startedAt: undefined,
      finishedAt: undefined,
      results: [],
      problems: [],
    }
    this.#keep(build)
    this.#waiting.push(build.id)
    this.#next()
    return build
  }

  async find(id: string): Promise<Build | undefined> {
    return this.#builds.get(id) ?? (await this.#request.lookUp(id))
  }

  recent(): readonly Build[] {
    return [...this.#builds.values()].toReversed()
  }

  /** Rows that a build has not seen. */
  loaded(rows: number): void {
    this.#events += rows
    this.#plan(0)
  }

  /** What runs is finished, what waits is not begun. False: it was ended by `signal`. */
  async stop(signal: AbortSignal): Promise<boolean> {
    this.#isEnded = true
    clearTimeout(this.#timer)
    for (const id of this.#waiting.splice(0)) this.#change(id, { status: 'interrupted' })
    const force = () => this.#stopping.abort()
    signal.addEventListener('abort', force)
    if (signal.aborted) force()
    await this.#underWay
    signal.removeEventListener('abort', force)
    return !this.#stopping.signal.aborted
  }

  #plan(pauseMs: number): void {
    const { afterEvents } = this.#request.settings
    if (afterEvents === undefined || this.#events < afterEvents) return
    if (this.#isEnded || this.#underWay !== undefined || this.#timer !== undefined) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (!this.#isEnded) {
        this.request({ select: [], exclude: [], fullRefresh: false }, 'events')
      }
    }, pauseMs)
  }

  #next(): void {
    if (this.#underWay !== undefined || this.#isEnded) return
    const build = this.#builds.get(this.#waiting.shift() ?? '')
    if (build === undefined) return
    this.#underWay = this.#run(build).finally(() => {
      this.#underWay = undefined
      this.#next()
      this.#plan(this.#request.settings.restMs)
    })
  }

  /** Never throws. */
  async #run(build: Build): Promise<void> {
    const { surroundings, loaded, onBuilt } = this.#request
    const { now, newId } = surroundings
    this.#events = 0
    this.#change(build.id, { status: 'running', startedAt: now() })
    const ids = [build.id]
    try {
      const outcome = await buildLoaded(loaded, this.#optionsOf(build.order), {
        ...surroundings,
        emit: this.#hear,
        signal: this.#stopping.signal,
        // The run in the ledger has the id that the caller was given.
        newId: () => ids.pop() ?? newId(),
        writesJson: false,
      })
      if (outcome.kind === 'invalid') {
        const problems = outcome.diagnostics.map(({ message }) => message)
        this.#end(build.id, { status: 'failed', problems })
        return
      }
      const { results } = outcome.value
      const published = results.flatMap((result) =>
        result.status === 'success' ? [result.uniqueId] : [],
      )
      if (published.length > 0) onBuilt(published)
      this.#end(build.id, {
        status: statusOf(outcome.exitCode),
        results: results.map(builtNode),
      })
    } catch (error) {
      const isInterrupted = this.#stopping.signal.aborted
      this.#end(build.id, { status: isInterrupted ? 'interrupted' : 'failed' })
      if (isInterrupted) return
      const reason = error instanceof Error ? error.message : String(error)
      surroundings.emit({
        type: 'log',
        message: `build ${build.id} broke off: ${reason}`,
        node: undefined,
      })
    }
  }

  #optionsOf(order: BuildOrder): BuildOptions {
    const { options, settings } = this.#request
    const isOwn = order.select.length > 0 || order.exclude.length > 0
    return {
      ...options,
      select: isOwn ? order.select : settings.select,
      exclude: isOwn ? order.exclude : settings.exclude,
      resourceTypes: [],
      excludeResourceTypes: [],
      command: 'build',
      fullRefresh: order.fullRefresh,
      failFast: false,
      atomic: settings.isAtomic,
      wait: true,
      skipsNodesIfStartFails: true,
      changed: settings.changed && !order.fullRefresh,
      storeFailures: false,
    }
  }

  /** Of what is usual the build itself tells. */
  readonly #hear = (event: Event): void => {
    if (event.type === 'diagnostic') this.#request.surroundings.emit(event)
    if (event.type === 'log' && event.node === undefined) this.#request.surroundings.emit(event)
  }

  #end(id: string, change: Pick<Build, 'status'> & Partial<Build>): void {
    const { surroundings, metrics } = this.#request
    const build = this.#change(id, { ...change, finishedAt: surroundings.now() })
    const seconds =
      ((build?.finishedAt?.getTime() ?? 0) - (build?.startedAt?.getTime() ?? 0)) / 1000
    metrics
      .counter('assay_builds_total', 'Builds by how they ended.', ['status'])
      .add(1, { status: change.status })
    metrics.histogram('assay_build_duration_seconds', 'Builds from begin to end.').observe(seconds)
    const message = `build ${id} ${change.status} in ${seconds.toFixed(2)} s${becauseOf(change)}`
    surroundings.emit({ type: 'log', message, node: undefined })
  }

  #change(id: string, change: Partial<Build>): Build | undefined {
    const before = this.#builds.get(id)
    if (before === undefined) return undefined
    const build = { ...before, ...change }
    this.#builds.set(id, build)
    return build
  }

  #keep(build: Build): void {
    this.#builds.set(build.id, build)
    for (const [id, { finishedAt }] of this.#builds) {
      if (this.#builds.size <= remembered) return
      if (finishedAt !== undefined) this.#builds.delete(id)
    }
  }
}

function statusOf(exitCode: 0 | 1 | 130): Build['status'] {
  switch (exitCode) {
    case 0:
      return 'succeeded'
    case 1:
      return 'failed'
    case 130:
      return 'interrupted'
    default:
      return never(exitCode)
  }
}

const mostNamed = 5

/** For the log: who looks at it has not asked for the build. */
function becauseOf({ problems = [], results = [] }: Partial<Build>): string {
  const failed = results.flatMap(({ uniqueId, status, message }) =>
    ['error', 'fail', 'partial success'].includes(status) ? [`${uniqueId} (${message})`] : [],
  )
  const named = [...problems, ...failed]
  const others = named.length - mostNamed
  const rest = others > 0 ? ` and ${others} more` : ''
  return named.length === 0 ? '' : `: ${named.slice(0, mostNamed).join('; ')}${rest}`
}

/** What went wrong in detail is for the server's own people: it may speak of SQL. */
function builtNode(result: RunResult): BuiltNode {
  const { uniqueId, status, elapsedMs } = result
  const rows = result.status === 'success' ? result.rows : undefined
  return { uniqueId, status, rows, elapsedMs, message: messageOf(result) }
}

function messageOf(result: RunResult): string {
  switch (result.status) {
    case 'success':
    case 'pass':
      return ''
    case 'reused':
    case 'skipped':
      return `because of ${result.because}`
    case 'warn':
    case 'fail':
      return result.message
    case 'error':
    case 'partial success':
      return result.diagnostics.map(({ code }) => code).join(', ')
    default:
      return never(result)
  }
}
