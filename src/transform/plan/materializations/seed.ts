/** A seed: its rows copied into a table beside the old one, tested, then swapped in; never truncated. */
import type { RelationState } from '../../../core/adapter.ts'
import type { SourceSpan } from '../../../core/diagnostic.ts'
import type { Dialect } from '../../../core/dialect.ts'
import type { SeedNode } from '../../../core/node.ts'
import type { Column } from '../../../core/relation.ts'
import { success } from '../../../core/result.ts'
import type { SwapMethod } from '../../../core/target.ts'
import type { PublishUnit } from '../publish-unit.ts'
import { arrivalChecks, candidateOf, fingerprintOf, keysOfDifference } from './materialization.ts'

export interface SeedInput {
  readonly node: SeedNode
  readonly dialect: Dialect
  readonly existing: RelationState | undefined
  readonly columns: readonly Column[]
  /** undefined: what is best for readers and dependents. */
  readonly swap: SwapMethod | undefined
  readonly rows: () => AsyncIterable<readonly (string | null)[]>
  readonly placeOf: (column: string, cell: string) => SourceSpan | undefined
}

export function planSeed(input: SeedInput): PublishUnit {
  const { node, dialect, existing, columns, rows, placeOf } = input
  const candidate = candidateOf(node.relation)
  return {
    action: existing === undefined ? 'load seed' : 'reload seed',
    because: existing === undefined ? 'first build' : 'a seed is refilled in every run',
    candidate,
    build: [
      {
        kind: 'statement',
        purpose: 'build',
        sql: dialect.createTable(candidate, columns),
        countsRows: false,
      },
      { kind: 'rows', into: candidate, columns, label: node.path, from: rows, placeOf },
      ...arrivalChecks(dialect, candidate, node.arrival?.column),
    ],
    effect: 'rewrite',
    touchedKeys: (key) =>
      keysOfDifference(dialect, { before: existing, after: candidate }, columns)(key),
    isPublishedLast: true,
    testsRun: 'before-publish',
    publish: () =>
      success([{ kind: 'swap', candidate, target: node.relation, key: [], method: input.swap }]),
    fingerprint: fingerprintOf(['seed', node.checksum]),
  }
}
