/** What the code of a model does where nobody waits for it: until its node is published, it fails the node. */
import { setImmediate } from 'node:timers/promises'
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import type { BuiltNode, ModelNode } from '../../../core/node.ts'
import {
  type Answerable,
  onBehalfOf,
  type StrayGuard,
  startsAnswering,
  stopsAnswering,
} from '../../../core/stray-errors.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'
import { strayText, threwText } from '../../../project/typescript/load-module.ts'
import { ExitRefused } from '../../../project/typescript/refuse-exits.ts'
import { StepError } from '../database-diagnostic.ts'
import { codeOf } from './code-of.ts'

/** undefined: no code of the project gives its rows. To be ended in any case. */
export function strayFaultsOf(manifest: Manifest, node: BuiltNode): StrayFaults | undefined {
  if (node.resourceType !== 'model' || node.code.kind !== 'typescript') return undefined
  return new StrayFaults(manifest, node)
}

/**
 *     answering --settle--> over (nothing strayed: the node may be published)
 *        |  \--charge--> at fault: what is waited for is given up, settle throws
 *        \--end--> over (it failed otherwise, or is rolled back)
 */
export class StrayFaults implements Answerable, StrayGuard {
  readonly #manifest: Manifest
  readonly #node: ModelNode
  readonly #faults: Diagnostic[] = []
  /** Where an error may come with none of its lines. */
  readonly #isFollowed: boolean
  #giveUp: ((error: unknown) => void) | undefined
  #isOver = false

  constructor(manifest: Manifest, node: ModelNode) {
    this.#manifest = manifest
    this.#node = node
    this.#isFollowed = codeOf(manifest, node).facts.leavesLooseEnds
    startsAnswering(this)
  }

  run<T>(work: () => T): T {
    // To know it of every promise takes a third of the time of a model that only gives rows.
    return this.#isFollowed ? onBehalfOf(this, work) : work()
  }

  charge(error: unknown): boolean {
    if (this.#isOver) return false
    this.#faults.push(this.explain(error))
    this.giveUp(new StepError(this.#faults, { cause: error }))
    return true
  }

  recognizes(error: unknown): boolean {
    const { module } = codeOf(this.#manifest, this.#node)
    return this.#manifest.code.placeOf(module, error) !== undefined
  }

  onIdle(): boolean {
    if (this.#isOver || this.#faults.length > 0) return false
    const { facts } = codeOf(this.#manifest, this.#node)
    this.#faults.push(
      errorDiagnostic({
        code: 'typescript-failed',
        message: `expected rows of "${this.#node.name}", found that it waits for a promise that nothing will ever settle`,
        span: facts.span,
      }),
    )
    this.giveUp(new StepError(this.#faults))
    return true
  }

  within<T>(step: Promise<T> | T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#giveUp = reject
      if (this.#faults.length > 0) reject(new StepError(this.#faults))
      // Not `resolve(step)`: what follows another promise cannot be given up.
      if (step instanceof Promise) step.then(resolve, reject)
      else resolve(step)
    })
  }

  giveUp(error: unknown): void {
    this.#giveUp?.(error)
  }

  throwIfAny(): void {
    if (this.#faults.length > 0) throw new StepError(this.#faults)
  }

  /** Last before the commit. What is due by then is heard; what comes later is too late for the node. */
  async settle(): Promise<void> {
    await setImmediate()
    this.throwIfAny()
    this.end()
  }

  end(): void {
    this.#isOver = true
    stopsAnswering(this)
  }

  explain(error: unknown): Diagnostic {
    const { module, facts } = codeOf(this.#manifest, this.#node)
    const span = this.#manifest.code.placeOf(module, error) ?? facts.span
    if (!(error instanceof ExitRefused)) return strayText(error, span)
    const message = `"${this.#node.name}" ${threwText(error)}`
    return errorDiagnostic({ code: 'typescript-failed', message, span })
  }
}
