/** `publish_copy` and `publish_for`: while a run commits, files beside the database are replaced by copies of it, the last state at the end. */
import type { Adapter } from '../../core/adapter.ts'
import { type Diagnostic, errorDiagnostic, warningDiagnostic } from '../../core/diagnostic.ts'
import type { EventSink } from '../../core/event.ts'
import { isReferable } from '../../core/node.ts'
import type { Relation } from '../../core/relation.ts'
import type { Target } from '../../core/target.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { wantedGrants } from '../../transform/plan/contracts/grants.ts'

export interface WithCopies<T> {
  readonly value: T
  /** Emitted already. undefined: the files hold the last state, or none was asked for. */
  readonly fault: Diagnostic | undefined
}

interface CopyOrder {
  readonly adapter: Adapter
  readonly target: Target
  /** Whose grants say what is in the files of roles; undefined: those stay as they are. */
  readonly manifest: Manifest | undefined
  readonly emit: EventSink
}

/** `work` says through the sink it is given what it has published. A copy of what it did is there when this ends. */
export async function publishingCopies<T>(
  order: CopyOrder,
  work: (emit: EventSink) => Promise<T>,
): Promise<WithCopies<T>> {
  const { adapter, emit } = order
  const files = copiesOf(order)
  if (files.length === 0) return { value: await work(emit), fault: undefined }
  const copies = new Copies(adapter, files)
  try {
    const value = await work((event) => {
      emit(event)
      const isNode = event.type === 'node-finished' && event.result.status === 'success'
      if (isNode || event.type === 'load-progress') copies.committed()
    })
    copies.committed()
    const found = await copies.finish()
    for (const diagnostic of found) emit({ type: 'diagnostic', diagnostic })
    return { value, fault: found.find(({ severity }) => severity === 'error') }
  } finally {
    await copies.finish()
  }
}

interface CopyFile {
  readonly path: string
  /** undefined: everything. */
  readonly only: readonly Relation[] | undefined
}

function copiesOf({ target, manifest }: CopyOrder): readonly CopyFile[] {
  if (target.type !== 'duckdb') return []
  const { publishCopy, publishFor = [] } = target
  return [
    ...(publishCopy === undefined ? [] : [{ path: publishCopy, only: undefined }]),
    ...(manifest === undefined
      ? []
      : publishFor.map(({ role, path }) => ({ path, only: grantedTo(manifest, role) }))),
  ]
}

/** What the role may select where there are roles; `public` is everyone. */
function grantedTo({ nodes }: Manifest, role: string): readonly Relation[] {
  return [...nodes.values()].filter(isReferable).flatMap((node) => {
    const granted = wantedGrants(node).get('select') ?? []
    const isGranted = granted.some((name) => name === role || name.toLowerCase() === 'public')
    return isGranted ? [node.relation] : []
  })
}

/**
 * One round of copies at a time; commits that come meanwhile share the next one.
 *
 *   idle --committed--> copying --ended, nothing new--> idle
 *                       copying --committed--> copying, due --ended--> copying
 */
class Copies {
  readonly #adapter: Adapter
  readonly #files: readonly CopyFile[]
  #isDue = false
  #underWay: Promise<void> | undefined
  #found: readonly Diagnostic[] = []

  constructor(adapter: Adapter, files: readonly CopyFile[]) {
    this.#adapter = adapter
    this.#files = files
  }

  committed(): void {
    this.#isDue = true
    this.#underWay ??= this.#work()
  }

  /** What is to be said of the last round. */
  async finish(): Promise<readonly Diagnostic[]> {
    await this.#underWay
    return this.#found
  }

  async #work(): Promise<void> {
    while (this.#isDue) {
      this.#isDue = false
      const found: Diagnostic[] = []
      for (const file of this.#files) found.push(...(await this.#copy(file)))
      this.#found = found
    }
    this.#underWay = undefined
  }

  async #copy({ path, only }: CopyFile): Promise<readonly Diagnostic[]> {
    try {
      const { unreadable = [] } = (await this.#adapter.copyTo?.(path, only)) ?? {}
      return unreadable.length === 0 ? [] : [viewsWarning(path, unreadable)]
    } catch (error) {
      return [failedDiagnostic(path, this.#adapter.explainError(error).message)]
    }
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
