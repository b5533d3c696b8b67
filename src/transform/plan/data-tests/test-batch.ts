/** Tests of one table as one query of it: each its failures and what its thresholds say of them. */
import type { TestNode } from '../../../core/node.ts'
import { asksOthers, readTestShape, type TestShape } from '../../../project/sql/read-test-shape.ts'

export interface AskedTest {
  readonly node: TestNode
  /** Of the failing rows. */
  readonly select: string
}

/** At least two. */
export type TestBatch<T extends AskedTest = AskedTest> = readonly {
  readonly test: T
  readonly shape: TestShape
}[]

/** Those that can be asked together; a test that stands in none is asked alone. */
export function batchTests<T extends AskedTest>(tests: readonly T[]): readonly TestBatch<T>[] {
  const places = new Map<string, { readonly test: T; readonly shape: TestShape }[]>()
  for (const test of tests) {
    const shape = shapeOf(test)
    if (shape === undefined) continue
    const key = JSON.stringify([shape.prefix, shape.from])
    const known = places.get(key)
    if (known === undefined) places.set(key, [{ test, shape }])
    else known.push({ test, shape })
  }
  return [...places.values()].filter((batch) => batch.length > 1)
}

/** Tests of the library that are no condition on rows: run side by side with others, not after them. */
const alone = new Set([
  'unique',
  'not_constant',
  'relationships',
  'relationships_where',
  'unique_combination_of_columns',
  'mutually_exclusive_ranges',
  'recency',
  'not_null_proportion',
  'sequential_values',
  'cardinality_equality',
  'equality',
])

/** Before anything is compiled. A limit cuts what is counted, and another `fail_calc` counts something else. */
export function mayBeBatched({ limit, failCalc, messageCalc, variant }: TestNode): boolean {
  if (limit !== undefined || messageCalc !== undefined || failCalc !== 'count(*)') return false
  return variant.kind === 'generic' && !alone.has(variant.testName)
}

function shapeOf({ node, select }: AskedTest): TestShape | undefined {
  if (!mayBeBatched(node)) return undefined
  const shape = readTestShape(select)
  return shape === undefined || asksOthers(shape) || sorts(shape) ? undefined : shape
}

/** Distinct values beside other aggregates make Postgres sort the table for each of them. */
function sorts({ condition }: TestShape): boolean {
  return /\bdistinct\b/i.test(condition)
}

/** One row: `failures_0`, `should_warn_0`, `should_error_0`, and so on in the order of the batch. */
export function batchQuery(batch: TestBatch): string {
  const [first] = batch
  if (first === undefined) throw new Error('a batch of no tests')
  const { prefix, from } = first.shape
  const counts = batch.map(({ shape }, index) => `  ${failuresOf(shape)} as failures_${index}`)
  const judged = batch.flatMap(({ test: { node } }, index) => [
    `  failures_${index}`,
    `  failures_${index} ${node.warnIf} as should_warn_${index}`,
    `  failures_${index} ${node.errorIf} as should_error_${index}`,
  ])
  return `${prefix}select
${judged.join(',\n')}
from (
select
${counts.join(',\n')}
from ${from}
) as assay_batch`
}

/** Of groups only whether there are any can be told: counting distinct values would sort the whole table on Postgres. */
function failuresOf(shape: TestShape): string {
  switch (shape.kind) {
    case 'rows':
    case 'groups':
      return `count(*) filter (where ${shape.condition})`
    case 'table':
      return `case when ${shape.condition} then 1 else 0 end`
  }
}

/** What was counted is not what the test counts: where there is any, it is asked alone. */
export function countsRowsOfGroups({ kind }: TestShape): boolean {
  return kind === 'groups'
}
