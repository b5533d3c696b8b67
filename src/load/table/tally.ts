/** Counts of one table as its batches are committed, and what there is to say of it. */
import { relative } from 'node:path'
import type { Diagnostic } from '../../core/diagnostic.ts'
import { addCounts, type LoadCounts, noCounts } from '../../core/load/load.ts'
import { type LeftFiles, type LoadResult, noneLeft } from '../../core/load/load-result.ts'
import type { StagedBatch } from '../batch/set-writer.ts'
import { type LoadedBatch, replaySource } from '../commit/load-batch.ts'
import type { TableContext } from './load-table-types.ts'

export class Tally {
  readonly #context: TableContext
  readonly #began: Date
  /** While others work: no time of this table's. undefined: it is at work. */
  #idleSince: Date | undefined
  #idleMs = 0
  #counts: LoadCounts = noCounts
  #batches = 0
  readonly #files = new Set<string>()
  readonly #begun = new Set<string>()
  #isReplay = false
  #isStopped = false
  #duplicateFiles = 0
  #leftFiles: LeftFiles = noneLeft
  readonly #diagnostics: Diagnostic[] = []
  #deadLetterFiles: readonly string[] = []

  constructor(context: TableContext) {
    this.#context = context
    this.#began = context.now()
  }

  idle(): void {
    this.#idleSince ??= this.#context.now()
  }

  resume(): void {
    if (this.#idleSince === undefined) return
    this.#idleMs += this.#context.now().getTime() - this.#idleSince.getTime()
    this.#idleSince = undefined
  }

  addBatch({ summary }: StagedBatch, { counts, isNew }: LoadedBatch): void {
    if (!isNew) return
    this.#counts = addCounts(this.#counts, counts)
    this.#batches += 1
    for (const { source, isLast } of summary.parts) {
      if (source === replaySource) this.#isReplay = true
      else if (isLast) this.#files.add(source)
      else this.#begun.add(source)
    }
    this.#progress()
  }

  /** A dead letter that was read again in vain. */
  addStillDead(): void {
    this.#isReplay = true
    this.#counts = addCounts(this.#counts, { ...noCounts, read: 1, dead: 1 })
  }

  deadLetterFiles(paths: readonly string[]): void {
    this.#deadLetterFiles = paths.map((path) => relative(this.#context.root, path))
  }

  stop(): void {
    this.#isStopped = true
  }

  addDuplicate(records: number): void {
    this.#duplicateFiles += 1
    this.#counts = addCounts(this.#counts, {
      read: records,
      loaded: 0,
      dead: 0,
      duplicates: records,
    })
  }

  addLeft(kind: keyof LeftFiles, files = 1): void {
    this.#leftFiles = { ...this.#leftFiles, [kind]: this.#leftFiles[kind] + files }
  }

  say(diagnostic: Diagnostic): void {
    this.#diagnostics.push(diagnostic)
  }

  /** `waiting`: batches that were rolled back with what was built on them. */
  result(waiting = 0): LoadResult {
    const hasErrors = this.#diagnostics.some(({ severity }) => severity === 'error')
    const hasRows = this.#counts.read > 0
    return {
      node: this.#context.node,
      status: hasErrors || waiting > 0 ? (hasRows ? 'partial success' : 'error') : 'success',
      waiting,
      isStopped: this.#isStopped,
      counts: this.#counts,
      batches: this.#batches,
      files: this.#files.size,
      begunFiles: [...this.#begun].filter((source) => !this.#files.has(source)).length,
      isReplay: this.#isReplay,
      duplicateFiles: this.#duplicateFiles,
      leftFiles: this.#leftFiles,
      diagnostics: this.#diagnostics,
      deadLetterFiles: this.#deadLetterFiles,
      elapsedMs: this.#elapsedMs(),
    }
  }

  #elapsedMs(): number {
    return this.#context.now().getTime() - this.#began.getTime() - this.#idleMs
  }

  #progress(): void {
    const { emit, node } = this.#context
    const elapsedMs = this.#elapsedMs()
    emit({ type: 'load-progress', node, counts: this.#counts, batches: this.#batches, elapsedMs })
  }
}
