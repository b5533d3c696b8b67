/** A publish unit to one that also makes the indexes of the node's config, on what takes its place or on what stays. */
import { createHash } from 'node:crypto'
import type { RelationState } from '../../../../core/database/warehouse-state.ts'
import type { Diagnostic } from '../../../../core/diagnostic.ts'
import type { Dialect } from '../../../../core/dialect.ts'
import { type Column, type Relation, relationKey } from '../../../../core/relation.ts'
import { failure, type Result, success } from '../../../../core/result.ts'
import { type Index, type IndexConfig, indexMark } from '../../../../core/node/storage.ts'
import type { PublishUnit, Step } from '../../publish-unit.ts'
import { findColumn, unknownColumns } from '../incremental/column-names.ts'

export interface WithIndexes {
  readonly dialect: Dialect
  readonly relation: Relation
  readonly existing: RelationState | undefined
  readonly configs: readonly IndexConfig[]
}

export function withIndexes(unit: PublishUnit, input: WithIndexes): PublishUnit {
  if (unit.effect === 'view') return unit
  return {
    ...unit,
    asksColumns: true,
    checks: (columns) => {
      const checks = unit.checks?.(columns) ?? success([])
      const isReplaced = unit.effect === 'rewrite' && unit.testsRun === 'before-publish'
      if (!checks.ok || !isReplaced) return checks
      const indexes = makeIndexes(input, columnsOf(unit, input, columns ?? []))
      if (!indexes.ok) return indexes
      return success([...checks.value, ...uniqueChecks(input, unit.candidate, indexes.value)])
    },
    publish: (columns) => {
      const steps = unit.publish(columns)
      if (!steps.ok) return steps
      const indexes = makeIndexes(input, columnsOf(unit, input, columns))
      return indexes.ok ? success(added(steps.value, input, indexes.value)) : indexes
    },
  }
}

/** Said with the keys, on every database alike: some find it at the commit only, and name one. */
function uniqueChecks(
  { dialect }: WithIndexes,
  candidate: Relation,
  indexes: readonly Index[],
): readonly Step[] {
  return indexes
    .filter(({ isUnique }) => isUnique)
    .map(({ terms }) => {
      const places = terms.map((_, index) => index + 1).join(', ')
      const isKey = terms.map((term) => `${term} is not null`).join(' and ')
      return {
        kind: 'refuse-rows',
        code: 'duplicate-key',
        configs: ['indexes'],
        sql: `select ${terms.join(', ')}, count(*) as row_count\nfrom ${dialect.relation(candidate)}\nwhere ${isKey}\ngroup by ${places}\nhaving count(*) > 1\norder by ${places}\nlimit 5`,
        message: 'expected each key of a unique index once, found',
        hint: 'make the rows unique in the model, or leave "unique" out of the index',
      }
    })
}

/** A batch leaves the table the columns that it has not; what is made of a batch has others, which nobody knows yet. */
function columnsOf(
  { effect, batch }: PublishUnit,
  { existing }: WithIndexes,
  columns: readonly Column[],
): readonly Column[] {
  if (effect === 'rewrite') return batch === undefined ? columns : []
  return [...columns, ...(existing?.columns ?? [])]
}

function added(
  steps: readonly Step[],
  { relation, existing }: WithIndexes,
  indexes: readonly Index[],
): readonly Step[] {
  const isIt = (other: Relation) => relationKey(other) === relationKey(relation)
  if (!steps.some((step) => step.kind === 'swap' && isIt(step.target))) {
    const step: Step = { kind: 'indexes', relation, indexes }
    // A refresh that keeps nobody waiting takes a unique index.
    return existing?.kind === 'materialized view' ? [step, ...steps] : [...steps, step]
  }
  return steps.map((step) =>
    step.kind === 'swap' && isIt(step.target) ? { ...step, indexes } : step,
  )
}

/** `columns`: of the model; none: a plan does not know them. */
export function makeIndexes(
  { dialect, relation, configs }: Pick<WithIndexes, 'dialect' | 'relation' | 'configs'>,
  columns: readonly Column[],
): Result<readonly Index[]> {
  const names = configs.flatMap((config) => config.columns.filter(isName))
  const faults: readonly Diagnostic[] =
    columns.length === 0 ? [] : unknownColumns(columns, 'indexes', [...new Set(names)])
  if (faults.length > 0) return failure(faults)
  const made = configs.map(({ columns: parts, isUnique, type }): Index => {
    const terms = parts.map((part) => termOf(dialect, part, columns))
    const name = nameOf(dialect, relation, [terms.join(', '), String(isUnique), type ?? ''])
    return { name, terms, isUnique, type }
  })
  // The same index twice is one.
  return success([...new Map(made.map((index) => [index.name, index])).values()])
}

function isName(text: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_$]*$/u.test(text)
}

/** A column in whatever case it is written; anything else is SQL of the user: `lower(email)`, `created_at desc`. */
function termOf(dialect: Dialect, text: string, columns: readonly Column[]): string {
  const column = findColumn(columns, text)
  if (column !== undefined) return dialect.quote(column.name)
  return isName(text) ? dialect.quote(text) : text
}

const hashLength = 10

/** The name of the table, cut to what the database takes, and a hash of what the index is. */
function nameOf(dialect: Dialect, { identifier }: Relation, parts: readonly string[]): string {
  const digest = createHash('sha256')
    .update([identifier, ...parts].join('\u0000'))
    .digest('hex')
  const tail = `${indexMark}${digest.slice(0, hashLength)}`
  const room = (dialect.maxIdentifierBytes ?? Number.POSITIVE_INFINITY) - tail.length
  let head = identifier
  while (Buffer.byteLength(head) > room) head = head.slice(0, -1)
  return `${head}${tail}`
}
