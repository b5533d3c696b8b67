/** What `--warn-error` makes of warnings that are said while a command runs. */
import type { EventSink } from '../core/event.ts'
import { verdictOf, type WarnPolicy } from '../core/settings/warn-policy.ts'

export class Strictness {
  readonly #policy: WarnPolicy | undefined
  #hasRaised = false

  constructor(policy: WarnPolicy | undefined) {
    this.#policy = policy
  }

  /** Warnings that are silenced do not come through, others come through as errors. */
  over(emit: EventSink): EventSink {
    return (event) => {
      if (event.type !== 'diagnostic' || event.diagnostic.severity !== 'warning') {
        emit(event)
        return
      }
      const verdict = verdictOf(this.#policy, event.diagnostic.code)
      if (verdict === 'silence') return
      if (verdict === 'error') this.#hasRaised = true
      const severity = verdict === 'error' ? 'error' : 'warning'
      emit({ ...event, diagnostic: { ...event.diagnostic, severity } })
    }
  }

  exitCode(code: number): number {
    return code === 0 && this.#hasRaised ? 1 : code
  }
}
