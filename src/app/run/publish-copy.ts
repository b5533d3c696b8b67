/** `publish_copy`: while a run commits, a file beside the database is replaced by copies of it, the last state at the end. */
import type { Adapter } from '../../core/adapter.ts'
import { type Diagnostic, errorDiagnostic, warningDiagnostic } from '../../core/diagnostic.ts'
import type { EventSink } from '../../core/event.ts'
import type { Target } from '../../core/target.ts'

export interface WithCopies<T> {
  readonly value: T
  /** Emitted already. undefined: the file holds the last state, or none was asked for. */
  readonly fault: Diagnostic | undefined
}

interface CopyOrder {
  readonly adapter: Adapter
  readonly target: Target
  readonly emit: EventSink
}

/** `work` says through the sink it is given what it has published. A copy of what it did is there when this ends. */
export async function publishingCopies<T>(
  { adapter, target, emit }: CopyOrder,
  work: (emit: EventSink) => Promise<T>,
): Promise<WithCopies<T>> {
  const path = target.type === 'duckdb' ? target.publishCopy : undefined
  if (path === undefined) return { value: await work(emit), fault: undefined }
  const copies = new Copies(adapter, path)
  try {
    const value = await work((event) => {
      emit(event)
      const isNode = event.type === 'node-finished' && event.result.status === 'success'
      if (isNode || event.type === 'load-progress') copies.committed()
    })
    copies.committed()
    const found = await copies.finish()
    if (found !== undefined) emit({ type: 'diagnostic', diagnostic: found })
    return { value, fault: found?.severity === 'error' ? found : undefined }
  } finally {
    await copies.finish()
  }
}

/**
 * One copy at a time; commits that come meanwhile share the next one.
 *
 *   idle --committed--> copying --ended, nothing new--> idle
 *                       copying --committed--> copying, due --ended--> copying
 */
class Copies {
  readonly #adapter: Adapter
  readonly #path: string
  #isDue = false
  #underWay: Promise<void> | undefined
  #found: Diagnostic | undefined

  constructor(adapter: Adapter, path: string) {
    this.#adapter = adapter
    this.#path = path
  }

  committed(): void {
    this.#isDue = true
    this.#underWay ??= this.#work()
  }

  /** What is to be said of the last copy. */
  async finish(): Promise<Diagnostic | undefined> {
    await this.#underWay
    return this.#found
  }

  async #work(): Promise<void> {
    while (this.#isDue) {
      this.#isDue = false
      try {
        const { unreadable = [] } = (await this.#adapter.copyTo?.(this.#path)) ?? {}
        this.#found = unreadable.length === 0 ? undefined : viewsWarning(this.#path, unreadable)
      } catch (error) {
        this.#found = failedDiagnostic(this.#path, this.#adapter.explainError(error).message)
      }
    }
    this.#underWay = undefined
  }
}

function failedDiagnostic(path: string, found: string): Diagnostic {
  return errorDiagnostic({
    code: 'copy-not-published',
    message: `expected to replace the copy "${path}", found ${found}`,
    hint: 'the database itself is complete and the copy is as it was before; the next run makes it anew',
  })
}

function viewsWarning(path: string, views: readonly string[]): Diagnostic {
  const names = views.map((view) => `"${view}"`).join(', ')
  return warningDiagnostic({
    code: 'copy-view-unreadable',
    message: `expected views that work in the copy "${path}", found some that name the database: ${names}`,
    hint: 'leave the name of the database out of the view, or give the copy the file name of the database, in another folder',
  })
}
