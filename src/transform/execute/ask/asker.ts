/** What it takes to put the questions of a template to the database. */
import type { Adapter, Session } from '../../../core/adapter.ts'
import type { UniqueId } from '../../../core/node.ts'
import type { Relation } from '../../../core/relation.ts'
import type { TemplateValue } from '../../../project/template/template.ts'

/** Who is asked, and what was answered. Answers hold as long as the snapshot they were read from. */
export interface Asker {
  /** In a transaction. */
  readonly session: Session
  readonly explainError: Adapter['explainError']
  /** By `askedKey`; answers are added. */
  readonly answers: Map<string, TemplateValue>
  /** Whose rows are looked at in place of the published ones. */
  readonly standIns: ReadonlyMap<UniqueId, Relation>
  /** False: a question is a fault. Default true. */
  readonly isAllowed?: boolean
}
