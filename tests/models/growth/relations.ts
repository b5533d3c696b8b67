/** The relations of growth that must come out the same whatever the order of arrival and the database, and their rows. */
import type { Flagship } from '../flagship.ts'
import type { Row } from '../rows.ts'

/** What is compared of each: all columns but those that say when a row arrived. */
export const compared = [
  'fct_events',
  'fct_purchases',
  'silver_purchases_net',
  'fct_product_campaigns',
  'growth_clock',
  'dim_users',
  'dim_products',
  'dim_item_lists',
  'dim_campaigns',
  'dim_experiments',
  'dim_platforms',
  'silver_user_sessions',
  'silver_session_features',
  'silver_session_carts',
  'silver_list_impressions',
  'silver_event_list_attribution',
  'vw_platform_daily_performance_sessions',
  'vw_product_daily_performance_sessions',
  'vw_list_daily_performance_sessions',
  'vw_campaign_daily_performance_sessions',
  'vw_growth_engagement_daily',
  'vw_product_campaign_discounts_daily',
  'vw_experiment_coupon_impact',
  'vw_gold_product_campaign_price_change_events',
  'vw_gold_product_campaign_current_status',
  'gold_segment_bounce_v',
  'gold_segment_checkout_abandon_v',
  'gold_segment_high_value_abandon_v',
  'gold_segment_abandon_then_bought_different_v',
] as const

const ofArrival = ['_load_seq', 'processed_at']

/** In an order of their own. */
export async function rowsOf(growth: Flagship, relation: string): Promise<readonly Row[]> {
  const rows = await growth.rows(`select * from {{ref "${relation}"}}`)
  return rows
    .map((row) =>
      Object.fromEntries(Object.entries(row).filter(([column]) => !ofArrival.includes(column))),
    )
    .toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1))
}
