/** One erasure: whose rows, where they are looked for, and what it runs on. */
import type { Adapter } from '../../core/adapter.ts'
import type { Subject } from '../../load/erase/holds-value.ts'
import type { LoadedProject } from '../load-project.ts'
import type { Surroundings } from '../surroundings.ts'
import type { EraseOptions } from './erase-use-case.ts'
import type { IdentityColumns } from './tables/find-holders.ts'

export interface EraseContext {
  readonly adapter: Adapter
  readonly loaded: LoadedProject
  readonly options: EraseOptions
  readonly surroundings: Surroundings
  readonly runId: string
  /** In texts: records, batch files, dead letters. */
  readonly subject: Subject
  /** Tables and views that have the columns. */
  readonly places: readonly IdentityColumns[]
  /** `column user_id`. */
  readonly by: string
  /** undefined: no key was given, and nobody can ask for whom it was. */
  readonly subjectHash: string | undefined
}

/** After everything the value is still found: the whole of it is rolled back. */
export class StillThereError extends Error {
  readonly places: readonly string[]
  constructor(places: readonly string[]) {
    super(`expected to find nothing any more, found it in ${places.join(', ')}`)
    this.name = 'StillThereError'
    this.places = places
  }
}
