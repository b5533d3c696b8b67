/** Who tells what happens during a command: as text, or as a JSON line for each event. */
import type { Diagnostic } from '../../../core/diagnostic.ts'
import type { EventSink } from '../../../core/event.ts'

export interface Reporter {
  readonly emit: EventSink
  /** True while nodes are running. */
  readonly isBusy: boolean
  /** The faults that kept a command from beginning; those that were emitted before are not said again. */
  invalid(diagnostics: readonly Diagnostic[]): void
  /** Says what was still held back. */
  end(): void
}
