/** The dimension of data quality that a test speaks of: what its config says, else by the name of the generic test. */
import { type Dimension, dimensions } from '../../../core/node.ts'

const byTestName: Readonly<Record<string, Dimension>> = {
  not_null: 'completeness',
  not_null_proportion: 'completeness',
  at_least_one: 'completeness',
  not_empty_string: 'completeness',
  row_count_anomaly: 'completeness',
  volume_anomaly: 'completeness',
  equal_rowcount: 'completeness',
  fewer_rows_than: 'completeness',
  value_anomaly: 'accuracy',
  relationships: 'consistency',
  relationships_where: 'consistency',
  cardinality_equality: 'consistency',
  equality: 'consistency',
  mutually_exclusive_ranges: 'consistency',
  sequential_values: 'consistency',
  recency: 'timeliness',
  unique: 'uniqueness',
  unique_combination_of_columns: 'uniqueness',
  grain: 'uniqueness',
  accepted_values: 'validity',
  not_accepted_values: 'validity',
  accepted_range: 'validity',
  expression_is_true: 'validity',
  not_constant: 'validity',
}

/** undefined: none is declared, and the test is not one that ships with the framework. */
export function dimensionOf(
  declared: string | undefined,
  testName: string | undefined,
): Dimension | undefined {
  const found = dimensions.find((dimension) => dimension === declared)
  if (found !== undefined || testName === undefined) return found
  return Object.hasOwn(byTestName, testName) ? byTestName[testName] : undefined
}
