/** The shape every materialization has: a pure function from the node and what the database holds to a publish unit. */
import { createHash } from 'node:crypto'
import type { RelationState } from '../../../core/adapter.ts'
import type { Dialect } from '../../../core/dialect.ts'
import type { Materialization } from '../../../core/node.ts'
import type { Relation } from '../../../core/relation.ts'
import type { Compiled } from '../compile-node.ts'
import type { Step } from '../publish-unit.ts'

export interface MaterializationInput {
  readonly relation: Relation
  readonly compiled: Compiled
  readonly dialect: Dialect
  /** What the database holds under the name now. */
  readonly existing: RelationState | undefined
  /** Of the last publication, by the ledger. */
  readonly lastFingerprint: string | undefined
  /** Changes when something changed that is not in the SQL: the columns of what a view reads. */
  readonly inputsSignature: string
  readonly isFullRefresh: boolean
  readonly hasTests: boolean
}

export type Incremental = Extract<Materialization, { readonly name: 'incremental' }>

/** Beside the target, in its schema; also the longest name a publication needs, so what is checked against limits. */
export function candidateOf(relation: Relation): Relation {
  return { ...relation, identifier: `${relation.identifier}__assay_new` }
}

export function fingerprintOf(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\u0000')).digest('hex')
}

/** A statement made around the node's SQL, knowing where in it that SQL stands. */
export function wrapped(
  compiled: Compiled,
  statement: string,
  options: { readonly purpose: 'build' | 'publish'; readonly countsRows: boolean },
): Step {
  const start = statement.lastIndexOf(compiled.sql)
  return {
    kind: 'statement',
    ...options,
    sql: statement,
    origin: { start: Math.max(start, 0), map: compiled.map },
  }
}
