import { defineModel } from 'assay'

/** Each order once, as it came. */
export default defineModel(
  {
    materialized: 'incremental',
    incremental_strategy: 'append',
    arrival_column: 'seq',
    columns: { id: 'bigint', amount: 'bigint', seq: 'bigint' },
  },
  async function* (context) {
    for await (const { id, amount, seq } of context.newRows('orders', { orderBy: ['seq'] })) {
      yield { id, amount, seq }
    }
  },
)
