/** The functions of DuckDB and Postgres that make one value of several rows. */
import type { SqlToken } from './tokenize.ts'

const names = `
any_value approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null arg_max_nulls_last
arg_min arg_min_null arg_min_nulls_last argmax argmin array_agg avg bit_and bit_or bit_xor bitstring_agg bool_and
bool_or corr count count_if count_star countif covar_pop covar_samp cume_dist dense_rank entropy every favg fill first
first_value fsum group_concat grouping histogram histogram_exact histogram_values json_agg json_agg_strict
json_arrayagg json_group_array json_group_object json_group_structure json_object_agg json_object_agg_strict
json_object_agg_unique json_object_agg_unique_strict json_objectagg jsonb_agg jsonb_agg_strict jsonb_object_agg
jsonb_object_agg_strict jsonb_object_agg_unique jsonb_object_agg_unique_strict kahan_sum kurtosis kurtosis_pop lag last
last_value lead list listagg mad max max_by mean median min min_by mode nth_value ntile percent_rank percentile_cont
percentile_disc product quantile quantile_cont quantile_disc range_agg range_intersect_agg rank rank_dense regr_avgx
regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy reservoir_quantile row_number sem
skewness stddev stddev_pop stddev_samp string_agg sum sum_no_overflow sumkahan var_pop var_samp variance
weighted_avg wavg xmlagg
`

const aggregates: ReadonlySet<string> = new Set(names.trim().split(/\s+/))

/** Whether a name, with or without quotes, is that of a function of several rows. */
export function isAggregate(token: SqlToken): boolean {
  if (token.kind === 'word') return aggregates.has(token.text.toLowerCase())
  return token.kind === 'quoted-name' && aggregates.has(token.text.slice(1, -1).toLowerCase())
}
