/** Tests of packages that many dbt projects have, by name, to those that ship with every project and do their work. */

const equivalents: ReadonlyMap<string, string> = new Map([
  ['expect_column_values_to_not_be_null', 'not_null'],
  ['expect_column_values_to_be_unique', 'unique'],
  ['expect_column_values_to_be_in_set', 'accepted_values'],
  ['expect_column_distinct_values_to_be_in_set', 'accepted_values'],
  ['expect_column_values_to_not_be_in_set', 'not_accepted_values'],
  ['expect_column_values_to_be_between', 'accepted_range'],
  ['expect_column_values_to_be_increasing', 'sequential_values'],
  ['expect_compound_columns_to_be_unique', 'unique_combination_of_columns'],
  ['expect_column_pair_values_A_to_be_greater_than_B', 'expression_is_true'],
  ['expect_table_row_count_to_equal_other_table', 'equal_rowcount'],
  ['expect_row_values_to_have_recent_data', 'recency'],
  ['expect_grouped_row_values_to_have_recent_data', 'recency'],
])

/** undefined: none does. */
export function equivalentTest(name: string): string | undefined {
  return equivalents.get(name)
}
