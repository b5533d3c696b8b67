/** What runs the steps of a publish unit: the node, its session, and where the SQL that ran is kept. */
import type { Adapter, Session } from '../../core/adapter.ts'
import type { BuiltNode } from '../../core/node.ts'
import type { StrayGuard } from '../../core/stray-errors.ts'
import type { Manifest } from '../../project/parse/manifest.ts'

/** What running a generator takes beside the session. */
export interface Generating {
  readonly signal: AbortSignal
  /** Absolute: for files that are gone afterwards. */
  readonly folder: string
  readonly log: (message: string) => void
  readonly strays: StrayGuard
}

export interface StepRunner {
  readonly adapter: Adapter
  readonly session: Session
  readonly node: BuiltNode
  /** undefined: what the statements read are no nodes. */
  readonly manifest: Manifest | undefined
  /** Statements as they ran, for target/run. */
  readonly ran: string[]
  /** `relationKey`s that a later step of this run makes again. */
  readonly rebuiltLater: ReadonlySet<string>
  /** Left out: no code of the project is run here. */
  readonly generating?: Generating | undefined
}
