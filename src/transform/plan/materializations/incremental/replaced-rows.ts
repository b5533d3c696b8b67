/** Which rows of the table a batch takes the place of, as conditions over the table. */
import type { Incremental } from '../../../../core/node/incremental.ts'
import type { Column } from '../../../../core/relation.ts'
import { candidateOf, type MaterializationInput } from '../materialization.ts'
import { givenRowsOf } from '../quarantine/split-rows.ts'
import { findColumn } from './column-names.ts'
import { expressionList, keyTerms } from './key-terms.ts'

export interface ReplacedRows {
  /** Those of a key or partition in the batch. undefined: none, it is added to what is there. */
  readonly byKey: string | undefined
  /** Those of touched keys: a group or row that is gone has nothing in the batch to say so. */
  readonly byTouch: readonly string[]
}

/** `columns`: of the table. A strategy of the project's own says by itself what it deletes. */
export function replacedRows(
  input: MaterializationInput,
  materialization: Incremental,
  columns: readonly Column[],
): ReplacedRows {
  const { dialect, touched } = input
  const { strategy } = materialization
  if (strategy === 'append' || strategy === 'custom' || strategy === 'microbatch') {
    return { byKey: undefined, byTouch: [] }
  }
  const isIn = (list: string, query: string) => `(${list}) in (select ${list} from ${query})`
  const key = expressionList(keyTerms(dialect, materialization, columns))
  const groups = touched.filter((read) =>
    read.key.every((column) => findColumn(columns, column) !== undefined),
  )
  return {
    byKey: isIn(key, dialect.relation(givenRowsOf(input))),
    byTouch: groups.map((read) =>
      isIn(read.key.map((column) => dialect.quote(column)).join(', '), `${read.query} as touched`),
    ),
  }
}

/** The keys of the rows that the batch deletes or changes, and of those it brings. undefined: that cannot be told. */
export function keysOfBatch(
  input: MaterializationInput,
  materialization: Incremental,
  columns: readonly Column[],
): (key: readonly string[]) => string | undefined {
  const { dialect, relation } = input
  if (materialization.strategy === 'custom') return () => undefined
  const { byKey, byTouch } = replacedRows(input, materialization, columns)
  return (key) => {
    const list = key.map((column) => dialect.quote(column)).join(', ')
    const brought = `select ${list} from ${dialect.relation(candidateOf(relation))}`
    if (byKey === undefined) return brought
    // A column that comes with this batch: the rows that go have no such key.
    if (key.some((column) => findColumn(columns, column) === undefined)) return undefined
    return `select ${list} from ${dialect.relation(relation)} where ${[byKey, ...byTouch].join(' or ')}
union all
${brought}`
  }
}
