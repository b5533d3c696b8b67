import { defineModel, sql } from 'assay'

export default defineModel(
  {
    materialized: 'incremental',
    incremental_strategy: 'delete+insert',
    unique_key: 'user_id',
    columns: { user_id: 'bigint', total: 'bigint' },
  },
  async function* (context) {
    const touched = context.touchedKeys('events', ['user_id'])
    const totals = new Map<number, number>()
    const where = sql`user_id in (select user_id from ${touched} as touched)`
    for await (const row of context.ref<{ user_id: number; amount: number }>('events', { where })) {
      totals.set(row.user_id, (totals.get(row.user_id) ?? 0) + row.amount)
    }
    for (const [user_id, total] of totals) yield { user_id, total }
  },
)
