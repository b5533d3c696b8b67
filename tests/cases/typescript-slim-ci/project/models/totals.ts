import { defineModel } from 'assay'

/** What each user has paid, in a table. */
export default defineModel(
  { materialized: 'table', columns: { user_id: 'bigint', total: 'bigint' } },
  async function* (context) {
    const totals = new Map<number, number>()
    for await (const row of context.ref<{ user_id: number; amount: number }>('orders')) {
      totals.set(row.user_id, (totals.get(row.user_id) ?? 0) + row.amount)
    }
    for (const [user_id, total] of totals) yield { user_id, total }
  },
)
