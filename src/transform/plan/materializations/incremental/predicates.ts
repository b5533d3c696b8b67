/** `incremental_predicates`: conditions on the rows that a batch replaces, and the check that none is left beside its new one. */
import { destination, type Dialect, origin } from '../../../../core/dialect.ts'
import type { Relation } from '../../../../core/relation.ts'
import type { Step } from '../../publish-unit.ts'
import { type KeyTerm, selectList } from './key-terms.ts'

export interface Replacement {
  readonly relation: Relation
  readonly batch: Relation
  readonly terms: readonly KeyTerm[]
  /** Rows of the table whose key or partition is in the batch. */
  readonly byKey: string
  readonly predicates: readonly string[]
}

/** They look at the row of the batch too. */
function readsBatch(predicates: readonly string[]): boolean {
  return predicates.some((text) => new RegExp(`\\b${origin}\\b`, 'i').test(text))
}

/** Deletes the rows that the batch replaces. */
export function deleteReplaced(dialect: Dialect, replacement: Replacement): string {
  const { relation, predicates, byKey, batch } = replacement
  if (predicates.length === 0) return dialect.deleteWhere(relation, byKey)
  const name = dialect.relation(relation)
  return readsBatch(predicates)
    ? `delete from ${name} as ${destination}
using ${dialect.relation(batch)} as ${origin}
where ${[matches(replacement), ...inParentheses(predicates)].join('\nand ')}`
    : `delete from ${name} as ${destination}\nwhere ${[byKey, ...inParentheses(predicates)].join('\nand ')}`
}

/**
 * A row that has a key of the batch and does not meet the predicates would stay, and the new one come beside it: dbt
 * doubles it. None: there are no predicates.
 */
export function refuseRowsLeft(dialect: Dialect, replacement: Replacement): readonly Step[] {
  const { relation, batch, terms, predicates, byKey } = replacement
  if (predicates.length === 0) return []
  const isMet = `not coalesce(${inParentheses(predicates).join(' and ')}, false)`
  const own = (side: string) =>
    terms.map(({ sql, name }) => `${side}.${sql} as ${dialect.quote(name)}`).join(', ')
  const table = `${dialect.relation(relation)} as ${destination}`
  const sql = readsBatch(predicates)
    ? `select distinct ${own(destination)}\nfrom ${table}\ninner join ${dialect.relation(batch)} as ${origin}\non ${matches(replacement)}\nwhere ${isMet}\nlimit 5`
    : `select distinct ${selectList(dialect, terms)}\nfrom ${table}\nwhere ${byKey}\nand ${isMet}\nlimit 5`
  return [
    {
      kind: 'refuse-rows',
      code: 'rows-outside-predicates',
      configs: ['incremental_predicates'],
      sql,
      message:
        'expected every row that the batch replaces to meet incremental_predicates, found rows of the table that do not:',
      hint: 'they would stay beside the new ones: widen the predicates, or filter the batch by the same condition',
    },
  ]
}

function matches({ terms }: Replacement): string {
  return terms.map(({ sql }) => `${destination}.${sql} = ${origin}.${sql}`).join(' and ')
}

function inParentheses(predicates: readonly string[]): readonly string[] {
  return predicates.map((text) => `(${text})`)
}
